import { describePolicy } from "../allocation/describe-policy.ts";
import { MWH, Amount as toAmount, type UnitName } from "../ledger/ledger-unit.ts";
import type { UnitPosting } from "../ledger/movement.ts";
import type { CommunityVersion } from "../members/community.ts";
import type { LocalDay } from "../time-zone.ts";
import { MilliWattHours } from "../units.ts";
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
  NOTHING,
  sumIntervals,
} from "./member-intervals.ts";
import type { CountedRecord, Totals } from "./read-books.ts";
import type {
  AccountBalances,
  CorrectionLine,
  DayLine,
  EntryProof,
  IntervalLine,
  MemberEntry,
  MovementLine,
  PolicyInForce,
} from "./statement.ts";

/** The line of a day's settlement: the sum of its intervals, and what it booked on the member's accounts. Pure. */
export function dayLine({ entry, intervals }: MemberEntry, member: string): DayLine {
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

/** The line of a correction: differences to the entry it corrects. Pure. @param day it counts on */
export function correctionLine(
  { entry, intervals, before, run }: MemberEntry,
  member: string,
  day: LocalDay,
): CorrectionLine {
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
export function changesSomething(line: CorrectionLine): boolean {
  return line.booked.length > 0 || !isNothing(line);
}

/** The intervals of an entry; of a correction the differences, where there are any. Pure. */
export function intervalLines({ entry, intervals, before }: MemberEntry): readonly IntervalLine[] {
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

/** Nothing for a movement that changes none of the member's accounts for good. */
export function movementLine(
  { on, id, digest, postings, movement }: CountedRecord,
  member: string,
): readonly MovementLine[] {
  const isOwn = ({ account }: UnitPosting): boolean => memberAccountKind(account, member) !== undefined;
  const booked = postings.filter(isOwn);
  if (movement === undefined || booked.length === 0) return [];
  const { said, booked_ms } = movement;
  const others = [...new Set(postings.filter((posting) => !isOwn(posting)).map(({ account }) => account))];
  const [counterparty = null] = others.length === 1 ? others : [];
  const { kind, by, reason } = said;
  return [{ day: on, entry: id, booked_ms, kind, by: by.name, reason, counterparty, booked, digest }];
}

/** Each of the member's accounts in each unit it ever had: what stood before, and after all lines. Pure. */
export function balancesOf(
  member: string,
  opening: Totals,
  lines: readonly { readonly booked: readonly UnitPosting[] }[],
): readonly AccountBalances[] {
  const booked = lines.flatMap((line) => line.booked);
  const kinds = Object.keys(memberAccounts) as MemberAccountKind[];
  return kinds.flatMap((kind) => {
    const account = memberAccounts[kind](member);
    const own = booked.filter((posting) => posting.account === account);
    const before = opening.get(account) ?? new Map<UnitName, number>();
    const always = alwaysShown.includes(kind) ? [MWH.name] : [];
    const units = new Set([...always, ...before.keys(), ...own.map(({ unit }) => unit)]);
    return [...units].map((unit) => {
      const stood = before.get(unit) ?? 0;
      const change = own.filter((posting) => posting.unit === unit).reduce((sum, { amount }) => sum + amount, 0);
      return { account, kind, unit, opening: toAmount(stood), closing: toAmount(stood + change) };
    });
  });
}

/** The policies behind the entries, in the order they first count. A version that is not kept any more is left out. Pure. */
export function policiesOf(
  entries: readonly MemberEntry[],
  adopted: readonly CommunityVersion[],
): readonly PolicyInForce[] {
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

/** What proves an entry's lines. Pure. */
export function proofOf(entry: MemberEntry["entry"], digest: string, counted_on: LocalDay): EntryProof {
  const { id, day, kind, corrects, booked_ms, cells_sha256, community_version, engine } = entry;
  return { id, day, counted_on, kind, corrects, booked_ms, digest, cells_sha256, community_version, engine };
}

/** Counts of several days together. Pure. */
export function sumCounts(counts: readonly IntervalCounts[]): IntervalCounts {
  const total = { expected: 0, measured: 0, interpolated: 0, recovered: 0, estimated: 0, held: 0, unmeasured: 0 };
  for (const each of counts) {
    for (const kind of Object.keys(total) as (keyof IntervalCounts)[]) total[kind] += each[kind];
  }
  return total;
}
