import { canonicalJson, sha256Hex } from "../canonical-json.ts";
import { HubError } from "../errors.ts";
import type { LocalDay } from "../time-zone.ts";
import { type EpochMs, MilliWattHours } from "../units.ts";
import type { AccountId } from "./account.ts";
import { MWH } from "./ledger-unit.ts";
import type { Effect } from "./movement.ts";

/** One account line of an entry; plus is into the account. */
export interface Posting {
  readonly account: AccountId;
  readonly amount_mwh: MilliWattHours;
}

/**
 * An immutable, balanced record of one community day. A correction books the difference to what stood before and names
 * it; nothing is ever changed or taken away.
 */
export interface Entry {
  /** `<day>.<n>`: the day's first entry is `.1`, its corrections follow. */
  readonly id: string;
  readonly day: LocalDay;
  readonly kind: "settlement" | "correction";
  /** The entry this one corrects. */
  readonly corrects: string | null;
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
  /** When it was booked; not part of what the entry says. */
  readonly booked_ms: EpochMs;
  /** The community document, and with it the policy, it was settled by. */
  readonly community_version: string;
  /** The frozen inputs and cells of every interval behind it. */
  readonly cells_sha256: string;
  /** The version of the arithmetic. */
  readonly engine: string;
  /** Root over the salted columns of the day's members, lower-case hex; entries from before there was one have none. */
  readonly columns_root?: string;
  /** Sorted by account, one line an account, none of them zero. */
  readonly postings: readonly Posting[];
}

/** The one spelling of all that an entry says: everything but when it was booked. */
export function textOfEntry({ booked_ms: _when, ...said }: Entry): string {
  return canonicalJson(said);
}

/** sha256 of `textOfEntry`. */
export function digestOfEntry(entry: Entry): string {
  return sha256Hex(textOfEntry(entry));
}

/** @throws HubError ENTRY_UNBALANCED when postings do not sum to zero, name an account twice, or are out of order */
export function checkEntry(entry: Entry): void {
  let sum = 0n;
  let before = "";
  for (const { account, amount_mwh } of entry.postings) {
    MilliWattHours(amount_mwh);
    if (account <= before || amount_mwh === 0)
      throw unbalanced(entry.id, `its posting to ${account} is out of order or zero`);
    before = account;
    sum += BigInt(amount_mwh);
  }
  if (sum !== 0n) throw unbalanced(entry.id, `its postings sum to ${sum} mWh, not to 0`);
}

/** Amounts by account -> postings: sorted, zeros left out. */
export function toPostings(amounts: ReadonlyMap<AccountId, number>): readonly Posting[] {
  return [...amounts]
    .filter(([, amount]) => amount !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, amount]) => ({ account, amount_mwh: MilliWattHours(amount) }));
}

/** What a day's entry does to its accounts, as the ledger keeps it beside all other movements. */
export function effectsOfEntry({ postings }: Entry): readonly Effect[] {
  return postings.map(({ account, amount_mwh }) => {
    return { account, unit: MWH.name, amount: amount_mwh, pending_in: 0, pending_out: 0 };
  });
}

/** What several entries book together, by account. */
export function netOfEntries(entries: readonly Entry[]): Map<AccountId, number> {
  const net = new Map<AccountId, number>();
  for (const { postings } of entries) {
    for (const { account, amount_mwh } of postings)
      net.set(account, MilliWattHours((net.get(account) ?? 0) + amount_mwh));
  }
  return net;
}

function unbalanced(id: string, cause: string): HubError {
  return new HubError("ENTRY_UNBALANCED", `entry ${id} was not booked: ${cause}`, {
    remedy:
      "This is a bug in Millrace: nothing was booked. Please report it with the day and the output of millrace verify.",
  });
}
