import type { Movement } from "../../hub/ledger/movement.ts";

/**
 * The ledger's rules once more, as slow and plain as can be: a list of what happened, from which everything is summed up
 * anew whenever it is asked for. It shares no code with the ledger.
 */

interface Change {
  readonly at: number;
  /** The entry whose content this is, or corrects. */
  readonly about: string;
  readonly account: string;
  readonly unit: string;
  readonly posted: number;
  readonly promised: number;
  readonly reserved: number;
}

interface OpenHold {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly unit: string;
  readonly amount: number;
  readonly due: number;
}

export interface NaiveBalance {
  readonly posted: number;
  readonly pending_in: number;
  readonly pending_out: number;
}

export interface NaiveLedger {
  /** "created", "exists" or the code of the refusal. */
  book(movement: Movement, now: number): string;
  /** As of a moment; holds whose time was over then count as free. */
  balance(account: string, unit: string, at: number): NaiveBalance;
  /** The books' own time. */
  now(): number;
}

/** @param floorOf the lowest balance that spending may lead to */
export function naiveLedger(floorOf: (account: string, unit: string) => number): NaiveLedger {
  const changes: Change[] = [];
  const said = new Map<string, Movement>();
  const ends = new Map<string, string>();
  const burnt = new Set<string>();
  let holds: OpenHold[] = [];
  let time = 0;

  const add = (about: string, account: string, unit: string, change: Partial<Change>) =>
    changes.push({ at: time, about, account, unit, posted: 0, promised: 0, reserved: 0, ...change });
  const sum = (account: string, unit: string, at: number): NaiveBalance => {
    const those = changes.filter((one) => one.account === account && one.unit === unit && one.at <= at);
    const total = (field: "posted" | "promised" | "reserved") => those.reduce((all, one) => all + one[field], 0);
    return { posted: total("posted"), pending_in: total("promised"), pending_out: total("reserved") };
  };
  const release = ({ id, from, to, unit, amount }: OpenHold, end: string) => {
    add(end, from, unit, { reserved: -amount });
    add(end, to, unit, { promised: -amount });
    ends.set(id, end);
    holds = holds.filter((one) => one.id !== id);
  };
  const expireUpTo = (now: number) => {
    for (const hold of holds.filter(({ due }) => due <= now).sort((a, b) => a.due - b.due)) {
      time = hold.due;
      release(hold, "expired");
    }
    time = now;
  };
  /** When something was booked last: the books' time falls back no further than that. */
  const newest = () => changes.at(-1)?.at ?? 0;
  const breaksFloor = (account: string, unit: string, amount: number) => {
    const { posted, pending_out } = sum(account, unit, time);
    const left = posted - pending_out - amount;
    const isLimited = account === "fund" || account.endsWith(":credit");
    return isLimited && amount > 0 && left < 0 && left < floorOf(account, unit);
  };
  const burn = (id: string, code: string) => {
    burnt.add(id);
    return code;
  };

  const decide = (movement: Movement): string => {
    const { id } = movement;
    switch (movement.kind) {
      case "transfer":
      case "hold": {
        const { from, to, unit, amount } = movement;
        if (breaksFloor(from, unit, amount)) return burn(id, "LIMIT_EXCEEDED");
        if (movement.kind === "hold") {
          add(id, from, unit, { reserved: amount });
          add(id, to, unit, { promised: amount });
          holds.push({ id, from, to, unit, amount, due: time + (movement.timeout_ms ?? Number.POSITIVE_INFINITY) });
        } else {
          add(id, from, unit, { posted: -amount });
          add(id, to, unit, { posted: amount });
        }
        return "created";
      }
      case "booking":
        if (movement.postings.some(({ account, unit, amount }) => breaksFloor(account, unit, -amount)))
          return burn(id, "LIMIT_EXCEEDED");
        for (const { account, unit, amount } of movement.postings) add(id, account, unit, { posted: amount });
        return "created";
      case "post":
      case "void": {
        if (said.get(movement.hold)?.kind !== "hold") return burn(id, "HOLD_UNKNOWN");
        const end = ends.get(movement.hold);
        if (end !== undefined) return `HOLD_${end.toUpperCase()}`;
        const hold = holds.find((one) => one.id === movement.hold)!;
        if (movement.kind === "post") {
          const paid = movement.amount ?? hold.amount;
          if (paid > hold.amount) return "HOLD_EXCEEDED";
          add(id, hold.from, hold.unit, { posted: -paid });
          add(id, hold.to, hold.unit, { posted: paid });
        }
        release(hold, movement.kind === "post" ? "posted" : "voided");
        return "created";
      }
      case "correction": {
        const original = said.get(movement.corrects);
        if (original === undefined) return burn(id, "ENTRY_UNKNOWN");
        const standing = changes.filter(({ about, posted }) => about === movement.corrects && posted !== 0);
        if (original.kind === "correction" || !["transfer", "booking", "post"].includes(original.kind))
          return "ENTRY_INVALID";
        const wanted = new Map<string, number>();
        for (const { account, unit, posted } of standing)
          wanted.set(`${account} ${unit}`, (wanted.get(`${account} ${unit}`) ?? 0) - posted);
        for (const { account, unit, amount } of movement.postings)
          wanted.set(`${account} ${unit}`, (wanted.get(`${account} ${unit}`) ?? 0) + amount);
        const moved = [...wanted].filter(([, amount]) => amount !== 0);
        if (moved.length === 0) return "ENTRY_INVALID";
        for (const [line, posted] of moved) {
          const [account = "", unit = ""] = line.split(" ");
          add(movement.corrects, account, unit, { posted });
        }
        return "created";
      }
      default:
        throw new Error(`the naive ledger is not asked for ${movement.kind}`);
    }
  };

  return {
    now: newest,
    book(movement, now) {
      expireUpTo(Math.max(now, newest()));
      const before = said.get(movement.id);
      if (before !== undefined)
        return JSON.stringify(before) === JSON.stringify(movement) ? "exists" : "ENTRY_CONFLICT";
      if (burnt.has(movement.id)) return "ENTRY_ID_FAILED";
      const outcome = decide(movement);
      if (outcome === "created") said.set(movement.id, movement);
      return outcome;
    },
    balance(account, unit, at) {
      const { posted, pending_in, pending_out } = sum(account, unit, at);
      const over = at > newest() ? holds.filter((hold) => hold.due <= at && hold.unit === unit) : [];
      const free = (side: "from" | "to") =>
        over.filter((hold) => hold[side] === account).reduce((all, { amount }) => all + amount, 0);
      return { posted, pending_in: pending_in - free("to"), pending_out: pending_out - free("from") };
    },
  };
}
