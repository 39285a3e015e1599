import type { Weight } from "../allocation/policy.ts";
import type { AccountId } from "../ledger/account.ts";
import type { BookedEntry } from "../ledger/entry-store.ts";
import type { Amount, LedgerUnit, UnitName } from "../ledger/ledger-unit.ts";
import type { Movement, UnitPosting } from "../ledger/movement.ts";
import type { CommunityVersion } from "../members/community.ts";
import type { Run, RunState } from "../settlement/run.ts";
import type { LocalDay } from "../time-zone.ts";
import { EpochMs } from "../units.ts";
import type { MemberAccountKind } from "./member-accounts.ts";
import { addAmounts, type IntervalCounts, type MemberAmounts, type MemberInterval } from "./member-intervals.ts";
import { countedOn, daysOf, type Period, rangeOfPeriod } from "./period.ts";
import type { CountedRecord, Totals } from "./read-books.ts";
import {
  balancesOf,
  changesSomething,
  correctionLine,
  dayLine,
  intervalLines,
  movementLine,
  policiesOf,
  proofOf,
  sumCounts,
} from "./statement-lines.ts";

/** The form of the document; a change of meaning raises it, a new member does not. See docs/statements.md. */
export const STATEMENT_VERSION = 1;

/** A day as its settlement booked it. */
export interface DayLine extends MemberAmounts {
  readonly day: LocalDay;
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
  readonly entry: string;
  /** Null when the cells behind the entry cannot be read any more. */
  readonly intervals: IntervalCounts | null;
  /** What it booked on the member's accounts. */
  readonly booked: readonly UnitPosting[];
}

/** A correction that was booked in the period, whatever day it is about; amounts are differences. */
export interface CorrectionLine extends MemberAmounts {
  /** The day it was booked and counts on. */
  readonly day: LocalDay;
  /** The day it is about. */
  readonly corrected_day: LocalDay;
  readonly entry: string;
  readonly corrects: string;
  /** Who had the day settled again and why; null when that was not noted. */
  readonly by: string | null;
  readonly reason: string | null;
  readonly state: RunState | null;
  /** How the day stands with it. */
  readonly intervals: IntervalCounts | null;
  readonly booked: readonly UnitPosting[];
}

/** A transfer, booking or payment that changed the member's accounts for good. */
export interface MovementLine {
  /** The local day it was booked. */
  readonly day: LocalDay;
  readonly entry: string;
  readonly booked_ms: EpochMs;
  readonly kind: Movement["kind"];
  readonly by: string;
  readonly reason: string;
  /** The account on the other side; null where there is more than one, because they are other people's business. */
  readonly counterparty: AccountId | null;
  readonly booked: readonly UnitPosting[];
  readonly digest: string;
}

/** One interval of an entry: as the settlement shared it out, or the difference a correction makes. */
export interface IntervalLine extends MemberInterval {
  readonly entry: string;
}

export interface AccountBalances {
  readonly account: AccountId;
  readonly kind: MemberAccountKind;
  readonly unit: UnitName;
  /** In whole smallest steps of the unit. */
  readonly opening: Amount;
  readonly closing: Amount;
}

/** A policy in force, and the days of the period's entries that were settled by it. */
export interface PolicyInForce {
  readonly community_version: string;
  readonly name: string;
  readonly text: string;
  /** By what each of its steps shares, in order. */
  readonly steps: readonly Weight["kind"][];
  readonly first_day: LocalDay;
  readonly last_day: LocalDay;
}

/** What proves a line: an entry of the books by its digest. */
export interface EntryProof {
  readonly id: string;
  readonly day: LocalDay;
  readonly counted_on: LocalDay;
  readonly kind: "settlement" | "correction";
  readonly corrects: string | null;
  readonly booked_ms: EpochMs;
  readonly digest: string;
  readonly cells_sha256: string;
  readonly community_version: string;
  readonly engine: string;
}

/** One member and one period, derived from the books and never stored. Energies are whole mWh, times UTC epoch ms. */
export interface Statement {
  readonly format: "millrace-statement";
  readonly version: typeof STATEMENT_VERSION;
  readonly member: string;
  readonly community: { readonly name: string; readonly time_zone: string };
  readonly period: Period & { readonly from_ms: EpochMs; readonly to_ms: EpochMs };
  /** When the newest entry in it was booked; the start of the period while there is none. */
  readonly as_of_ms: EpochMs;
  readonly balances: readonly AccountBalances[];
  readonly days: readonly DayLine[];
  readonly corrections: readonly CorrectionLine[];
  readonly movements: readonly MovementLine[];
  /** How amounts in each unit are written. */
  readonly units: readonly LedgerUnit[];
  /** Only when asked for. */
  readonly intervals?: readonly IntervalLine[];
  readonly totals: {
    readonly days: MemberAmounts;
    readonly corrections: MemberAmounts;
    readonly all: MemberAmounts;
    /** Of the days as they were settled first. */
    readonly intervals: IntervalCounts;
  };
  /** Days of the period that no entry settles yet, or that came before or after the member's time. */
  readonly unsettled_days: readonly LocalDay[];
  readonly policies: readonly PolicyInForce[];
  readonly engines: readonly string[];
  readonly entries: readonly EntryProof[];
  /** A signed checkpoint of the log over the books, as text. */
  readonly checkpoint: string | null;
}

/** An entry of the period with what one member may see of the cells behind it. */
export interface MemberEntry extends BookedEntry {
  /** Undefined when the cells cannot be read any more; null when the member is not in them. */
  readonly intervals: readonly MemberInterval[] | null | undefined;
  /** The same of the entry it corrects. */
  readonly before: readonly MemberInterval[] | null | undefined;
  readonly run: Run | undefined;
}

export interface StatementInput {
  readonly member: string;
  readonly period: Period;
  /** The newest document: names the community and its clock. */
  readonly current: CommunityVersion;
  /** Every document that one of the entries names. */
  readonly adopted: readonly CommunityVersion[];
  /** What stood on every account before the period. */
  readonly opening: Totals;
  /** The entries that count in the period, in the order they count. */
  readonly entries: readonly MemberEntry[];
  /** Everything else that was booked in the period. */
  readonly movements: readonly CountedRecord[];
  readonly units: readonly LedgerUnit[];
  readonly detail: "days" | "intervals";
  readonly checkpoint?: string | undefined;
}

/** Pure: the same books and the same period give the same statement, to the byte. */
export function makeStatement(input: StatementInput): Statement {
  const { member, period, current, opening, checkpoint } = input;
  const zone = current.community.time_zone;
  const range = rangeOfPeriod(zone, period);
  const seen = input.entries.filter(({ intervals }) => intervals !== null);
  const days = seen.filter(({ entry }) => entry.kind === "settlement").map((each) => dayLine(each, member));
  const corrections = seen
    .filter(({ entry }) => entry.kind === "correction")
    .map((each) => correctionLine(each, member, countedOn(zone, each.entry)))
    .filter(changesSomething);
  const movements = input.movements.flatMap((each) => movementLine(each, member));
  const settled = new Set(days.map(({ day }) => day));
  const ofDays = addAmounts(days);
  const ofCorrections = addAmounts(corrections);
  return {
    format: "millrace-statement",
    version: STATEMENT_VERSION,
    member,
    community: { name: current.community.name, time_zone: zone },
    period: { ...period, from_ms: range.from, to_ms: range.to },
    as_of_ms: EpochMs(Math.max(range.from, ...[...seen.map(({ entry }) => entry), ...movements].map(bookedAt))),
    balances: balancesOf(member, opening, [...days, ...corrections, ...movements]),
    days,
    corrections,
    movements,
    units: input.units,
    ...(input.detail === "intervals" && { intervals: seen.flatMap(intervalLines) }),
    totals: {
      days: ofDays,
      corrections: ofCorrections,
      all: addAmounts([ofDays, ofCorrections]),
      intervals: sumCounts(days.flatMap(({ intervals }) => intervals ?? [])),
    },
    unsettled_days: daysOf(period).filter((day) => !settled.has(day)),
    policies: policiesOf(seen, input.adopted),
    engines: [...new Set(seen.map(({ entry }) => entry.engine))].sort(),
    entries: seen.map(({ entry, digest }) => proofOf(entry, digest, countedOn(zone, entry))),
    checkpoint: checkpoint ?? null,
  };
}

function bookedAt({ booked_ms }: { readonly booked_ms: EpochMs }): EpochMs {
  return booked_ms;
}
