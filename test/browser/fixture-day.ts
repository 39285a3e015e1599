import type { CommunityDay, CommunityInterval, Explanation, MemberDay } from "../../dashboards/web/src/api/contract.ts";

/**
 * A plausible sunny day of a small community, worked out from nothing but the time of day, so that a test can name
 * every figure. Energies are mWh, moments epoch ms.
 */

export const QUARTER_MS = 15 * 60_000;
export const members = Array.from({ length: 12 }, (_, index) => `home-${String(index + 1).padStart(2, "0")}`);
/** Meters were silent in these local hours of the day; their intervals are held. */
const SILENT = { from_hour: 3, to_hour: 3.5 };

export interface FixtureWindow {
  readonly day: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly time_zone: string;
  /** Intervals that end later are still to come. */
  readonly now_ms: number;
  readonly isSettled: boolean;
}

interface Cell {
  readonly from_ms: number;
  readonly state: CommunityInterval["state"];
  readonly pool_mwh: number;
  readonly used_mwh: readonly number[];
  readonly allotted_mwh: readonly number[];
}

export function cellsOf(window: FixtureWindow): Cell[] {
  const count = (window.to_ms - window.from_ms) / QUARTER_MS;
  return Array.from({ length: count }, (_, index) => {
    const from_ms = window.from_ms + index * QUARTER_MS;
    const hour = index / 4;
    const isSilent = hour >= SILENT.from_hour && hour < SILENT.to_hour && !window.isSettled;
    const state = from_ms + QUARTER_MS > window.now_ms ? "pending" : isSilent ? "held" : "shared";
    const pool_mwh = generationAt(hour);
    const used_mwh = members.map((_, member) => consumptionAt(hour, member));
    return { from_ms, state, pool_mwh, used_mwh, allotted_mwh: share(pool_mwh, used_mwh, index) };
  });
}

/** A clear sky with two small clouds in the afternoon: at most 4.6 kWh a quarter of an hour. */
function generationAt(hour: number): number {
  const height = Math.max(0, Math.sin((Math.PI * (hour - 5.2)) / 15.6));
  const cloud = 1 - 0.45 * Math.exp(-(((hour - 13.6) / 0.35) ** 2)) - 0.3 * Math.exp(-(((hour - 15.2) / 0.25) ** 2));
  return Math.round(4_600_000 * height ** 1.35 * cloud);
}

/** Breakfast, lunch and a long evening, each home in its own size and at its own hour. */
function consumptionAt(hour: number, member: number): number {
  const peak = (at: number, width: number) => Math.exp(-(((hour - at - (member % 5) * 0.22) / width) ** 2));
  const flicker = 1 + 0.16 * Math.sin(hour * 9.7 + member * 2.3);
  const kwh = (0.045 + 0.13 * peak(7.1, 0.8) + 0.17 * peak(12.2, 0.9) + 0.24 * peak(19.2, 1.7)) * flicker;
  return Math.round(kwh * (0.7 + 0.07 * ((member * 5) % 12)) * 1_000_000);
}

/** By consumption, capped, largest remainder: enough of the rule to give the page true numbers. */
function share(pool: number, used: readonly number[], turn: number): number[] {
  const total = used.reduce((sum, energy) => sum + energy, 0);
  if (total === 0) return used.map(() => 0);
  if (pool >= total) return [...used];
  const exact = used.map((energy) => BigInt(pool) * BigInt(energy));
  const floors = exact.map((quota) => Number(quota / BigInt(total)));
  let left = pool - floors.reduce((sum, energy) => sum + energy, 0);
  const order = exact
    .map((quota, index) => ({ index, rest: Number(quota % BigInt(total)), tie: (index + turn) % used.length }))
    .sort((a, b) => b.rest - a.rest || a.tie - b.tie);
  for (const { index } of order) if (left-- > 0) floors[index] = (floors[index] ?? 0) + 1;
  return floors;
}

const sum = (values: readonly (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);

export function communityDay(window: FixtureWindow): CommunityDay {
  const cells = cellsOf(window);
  const intervals = cells.map((cell): CommunityInterval => {
    const { from_ms, state, pool_mwh } = cell;
    const unknown = {
      generation_mwh: null,
      consumption_mwh: null,
      shared_mwh: null,
      from_grid_mwh: null,
      surplus_mwh: null,
    };
    if (state !== "shared") return { from_ms, state, ...unknown, quality: "missing" };
    const consumption_mwh = sum(cell.used_mwh);
    const shared_mwh = sum(cell.allotted_mwh);
    return {
      from_ms,
      state,
      generation_mwh: pool_mwh,
      consumption_mwh,
      shared_mwh,
      from_grid_mwh: consumption_mwh - shared_mwh,
      surplus_mwh: pool_mwh - shared_mwh,
      quality: "measured",
    };
  });
  const count = (state: Cell["state"]) => cells.filter((cell) => cell.state === state).length;
  return {
    ...window,
    interval_minutes: 15,
    state: window.isSettled ? "settled" : "provisional",
    entry: window.isSettled ? `settlement-${window.day}` : null,
    totals: {
      generation_mwh: sum(intervals.map((interval) => interval.generation_mwh)),
      consumption_mwh: sum(intervals.map((interval) => interval.consumption_mwh)),
      shared_mwh: sum(intervals.map((interval) => interval.shared_mwh)),
      from_grid_mwh: sum(intervals.map((interval) => interval.from_grid_mwh)),
      surplus_mwh: sum(intervals.map((interval) => interval.surplus_mwh)),
      intervals: cells.length,
      shared_intervals: count("shared"),
      held_intervals: count("held"),
      pending_intervals: count("pending"),
    },
    intervals,
  };
}

export function memberDay(window: FixtureWindow, member: string): MemberDay {
  const column = members.indexOf(member);
  const intervals = cellsOf(window).map((cell): MemberDay["intervals"][number] => {
    const { from_ms, state } = cell;
    if (state !== "shared") {
      return { from_ms, state, consumption_mwh: null, allotted_mwh: null, from_grid_mwh: null, quality: "missing" };
    }
    const consumption_mwh = cell.used_mwh[column] ?? 0;
    const allotted_mwh = cell.allotted_mwh[column] ?? 0;
    const from_grid_mwh = consumption_mwh - allotted_mwh;
    return { from_ms, state, consumption_mwh, allotted_mwh, from_grid_mwh, quality: "measured" };
  });
  return {
    member,
    day: window.day,
    state: window.isSettled ? "settled" : "provisional",
    entry: window.isSettled ? `settlement-${window.day}` : null,
    totals: {
      consumption_mwh: sum(intervals.map((interval) => interval.consumption_mwh)),
      allotted_mwh: sum(intervals.map((interval) => interval.allotted_mwh)),
      from_grid_mwh: sum(intervals.map((interval) => interval.from_grid_mwh)),
    },
    intervals,
  };
}

export function explanation(window: FixtureWindow, member: string, from_ms: number): Explanation | undefined {
  const cell = cellsOf(window).find((candidate) => candidate.from_ms === from_ms);
  if (cell === undefined) return undefined;
  const column = members.indexOf(member);
  const isShared = cell.state === "shared";
  const used = cell.used_mwh[column] ?? 0;
  const total = sum(cell.used_mwh);
  const allotted = cell.allotted_mwh[column] ?? 0;
  const exact = BigInt(cell.pool_mwh) * BigInt(used);
  const whole = Number(exact / BigInt(total));
  const rest = Number(exact % BigInt(total));
  const floor_mwh = Math.min(whole, used);
  const register = (energy: number, start: number) =>
    isShared
      ? {
          energy_mwh: energy,
          quality: "measured" as const,
          reason: null,
          register_from_mwh: start,
          register_to_mwh: start + energy,
        }
      : {
          energy_mwh: null,
          quality: "missing" as const,
          reason: "gap" as const,
          register_from_mwh: null,
          register_to_mwh: null,
        };
  return {
    member,
    from_ms,
    to_ms: from_ms + QUARTER_MS,
    state: cell.state,
    settled: window.isSettled,
    entry: window.isSettled ? `settlement-${window.day}` : null,
    community_version: "5f2c9ab07d1e4433b0a6c1f8e29d7745aa10c3be9d6f4e2187c05d3b1f6e8a90",
    policy: {
      name: "by consumption",
      text: "Shared in proportion to what each member uses at that moment, at most that much.",
    },
    inputs: {
      pool_mwh: isShared ? cell.pool_mwh : null,
      community_consumption_mwh: isShared ? total : null,
      points: [
        {
          point: "roof-a",
          member: null,
          role: "generation",
          series: "roof-a/active_energy_export",
          ...register(cell.pool_mwh, 8_412_345_678),
        },
        {
          point: member,
          member,
          role: "consumption",
          series: `${member}/active_energy_import`,
          ...register(used, 3_120_000_250),
        },
      ],
      coefficients: [],
    },
    tiers: isShared
      ? [
          {
            rule: "consumption",
            weight: "consumption",
            weight_value: String(used),
            weight_total: String(total),
            pool_mwh: cell.pool_mwh,
            quota: rest === 0 ? `${whole}` : `${whole} ${rest}/${total}`,
            cap_mwh: used,
            floor_mwh,
            rounded_up: allotted > floor_mwh,
            allotted_mwh: allotted,
          },
        ]
      : [],
    allotted_mwh: isShared ? allotted : null,
    from_grid_mwh: isShared ? used - allotted : null,
    own_mwh: isShared ? 0 : null,
  };
}
