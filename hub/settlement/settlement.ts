import { HubError } from "../errors.ts";
import { type Entry, netOfEntries, toPostings } from "../ledger/entry.ts";
import type { EntryStore } from "../ledger/entry-store.ts";
import type { CommunityStore, CommunityVersion } from "../members/community.ts";
import type { RegisterEventLog } from "../members/register-event.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import { addDays, type LocalDay, localDayOf, rangeOfLocalDay } from "../time-zone.ts";
import { type Clock, EpochMs, HOUR, type Ms } from "../units.ts";
import { type CellStore, type DayCells, digestOfCells } from "./day-cells.ts";
import { amountsOfDay } from "./day-postings.ts";
import { measureDay, type PointReadings } from "./measure-day.ts";
import { readRegister, standingByPoint } from "./read-register.ts";
import { ENGINE, shareDay } from "./share-day.ts";

export interface SettlementPorts {
  readonly series: SeriesStore;
  readonly communities: CommunityStore;
  readonly cells: CellStore;
  readonly entries: EntryStore;
  /** What was decided about registers: without it, nothing was. */
  readonly registerEvents?: RegisterEventLog;
  readonly clock: Clock;
  /** How long after a day's end it may be booked. */
  readonly grace: Ms;
}

export type DayOutcome = "settled" | "corrected" | "unchanged" | "empty" | "not_over";

export interface SettlementReport {
  /** Days by what became of them; "empty" days had nothing to book, "not_over" days are left for later. */
  readonly days: Readonly<Record<DayOutcome, number>>;
  /** Intervals of the days that are over. */
  readonly intervals: {
    readonly expected: number;
    readonly shared: number;
    readonly held: number;
    readonly unmeasured: number;
  };
}

/** One day as it stands: booked, or computed now from readings and not booked yet. */
export interface DayView {
  readonly cells: DayCells;
  /** The newest entry of the day, null while it is provisional. */
  readonly entry: Entry | null;
}

export interface Settlement {
  /**
   * Book every community day that touches the range and is over. A day that is booked already gets a correction when
   * its inputs say something else now, and nothing at all when they do not.
   * @throws HubError COMMUNITY_MISSING
   */
  settle(range: TimeRange, onDay?: (day: LocalDay, outcome: DayOutcome) => void): Promise<SettlementReport>;
  /** @throws HubError COMMUNITY_MISSING */
  day(day: LocalDay): Promise<DayView>;
  /** The cells an entry was booked with; undefined when they cannot be read any more. */
  cellsOf(entry: Entry): Promise<DayCells | undefined>;
  /** Cells of a day as readings say now, by the community document it was or will be settled by. */
  recompute(day: LocalDay, adopted: CommunityVersion): Promise<DayCells>;
  /** What the metering points of a community read around one of its days. */
  readings(day: LocalDay, adopted: CommunityVersion): Promise<PointReadings>;
}

/** How far past a day's ends readings are looked at, so that a boundary is judged by its neighbours on both sides. */
const LOOK_AROUND: Ms = (6 * HOUR) as Ms;

export function createSettlement(ports: SettlementPorts): Settlement {
  const { series, communities, cells: cellStore, entries, clock, grace } = ports;

  const readings = async (day: LocalDay, { community }: CommunityVersion): Promise<PointReadings> => {
    const { from, to } = rangeOfLocalDay(community.time_zone, day);
    const range = { from: EpochMs(from - LOOK_AROUND), to: EpochMs(to + LOOK_AROUND) };
    const events = standingByPoint((await ports.registerEvents?.list()) ?? []);
    const lists = community.metering_points.map(async (point) => {
      const standing = events.get(point.id) ?? [];
      return [point.id, await readRegister(series, point, standing, range)] as const;
    });
    return new Map(await Promise.all(lists));
  };

  const recompute = async (day: LocalDay, adopted: CommunityVersion): Promise<DayCells> => {
    return shareDay(adopted, day, measureDay(adopted.community, day, await readings(day, adopted)));
  };

  /** A day that was booked once keeps the rules it was booked by. */
  const rulesOf = async (booked: Entry | undefined): Promise<CommunityVersion> => {
    const adopted =
      booked === undefined ? await communities.current() : await communities.byVersion(booked.community_version);
    if (adopted !== undefined) return adopted;
    throw new HubError("COMMUNITY_MISSING", "no community is described, so there is nobody to share with", {
      remedy: "Describe members, metering points and the policy under `community:` in millrace.yaml, then start again.",
    });
  };

  const settleDay = async (day: LocalDay): Promise<{ outcome: DayOutcome; cells?: DayCells }> => {
    const booked = (await entries.ofDay(day)).map(({ entry }) => entry);
    const last = booked.at(-1);
    const rules = await rulesOf(last);
    const { to } = rangeOfLocalDay(rules.community.time_zone, day);
    if (to + grace > clock()) return { outcome: "not_over" };
    const cells = await recompute(day, rules);
    if (last === undefined && !cells.state.includes("shared")) return { outcome: "empty", cells };
    if (last !== undefined && digestOfCells(cells) === last.cells_sha256) return { outcome: "unchanged", cells };
    const cells_sha256 = await cellStore.keep(cells);
    await entries.append(entryOfDay({ cells, cells_sha256, booked, now: clock() }));
    return { outcome: last === undefined ? "settled" : "corrected", cells };
  };

  return {
    recompute,
    readings,
    cellsOf: (entry) => cellStore.byDigest(entry.cells_sha256),
    async settle(range, onDay) {
      const days = { settled: 0, corrected: 0, unchanged: 0, empty: 0, not_over: 0 };
      const intervals = { expected: 0, shared: 0, held: 0, unmeasured: 0 };
      const { community } = await rulesOf(undefined);
      const last = localDayOf(community.time_zone, EpochMs(Math.max(range.from, range.to - 1)));
      for (let day = localDayOf(community.time_zone, range.from); day <= last; day = addDays(day, 1)) {
        const { outcome, cells } = await settleDay(day);
        days[outcome] += 1;
        intervals.expected += cells?.state.length ?? 0;
        for (const state of cells?.state ?? []) intervals[state] += 1;
        onDay?.(day, outcome);
      }
      return { days, intervals };
    },
    async day(day) {
      const entry = (await entries.ofDay(day)).at(-1)?.entry ?? null;
      const booked = entry === null ? undefined : await cellStore.byDigest(entry.cells_sha256);
      if (entry !== null && booked !== undefined) return { entry, cells: booked };
      return { entry: null, cells: await recompute(day, await rulesOf(entry ?? undefined)) };
    },
  };
}

/** The day's first entry, or the correction that books the difference to all that stands. Pure. */
export function entryOfDay(input: {
  readonly cells: DayCells;
  readonly cells_sha256: string;
  readonly booked: readonly Entry[];
  readonly now: EpochMs;
}): Entry {
  const { cells, cells_sha256, booked, now } = input;
  const amounts = amountsOfDay(cells);
  for (const [account, standing] of netOfEntries(booked)) amounts.set(account, (amounts.get(account) ?? 0) - standing);
  const last = booked.at(-1);
  return {
    id: `${cells.day}.${booked.length + 1}`,
    day: cells.day,
    kind: last === undefined ? "settlement" : "correction",
    corrects: last?.id ?? null,
    from_ms: EpochMs(cells.from_ms),
    to_ms: EpochMs(cells.to_ms),
    booked_ms: now,
    community_version: cells.community_version,
    cells_sha256,
    engine: ENGINE,
    postings: toPostings(amounts),
  };
}
