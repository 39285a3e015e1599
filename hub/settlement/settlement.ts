import type { Policy } from "../allocation/policy.ts";
import type { ColumnSalts } from "../ledger/column-salts.ts";
import type { Entry } from "../ledger/entry.ts";
import type { EntryStore } from "../ledger/entry-store.ts";
import type { Community, CommunityStore, CommunityVersion } from "../members/community.ts";
import type { RegisterEventLog } from "../members/register-event.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import { addDays, type LocalDay, localDayOf, rangeOfLocalDay } from "../time-zone.ts";
import { type Clock, EpochMs, type Ms } from "../units.ts";
import { type AcceptanceLog, isAccepted } from "./acceptance.ts";
import { countIntervals } from "./count-intervals.ts";
import { type CellStore, type DayCells, digestOfCells, type PointColumn } from "./day-cells.ts";
import { dayContext, hasMonthlyQuota } from "./day-context.ts";
import { differenceTo, entryOfDay } from "./entry-of-day.ts";
import { type AcceptsEstimate, byPoint, measurePoint, type PointReadings, type RegisterInput } from "./measure-day.ts";
import { hashDay } from "./prove-columns.ts";
import { registersOfDay } from "./registers-of-day.ts";
import { rulesOfDays } from "./rules-of-days.ts";
import { defaultRunRules, nextState, type Run, type RunLog, type RunState } from "./run.ts";
import type { SharingContext } from "./share-by-plan.ts";
import { ENGINE, shareDay } from "./share-day.ts";

export interface SettlementPorts {
  readonly series: SeriesStore;
  readonly communities: CommunityStore;
  readonly cells: CellStore;
  readonly entries: EntryStore;
  readonly runs: RunLog;
  readonly acceptances: AcceptanceLog;
  readonly columnSalts: ColumnSalts;
  /** What was decided about registers. */
  readonly registerEvents: RegisterEventLog;
  readonly clock: Clock;
  /** How long after a day's end it may be booked. */
  readonly grace: Ms;
}

/**
 * What became of a day. `final`: it stands as it was booked and is final now. `immaterial`: it is final and differs by less
 * than anybody is bothered by. `closed`: it differs, and the time for corrections is over.
 */
export const dayOutcomes = [
  "settled",
  "corrected",
  "unchanged",
  "final",
  "immaterial",
  "closed",
  "empty",
  "not_over",
] as const;
export type DayOutcome = (typeof dayOutcomes)[number];

/** A count of days for each outcome, all at 0. */
export function noDays(): Record<DayOutcome, number> {
  return Object.fromEntries(dayOutcomes.map((outcome) => [outcome, 0])) as Record<DayOutcome, number>;
}

export interface SettlementReport {
  /** Days by what became of them; "empty" days had nothing to book, "not_over" days are left for later. */
  readonly days: Readonly<Record<DayOutcome, number>>;
  /** Intervals of the days that are over; `substituted` of the shared ones had an estimated input. */
  readonly intervals: {
    readonly expected: number;
    readonly shared: number;
    readonly substituted: number;
    readonly held: number;
    readonly unmeasured: number;
  };
}

/** One day as it stands: booked, or computed now from readings and not booked yet. */
export interface DayView {
  readonly cells: DayCells;
  /** The newest entry of the day, null while it is provisional. */
  readonly entry: Entry | null;
  /** The newest run of the day, null while it is provisional. */
  readonly run: Run | null;
}

/** Who has a day settled, and why; the hub by its schedule without it. */
export interface SettledBy {
  readonly by: string;
  readonly reason: string;
  /** An upheld case: whatever differs is booked then, however little it is and however long ago the day was closed. */
  readonly force?: { readonly case: string };
}

export interface Settlement {
  /**
   * Book every community day that touches the range and is over. A day that is booked already gets a correction when
   * its inputs say something else now, and nothing at all when they do not. Where a quota runs over a month, the booked
   * days after them are settled again, too.
   * @throws HubError COMMUNITY_MISSING
   */
  settle(
    range: TimeRange,
    onDay?: (day: LocalDay, outcome: DayOutcome) => void,
    settledBy?: SettledBy,
  ): Promise<SettlementReport>;
  /** @throws HubError COMMUNITY_MISSING */
  day(day: LocalDay): Promise<DayView>;
  /** The cells an entry was booked with; undefined when they cannot be read any more. */
  cellsOf(entry: Entry): Promise<DayCells | undefined>;
  /**
   * Cells of a day as readings say now, by the community document it was or will be settled by, in a state: what is final
   * counts no estimate that nobody accepted.
   */
  recompute(day: LocalDay, adopted: CommunityVersion, state: RunState): Promise<DayCells>;
  /** What the metering points of a community read around one of its days. */
  readings(day: LocalDay, adopted: CommunityVersion): Promise<PointReadings>;
  /** What the rules of a day need beside its energies, as the earlier days of its month stand and readings say now. */
  contextOf(day: LocalDay, community: Community): Promise<SharingContext>;
  /** Where a day would stand if it were settled now. */
  stateNow(day: LocalDay, adopted: CommunityVersion): Promise<RunState>;
  /** Runs of a day, oldest first. */
  runs(day: LocalDay): Promise<readonly Run[]>;
  /** True when a difference to what is booked is below what the community is bothered by. */
  isImmaterial(cells: DayCells, booked: readonly Entry[], adopted: CommunityVersion): boolean;
}

/** Of a day, such as 2026-06. */
const MONTH_LETTERS = 7;

const BY_SCHEDULE: SettledBy = { by: "hub", reason: "by schedule" };

export function createSettlement(ports: SettlementPorts): Settlement {
  const { series, cells: cellStore, entries, runs, acceptances, columnSalts, clock, grace } = ports;

  const eachRegister = registersOfDay(ports);

  const readings = async (day: LocalDay, adopted: CommunityVersion): Promise<PointReadings> => {
    const registers = new Map<string, RegisterInput>();
    await eachRegister(day, adopted, ({ id }, register) => registers.set(id, register));
    return registers;
  };

  const contextOf = dayContext(ports);

  const recompute = async (day: LocalDay, adopted: CommunityVersion, state: RunState): Promise<DayCells> => {
    const { community } = adopted;
    const accepted = state === "preliminary" ? undefined : await acceptances.list();
    const accepts: AcceptsEstimate = (point, interval) => {
      return accepted === undefined || isAccepted(accepted, point, interval);
    };
    const columns: PointColumn[] = [];
    await eachRegister(day, adopted, (point, register) => {
      columns.push(measurePoint({ community, day, point, register, accepts }));
    });
    return shareDay(adopted, day, columns.sort(byPoint), await contextOf(day, community));
  };

  const rulesOf = rulesOfDays(ports);

  const isImmaterial = (cells: DayCells, booked: readonly Entry[], { community }: CommunityVersion): boolean => {
    const { materiality_kwh } = community.settlement ?? defaultRunRules;
    const amounts = differenceTo(booked, cells);
    return [...amounts.values()].every((amount) => Math.abs(amount) < materiality_kwh * 1e6);
  };

  /** The leaves of an entry that was booked just before a kill. */
  const keepMissingLeaves = async ({ columns_root }: Entry, cells: DayCells, version: number): Promise<void> => {
    const settled = { day: cells.day, version };
    if (columns_root === undefined || (await columnSalts.leavesOf(settled)) !== undefined) return;
    await columnSalts.keepLeaves(settled, (await hashDay(columnSalts, cells, version)).leaves);
  };

  let markedBefore = 0;
  /** From here on the store marks what changes earlier readings: nothing that comes while a day is booked is overlooked. */
  const markFrom = async (moment: EpochMs): Promise<void> => {
    if (moment <= markedBefore) return;
    await series.bookedBefore(moment);
    markedBefore = moment;
  };

  const stateAt = (day: LocalDay, { community }: CommunityVersion, past: readonly Run[]): RunState => {
    const rules = community.settlement ?? defaultRunRules;
    return nextState(community.time_zone, day, { now: clock(), runs: past, rules });
  };

  const settleDay = async (
    day: LocalDay,
    { by, reason, force }: SettledBy,
  ): Promise<{ outcome: DayOutcome; cells?: DayCells; policy?: Policy }> => {
    const booked = (await entries.ofDay(day)).map(({ entry }) => entry);
    const last = booked.at(-1);
    const rules = await rulesOf(day, last);
    const zone = rules.community.time_zone;
    const now = clock();
    if (rangeOfLocalDay(zone, day).to + grace > now) return { outcome: "not_over" };
    const past = await runs.ofDay(day);
    await markFrom(rangeOfLocalDay(zone, day).to);
    const state = stateAt(day, rules, past);
    const cells = await recompute(day, rules, state);
    const { policy } = rules.community;
    const cells_sha256 = digestOfCells(cells);
    const note = (entry: string | null): Promise<Run> =>
      runs.add({
        ...{ day, state, entry, cells_sha256, by, reason, made_ms: now },
        ...{ community_version: cells.community_version, engine: ENGINE, intervals: countIntervals(cells) },
      });
    const lastRun = past.at(-1);
    if (last === undefined && !cells.state.includes("shared")) return { outcome: "empty", cells, policy };
    if (last !== undefined && cells_sha256 === last.cells_sha256) {
      const isNoted = lastRun?.entry === last.id && (lastRun.state !== "preliminary" || state === "preliminary");
      if (isNoted) return { outcome: "unchanged", cells, policy };
      // It became final as it is, or the hub was killed between the entry and what belongs to it.
      await keepMissingLeaves(last, cells, booked.length);
      await note(last.id);
      return { outcome: state === "final" ? "final" : "unchanged", cells, policy };
    }
    if (last !== undefined && state === "closed" && force === undefined) {
      if (lastRun?.state !== "closed") await note(last.id);
      return { outcome: "closed", cells, policy };
    }
    const isBothered = force !== undefined || !isImmaterial(cells, booked, rules);
    if (last !== undefined && state === "corrected" && !isBothered) {
      return { outcome: "immaterial", cells, policy };
    }
    const version = booked.length + 1;
    const [, { leaves, root }] = await Promise.all([cellStore.keep(cells), hashDay(columnSalts, cells, version)]);
    const entry = { ...entryOfDay({ cells, cells_sha256, booked, now }), columns_root: root };
    await entries.append(entry);
    // Only what is booked has leaves: killed before, the day may be booked with other cells the next time.
    await columnSalts.keepLeaves({ day, version }, leaves);
    await note(entry.id);
    return { outcome: last === undefined ? "settled" : "corrected", cells, policy };
  };

  return {
    recompute,
    readings,
    contextOf,
    isImmaterial,
    runs: (day) => runs.ofDay(day),
    stateNow: async (day, adopted) => stateAt(day, adopted, await runs.ofDay(day)),
    cellsOf: (entry) => cellStore.byDigest(entry.cells_sha256),
    async settle(range, onDay, settledBy = BY_SCHEDULE) {
      const days = noDays();
      const intervals = { expected: 0, shared: 0, substituted: 0, held: 0, unmeasured: 0 };
      const { community } = await rulesOf();
      const last = localDayOf(community.time_zone, EpochMs(Math.max(range.from, range.to - 1)));
      // Once for all days: each time is a commit.
      await markFrom(EpochMs(Math.min(rangeOfLocalDay(community.time_zone, last).to, clock())));
      const quota = { month: "", seq: 0 };
      const isOfQuota = (day: LocalDay): boolean => quota.month !== "" && day.startsWith(quota.month);
      const first = localDayOf(community.time_zone, range.from);
      for (let day = first; day <= last || isOfQuota(day); day = addDays(day, 1)) {
        // Beyond the range only what was booked before a day that it hangs on, which a killed hub may have left so.
        if (day > last && ((await runs.ofDay(day)).at(-1)?.seq ?? quota.seq) >= quota.seq) continue;
        const { by, reason } = settledBy;
        const { outcome, cells, policy } = await settleDay(day, day > last ? { by, reason } : settledBy);
        days[outcome] += 1;
        if (policy !== undefined && hasMonthlyQuota(policy)) {
          quota.month = day.slice(0, MONTH_LETTERS);
          quota.seq = Math.max(quota.seq, (await runs.ofDay(day)).at(-1)?.seq ?? 0);
        }
        if (cells !== undefined) {
          const { expected, measured, substituted, held, unmeasured } = countIntervals(cells);
          intervals.expected += expected;
          intervals.shared += measured + substituted;
          intervals.substituted += substituted;
          intervals.held += held;
          intervals.unmeasured += unmeasured;
        }
        onDay?.(day, outcome);
      }
      return { days, intervals };
    },
    async day(day) {
      const entry = (await entries.ofDay(day)).at(-1)?.entry ?? null;
      const run = (await runs.ofDay(day)).at(-1) ?? null;
      const booked = entry === null ? undefined : await cellStore.byDigest(entry.cells_sha256);
      if (entry !== null && booked !== undefined) return { entry, run, cells: booked };
      const cells = await recompute(day, await rulesOf(day, entry ?? undefined), run?.state ?? "preliminary");
      return { entry: null, run: null, cells };
    },
  };
}
