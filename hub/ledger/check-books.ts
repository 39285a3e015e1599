import { sha256Hex } from "../canonical-json.ts";
import { EpochMs } from "../units.ts";
import type { AccountId } from "./account.ts";
import { type AccountLine, linesOf } from "./book-pages.ts";
import { effectsOfEntry } from "./entry.ts";
import type { BookRecord, KeptLine, Ledger } from "./ledger.ts";
import { type Effect, holdResolvedBy } from "./movement.ts";
import { NO_TOTALS, type RunningTotals } from "./running-totals.ts";

/** What does not agree in the books, in words that name the place. */
export interface BooksDifference {
  readonly entry: string;
  readonly what: string;
}

export interface BooksCheck {
  readonly entries: number;
  readonly lines: number;
  readonly differences: readonly BooksDifference[];
}

/** Entries read at once: some megabytes. */
const PAGE = 1_000;

/**
 * Read all books from the first entry on and compute everything that is kept beside what was said: each digest, each
 * change balanced in every unit, each account's line with its running totals, and the time of the books.
 * @param onEntry told after each entry, for a progress bar
 */
export async function checkBooks(ledger: Ledger, onEntry?: (seq: number) => void): Promise<BooksCheck> {
  const differences: BooksDifference[] = [];
  const seen = createSeen();
  let entries = 0;
  let lines = 0;
  for (let page = await ledger.records({ after: 0, limit: PAGE }); page.length > 0; ) {
    for (const record of page) {
      entries += 1;
      const differ = (what: string) => differences.push({ entry: record.id, what });
      if (record.seq !== entries) {
        differ(`${record.seq - entries} entries before it are missing`);
        entries = record.seq;
      }
      lines += checkRecord(record, await ledger.linesOf(record.seq), seen, differ);
      onEntry?.(record.seq);
    }
    page = await ledger.records({ after: entries, limit: PAGE });
  }
  const kept = await ledger.countLines();
  if (kept !== lines)
    differences.push({ entry: "", what: `there are ${kept} account lines, the entries make ${lines}` });
  for (const { name, isUntouched } of await ledger.keptAside())
    if (!isUntouched) differences.push({ entry: "", what: `the ${name} is not what was kept` });
  return { entries, lines, differences };
}

/** What the check remembers from the entries before. */
interface Seen {
  readonly totals: Map<string, RunningTotals>;
  /** Holds, and what resolved them. */
  readonly holds: Map<string, string | undefined>;
  at: EpochMs;
}

function createSeen(): Seen {
  return { totals: new Map(), holds: new Map(), at: EpochMs(0) };
}

/** @returns how many lines the entry makes */
function checkRecord(
  record: BookRecord,
  kept: readonly KeptLine[],
  seen: Seen,
  differ: (what: string) => void,
): number {
  const { entry, movement } = record;
  if (sha256Hex(record.text) !== record.digest)
    differ("the entry is not what was booked: its digest does not match its content");
  if (entry === undefined && movement === undefined) {
    differ("its document cannot be read any more");
    return kept.length;
  }
  if (!record.isFiledRightly) differ("the entry is filed as something else than it says");
  if (movement !== undefined && movement.booked_ms < seen.at) differ("it was booked before the entry that precedes it");
  seen.at = EpochMs(Math.max(seen.at, record.booked_ms));
  const effects = movement?.effects ?? (entry === undefined ? [] : effectsOfEntry(entry));
  for (const what of imbalances(effects)) differ(what);
  if (movement !== undefined)
    checkHold(movement.said.id, holdResolvedBy(movement.said), movement.said.kind, seen, differ);
  const place = (one: { readonly account: AccountId; readonly unit: string }) => `${one.account} ${one.unit}`;
  let lines: readonly AccountLine[];
  try {
    lines = linesOf(effects, { totals: (account, unit) => seen.totals.get(place({ account, unit })) ?? NO_TOTALS });
  } catch (cause) {
    differ(cause instanceof RangeError ? cause.message : String(cause));
    return effects.length;
  }
  const byPlace = new Map(kept.map((line) => [place(line), line]));
  for (const line of lines) {
    const { posted_in, posted_out, pending_in, pending_out } = line;
    seen.totals.set(place(line), { posted_in, posted_out, pending_in, pending_out });
    const what = lineDifference({ ...line, at_ms: seen.at }, byPlace.get(place(line)));
    if (what !== undefined) differ(`the line of ${line.account} in ${line.unit} ${what}`);
    byPlace.delete(place(line));
  }
  for (const extra of byPlace.keys()) differ(`a line of ${extra} was added`);
  return lines.length;
}

function lineDifference(right: KeptLine, kept: KeptLine | undefined): string | undefined {
  if (kept === undefined) return "is missing";
  const fields = ["amount", "posted_in", "posted_out", "pending_in", "pending_out", "counterparty", "at_ms"] as const;
  const field = fields.find((one) => right[one] !== kept[one]);
  return field && `says ${field} ${kept[field]}, by the entries it is ${right[field]}`;
}

function imbalances(effects: readonly Effect[]): readonly string[] {
  const sums = new Map<string, { posted: bigint; pending: bigint }>();
  for (const { unit, amount, pending_in, pending_out } of effects) {
    const { posted, pending } = sums.get(unit) ?? { posted: 0n, pending: 0n };
    sums.set(unit, { posted: posted + BigInt(amount), pending: pending + BigInt(pending_in) - BigInt(pending_out) });
  }
  return [...sums].flatMap(([unit, { posted, pending }]) => [
    ...(posted === 0n ? [] : [`its postings in ${unit} sum to ${posted}, not to 0`]),
    ...(pending === 0n ? [] : [`what it holds in ${unit} differs by ${pending} between its two sides`]),
  ]);
}

function checkHold(
  id: string,
  resolved: string | undefined,
  kind: string,
  { holds }: Seen,
  differ: (what: string) => void,
): void {
  if (kind === "hold") holds.set(id, undefined);
  if (resolved === undefined) return;
  if (!holds.has(resolved)) differ(`it resolves ${resolved}, and there is no such hold before it`);
  const before = holds.get(resolved);
  if (before !== undefined) differ(`it resolves ${resolved}, which ${before} resolved before`);
  holds.set(resolved, id);
}
