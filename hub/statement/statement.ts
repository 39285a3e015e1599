import { describePolicy } from "../allocation/describe-policy.ts";
import type { Weight } from "../allocation/policy.ts";
import type { AccountId } from "../ledger/account.ts";
import type { BookedEntry } from "../ledger/entry-store.ts";
import { type Amount, MWH, Amount as toAmount, type UnitName } from "../ledger/ledger-unit.ts";
import type { UnitPosting } from "../ledger/movement.ts";
import type { CommunityVersion } from "../members/community.ts";
import type { Run, RunState } from "../settlement/run.ts";
import type { LocalDay } from "../time-zone.ts";
import { EpochMs, MilliWattHours } from "../units.ts";
import {
  alwaysShown,
  type MemberAccountKind,
  memberAccountKind,
  memberAccounts,
  postingsOfEntry,
} from "./member-accounts.ts";
import {
  addAmounts,
  countMemberIntervals,
  differenceOfIntervals,
  type IntervalCounts,
  isNothing,
  type MemberAmounts,
  type MemberInterval,
  NOTHING,
  sumIntervals,
} from "./member-intervals.ts";
import { countedOn, daysOf, type Period, rangeOfPeriod } from "./period.ts";

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
  /** What stood on every account before the period, mWh. */
  readonly opening: ReadonlyMap<AccountId, number>;
  /** The entries that count in the period, in the order they count. */
  readonly entries: readonly MemberEntry[];
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
  const settled = new Set(days.map(({ day }) => day));
  const ofDays = addAmounts(days);
  const ofCorrections = addAmounts(corrections);
  return {
    format: "millrace-statement",
    version: STATEMENT_VERSION,
    member,
    community: { name: current.community.name, time_zone: zone },
    period: { ...period, from_ms: range.from, to_ms: range.to },
    as_of_ms: EpochMs(seen.reduce<number>((newest, { entry }) => Math.max(newest, entry.booked_ms), range.from)),
    balances: balancesOf(member, opening, [...days, ...corrections]),
    days,
    corrections,
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

function dayLine({ entry, intervals }: MemberEntry, member: string): DayLine {
  const booked = bookedOf(entry, member);
  return {
    day: entry.day,
    from_ms: entry.from_ms,
    to_ms: entry.to_ms,
    entry: entry.id,
    ...(intervals ? sumIntervals(intervals) : amountsWithoutCells(booked, member)),
    intervals: intervals ? countMemberIntervals(intervals) : null,
    booked,
  };
}

function correctionLine({ entry, intervals, before, run }: MemberEntry, member: string, day: LocalDay): CorrectionLine {
  const booked = bookedOf(entry, member);
  return {
    day,
    corrected_day: entry.day,
    entry: entry.id,
    corrects: entry.corrects ?? "",
    by: run?.by ?? null,
    reason: run?.reason ?? null,
    state: run?.state ?? null,
    ...(intervals && before
      ? addAmounts(differenceOfIntervals(intervals, before))
      : amountsWithoutCells(booked, member)),
    intervals: intervals ? countMemberIntervals(intervals) : null,
    booked,
  };
}

/** A correction for others only is not this member's business; its entry stands among the proofs all the same. */
function changesSomething(line: CorrectionLine): boolean {
  return line.booked.length > 0 || !isNothing(line);
}

function intervalLines({ entry, intervals, before }: MemberEntry): readonly IntervalLine[] {
  if (!intervals) return [];
  const shown = entry.kind === "settlement" ? intervals : before ? differenceOfIntervals(intervals, before) : [];
  return shown.map((interval) => ({ ...interval, entry: entry.id }));
}

function bookedOf(entry: MemberEntry["entry"], member: string): readonly UnitPosting[] {
  return postingsOfEntry(entry).filter(({ account }) => memberAccountKind(account, member) !== undefined);
}

/** Without the cells only what was booked is known. */
function amountsWithoutCells(booked: readonly UnitPosting[], member: string): MemberAmounts {
  const sum = (kind: MemberAccountKind): MilliWattHours => {
    const account = memberAccounts[kind](member);
    const own = booked.filter((posting) => posting.account === account && posting.unit === MWH.name);
    return MilliWattHours(own.reduce((total, { amount }) => total + amount, 0));
  };
  return { ...NOTHING, from_community_mwh: sum("memberUsed"), own_use_mwh: sum("memberOwn") };
}

function balancesOf(
  member: string,
  opening: ReadonlyMap<AccountId, number>,
  lines: readonly { readonly booked: readonly UnitPosting[] }[],
): readonly AccountBalances[] {
  const booked = lines.flatMap((line) => line.booked);
  const kinds = Object.keys(memberAccounts) as MemberAccountKind[];
  return kinds.flatMap((kind) => {
    const account = memberAccounts[kind](member);
    const own = booked.filter((posting) => posting.account === account);
    const isShown = alwaysShown.includes(kind) || opening.has(account);
    const units = new Set([...(isShown ? [MWH.name] : []), ...own.map(({ unit }) => unit)]);
    return [...units].map((unit) => {
      const before = unit === MWH.name ? (opening.get(account) ?? 0) : 0;
      const change = own.filter((posting) => posting.unit === unit).reduce((sum, { amount }) => sum + amount, 0);
      return { account, kind, unit, opening: toAmount(before), closing: toAmount(before + change) };
    });
  });
}

function policiesOf(entries: readonly MemberEntry[], adopted: readonly CommunityVersion[]): readonly PolicyInForce[] {
  const versions = [...new Set(entries.map(({ entry }) => entry.community_version))];
  return versions.flatMap((version) => {
    const days = entries.filter(({ entry }) => entry.community_version === version).map(({ entry }) => entry.day);
    const policy = adopted.find((one) => one.version === version)?.community.policy;
    const [first_day = "", last_day = first_day] = [days.toSorted()[0], days.toSorted().at(-1)];
    if (policy === undefined) return [];
    const { name, tiers } = policy;
    const steps = tiers.map(({ weight }) => weight.kind);
    return [{ community_version: version, name, text: describePolicy(policy), steps, first_day, last_day }];
  });
}

function proofOf(entry: MemberEntry["entry"], digest: string, counted_on: LocalDay): EntryProof {
  const { id, day, kind, corrects, booked_ms, cells_sha256, community_version, engine } = entry;
  return { id, day, counted_on, kind, corrects, booked_ms, digest, cells_sha256, community_version, engine };
}

function sumCounts(counts: readonly IntervalCounts[]): IntervalCounts {
  const total = { expected: 0, measured: 0, interpolated: 0, recovered: 0, estimated: 0, held: 0, unmeasured: 0 };
  for (const each of counts) {
    for (const kind of Object.keys(total) as (keyof IntervalCounts)[]) total[kind] += each[kind];
  }
  return total;
}
