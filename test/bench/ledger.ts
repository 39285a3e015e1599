import { join } from "node:path";
import { accounts } from "../../hub/ledger/account.ts";
import { checkBooks } from "../../hub/ledger/check-books.ts";
import { type Ledger, MOST_IN_BATCH } from "../../hub/ledger/ledger.ts";
import { MWH } from "../../hub/ledger/ledger-unit.ts";
import type { Movement } from "../../hub/ledger/movement.ts";
import { hubActor } from "../../hub/members/actor.ts";
import { openBooksLog } from "../../hub/store/sqlite/books-log.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteLedger } from "../../hub/store/sqlite/ledger.ts";
import { EpochMs } from "../../hub/units.ts";
import type { Bench, Line } from "./bench.ts";

const TRANSFERS = 100_000;
const MEMBERS = 1_000;
/** Batches as requests that came together make them, and as large as they may be. */
const BATCHES = [100, MOST_IN_BATCH];
const LOOK_UPS = 2_000;
const first = Date.UTC(2026, 0, 1);
const limits = { limits: [] };

export const ledgerBench: Bench = {
  name: "ledger",
  about:
    "transfers between members, in durable batches and with their leaves in the log, then balances, statements and a check of all books",
  async run({ quick, folder }) {
    const lines: Line[] = [];
    for (const size of BATCHES) {
      const count = quick ? TRANSFERS / 10 : TRANSFERS;
      const db = openBooks(join(folder, `ledger-${size}.db`));
      const log = await openBooksLog(db);
      const ledger = sqliteLedger(db, (text) => void log.appendWithin([Buffer.from(text)]));
      await fillAccounts(ledger);
      const from = performance.now();
      const usedBefore = process.cpuUsage();
      for (let start = 0; start < count; start += size) {
        const batch = Array.from({ length: Math.min(size, count - start) }, (_, index) => transferOf(start + index));
        const outcomes = await ledger.append(batch, { now: EpochMs(first + start), rules: limits });
        if (outcomes.some(({ outcome }) => outcome !== "created"))
          throw new Error("a transfer of the bench was refused");
      }
      const seconds = (performance.now() - from) / 1_000;
      const used = process.cpuUsage(usedBefore);
      lines.push({
        name: `${count.toLocaleString("en-GB")} transfers, ${size} a commit, synced`,
        measured: count / seconds,
        unit: "/s",
        budget: { atLeast: 5_000 },
      });
      lines.push({
        name: `CPU of a transfer, ${size} a commit`,
        measured: (used.user + used.system) / count,
        unit: "us",
      });
      if (size === MOST_IN_BATCH) lines.push(...(await measureReads(ledger, count)));
      db.close();
    }
    return lines;
  },
};

async function measureReads(ledger: Ledger, count: number): Promise<readonly Line[]> {
  let from = performance.now();
  for (let index = 0; index < LOOK_UPS; index += 1) {
    await ledger.balance({ account: member(index), unit: MWH.name }, EpochMs(first + (index * count) / LOOK_UPS));
  }
  const balanceMs = (performance.now() - from) / LOOK_UPS;
  from = performance.now();
  const period = { from: EpochMs(first), to: EpochMs(first + count) };
  for (let index = 0; index < 100; index += 1)
    await ledger.lines({ account: member(index), unit: MWH.name }, period, { limit: 100 });
  const statementMs = (performance.now() - from) / 100;
  from = performance.now();
  await ledger.balances();
  const allMs = performance.now() - from;
  from = performance.now();
  const { differences } = await checkBooks(ledger);
  if (differences.length > 0) throw new Error(`the books of the bench differ: ${differences[0]?.what}`);
  return [
    { name: "balance of one account at some moment", measured: balanceMs, unit: "ms" },
    { name: "100 lines of one account's statement", measured: statementMs, unit: "ms" },
    { name: `balances of ${MEMBERS} accounts`, measured: allMs, unit: "ms" },
    { name: "check all books", measured: (performance.now() - from) / 1_000, unit: "s" },
  ];
}

async function fillAccounts(ledger: Ledger): Promise<void> {
  const postings = Array.from({ length: MEMBERS }, (_, index) => {
    return { account: member(index), unit: MWH.name, amount: 1_000_000_000 };
  });
  const outside = { account: accounts.outside, unit: MWH.name, amount: -MEMBERS * 1_000_000_000 };
  const booking: Movement = {
    kind: "booking",
    id: "start",
    by: hubActor,
    reason: "opening",
    postings: [...postings, outside],
  };
  await ledger.append([booking], { now: EpochMs(first - 1), rules: limits });
}

/** Each time another pair of members and another amount. */
function transferOf(index: number): Movement {
  const from = (index * 7_919) % MEMBERS;
  const to = (from + 1 + ((index * 104_729) % (MEMBERS - 1))) % MEMBERS;
  return {
    kind: "transfer",
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    by: { name: `home-${from}`, role: "member" },
    reason: "gift",
    from: member(from),
    to: member(to),
    unit: MWH.name,
    amount: 1 + ((index * 31) % 10_000),
  };
}

function member(index: number) {
  return accounts.memberCredit(`home-${index % MEMBERS}`);
}
