import type { SeriesTally } from "../decode/csv/decode-rows.ts";
import { comparePlantYields, type PlantYield } from "../energy/plant-yield.ts";
import type { Community, MeteringPoint } from "../members/community.ts";
import type { TimeRange } from "../series/series-store.ts";
import type { DayCells, IntervalState } from "../settlement/day-cells.ts";
import type { Settlement } from "../settlement/settlement.ts";
import { addDays, localDayOf } from "../time-zone.ts";
import { EpochMs, MilliWattHours, shiftDecimal } from "../units.ts";

/** What a replayed period came to, all energies whole mWh. */
export interface ReplayReport {
  readonly points: readonly PointTotal[];
  /** Over the intervals that were shared out; `allotted + surplus = generation` holds exactly. */
  readonly shared: {
    readonly generation: MilliWattHours;
    readonly consumption: MilliWattHours;
    readonly allotted: MilliWattHours;
    readonly surplus: MilliWattHours;
    readonly fromGrid: MilliWattHours;
  };
  /** Intervals of the covered days, by how they stand. */
  readonly intervals: Readonly<Record<IntervalState, number>>;
  readonly yields: readonly PlantYield[];
}

export interface PointTotal {
  readonly point: MeteringPoint;
  /** All known intervals, whether they could be shared out or not. */
  readonly energy: MilliWattHours;
  readonly known: number;
  /** Intervals in which another point was measured and this one was not. */
  readonly missing: number;
}

/** Add up the days that a range touches, booked or not. @throws Error when shares and surplus do not make the generation */
export async function reportReplay(
  settlement: Pick<Settlement, "day">,
  community: Community,
  range: TimeRange,
): Promise<ReplayReport> {
  const sums = { generation: 0, consumption: 0, allotted: 0, surplus: 0 };
  const intervals = { shared: 0, held: 0, unmeasured: 0 };
  const energy = new Map<string, { energy: number; known: number; missing: number; compared: number }>();
  for (const { id } of community.metering_points) energy.set(id, { energy: 0, known: 0, missing: 0, compared: 0 });
  const last = localDayOf(community.time_zone, EpochMs(range.to - 1));
  for (let day = localDayOf(community.time_zone, range.from); day <= last; day = addDays(day, 1)) {
    const { cells } = await settlement.day(day);
    addShares(sums, cells);
    for (const state of cells.state) intervals[state] += 1;
    addPoints(energy, cells);
  }
  const { generation, consumption, allotted, surplus } = sums;
  if (allotted + surplus !== generation) {
    throw new Error(`allotted ${allotted} and surplus ${surplus} mWh do not make the generation of ${generation} mWh`);
  }
  const points = community.metering_points.map((point) => {
    const { energy: sum = 0, known = 0, missing = 0 } = energy.get(point.id) ?? {};
    return { point, energy: MilliWattHours(sum), known, missing };
  });
  return {
    points,
    shared: {
      generation: MilliWattHours(generation),
      consumption: MilliWattHours(consumption),
      allotted: MilliWattHours(allotted),
      surplus: MilliWattHours(surplus),
      fromGrid: MilliWattHours(consumption - allotted),
    },
    intervals,
    yields: comparePlantYields(
      community.metering_points
        .filter(({ role }) => role === "generation")
        .map(({ id, rated_kw }) => ({
          point: id,
          energy: MilliWattHours(energy.get(id)?.compared ?? 0),
          ...(rated_kw !== undefined && { ratedKw: rated_kw }),
        })),
    ),
  };
}

function addShares(
  sums: { generation: number; consumption: number; allotted: number; surplus: number },
  cells: DayCells,
) {
  for (const [index, state] of cells.state.entries()) {
    if (state !== "shared") continue;
    sums.generation += cells.pool_mwh[index] ?? 0;
    sums.surplus += cells.surplus_mwh[index] ?? 0;
    for (const { consumption_mwh, allotted_mwh } of cells.members) {
      sums.consumption += consumption_mwh[index] ?? 0;
      sums.allotted += allotted_mwh[index] ?? 0;
    }
  }
}

/** Plants are compared over the intervals in which all of them are known. */
function addPoints(
  sums: Map<string, { energy: number; known: number; missing: number; compared: number }>,
  { points, state }: DayCells,
): void {
  const plants = points.filter(({ role }) => role === "generation");
  for (const { point, energy_mwh } of points) {
    const sum = sums.get(point);
    if (sum === undefined) continue;
    for (const [index, energy] of energy_mwh.entries()) {
      if (energy === null) {
        sum.missing += state[index] === "unmeasured" ? 0 : 1;
        continue;
      }
      sum.energy += energy;
      sum.known += 1;
      if (plants.every((plant) => plant.energy_mwh[index] !== null)) sum.compared += energy;
    }
  }
}

/** The report as lines for a terminal. @param tally what the file said, to be compared with what the hub counted */
export function printReport(report: ReplayReport, tally: readonly SeriesTally[]): string {
  const { points, shared, intervals, yields } = report;
  const rows = points.map(({ point, energy, known, missing }) => {
    const yielded = yields.find((each) => each.point === point.id);
    const file = tally.find(({ series }) => series === point.series);
    return [
      point.id,
      point.role,
      `${inKwh(energy)} kWh`,
      `${known} known`,
      missing === 0 ? "" : `${missing} missing`,
      noteOn(yielded),
      file === undefined || file.energy_mwh === null || file.energy_mwh === energy
        ? ""
        : `the file has ${inKwh(file.energy_mwh)} kWh`,
    ];
  });
  const counted = intervals.shared + intervals.held;
  return [
    ...alignColumns(rows, [2]),
    "",
    ...alignColumns(
      [
        ["generation", `${inKwh(shared.generation)} kWh`],
        ["allotted", `${inKwh(shared.allotted)} kWh`],
        ["surplus", `${inKwh(shared.surplus)} kWh`],
        ["consumption", `${inKwh(shared.consumption)} kWh`],
        ["from grid", `${inKwh(shared.fromGrid)} kWh`],
      ],
      [1],
    ),
    `allotted + surplus = generation: ${shared.allotted} + ${shared.surplus} = ${shared.generation} mWh`,
    `${counted} intervals: ${intervals.shared} shared out, ${intervals.held} held because a reading is missing`,
  ].join("\n");
}

function noteOn(compared: PlantYield | undefined): string {
  if (compared?.flag === null || compared?.flag === undefined || compared.ratio === null) return "";
  const yielded = `${(compared.yieldKwhPerKw ?? 0).toFixed(0)} kWh per kW`;
  return `${compared.flag}: ${yielded}, ${(compared.ratio * 100).toFixed(0)} % of the median`;
}

/** At three decimals, half away from zero. */
export function inKwh(energy: number): string {
  const thousandths = Math.sign(energy) * Math.round(Math.abs(energy) / 1000);
  return shiftDecimal(thousandths, -3).toFixed(3);
}

/** Rows in columns; those named stand at the right of theirs. */
export function alignColumns(rows: readonly (readonly string[])[], atRight: readonly number[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, index) =>
        atRight.includes(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .filter((_cell, index) => (widths[index] ?? 0) > 0)
      .join("  ")
      .trimEnd(),
  );
}
