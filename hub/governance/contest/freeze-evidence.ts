import { describePolicy } from "../../allocation/describe-policy.ts";
import { canonicalJson } from "../../canonical-json.ts";
import { HubError } from "../../errors.ts";
import type { BookedEntry, EntryStore } from "../../ledger/entry-store.ts";
import type { CommunityStore, CommunityVersion } from "../../members/community.ts";
import type { KeptRegisterEvent, RegisterEventLog } from "../../members/register-event.ts";
import type { CorrectionLog, KeptCorrection } from "../../series/corrections.ts";
import {
  type DayCells,
  digestOfCells,
  type MemberColumn,
  type PlantColumn,
  type PointColumn,
} from "../../settlement/day-cells.ts";
import type { PointReadings } from "../../settlement/measure-day.ts";
import type { Settlement } from "../../settlement/settlement.ts";
import { isPlant } from "../../settlement/share-day.ts";
import { EpochMs, HOUR, type Ms } from "../../units.ts";
import type { Evidence, FrozenCells, FrozenReadings, FrozenUsual, Recomputation } from "./evidence.ts";
import { hideOthersInPolicy, hideOthersInPostings, type Shown } from "./hide-others.ts";

export interface EvidencePorts {
  readonly entries: EntryStore;
  readonly communities: CommunityStore;
  readonly settlement: Settlement;
  readonly registerEvents: Pick<RegisterEventLog, "list">;
  readonly corrections: Pick<CorrectionLog, "list">;
}

/** What is contested, and by whom. */
export interface Contested {
  readonly case: string;
  readonly booked: BookedEntry;
  readonly member: string;
  /** Whole intervals of the entry's day, half-open. */
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
}

/** Readings this far around the contested intervals are kept, as far as the settlement itself looks around a day. */
const KEEP_AROUND: Ms = (6 * HOUR) as Ms;
/** A day of one meter and twenty plants that are read every minute is about 2 MB; the books must stay small. */
const MOST_EVIDENCE_BYTES = 8 * 1024 * 1024;

/**
 * Everything a contested entry rests on, as it is at this moment, in its canonical form.
 * @throws HubError COMMUNITY_MISSING; CASE_INVALID when the cells are gone, when the member has no column in them, when the
 *         range is not made of the day's intervals, or when there is too much to keep
 */
export async function freezeEvidence(contested: Contested, now: EpochMs, ports: EvidencePorts): Promise<string> {
  const { booked, member, from_ms, to_ms } = contested;
  const { settlement } = ports;
  const { entry, digest } = booked;
  const adopted = await ports.communities.byVersion(entry.community_version);
  if (adopted === undefined) {
    throw new HubError("COMMUNITY_MISSING", `the community document that ${entry.id} was settled by is missing`, {
      remedy: "Run millrace verify, and put books.db back from a backup.",
    });
  }
  const cells = await settlement.cellsOf(entry);
  if (cells === undefined || digestOfCells(cells) !== entry.cells_sha256) {
    throw invalid(
      `the cells of ${entry.id} cannot be read any more`,
      "Run millrace verify, and put settlement.db back from a backup.",
    );
  }
  const own = cells.members.find((column) => column.member === member);
  if (own === undefined) throw invalid(`${member} has no column in ${entry.id}`, "Name the member whose share it is.");
  checkRange(contested, cells);

  const points = cells.points.filter((point) => isPlant(point) || point.member === member);
  const shown: Shown = { member, points: new Set(points.map(({ point }) => point)) };
  const policy = hideOthersInPolicy(adopted.community.policy, shown);
  const registers = await settlement.readings(entry.day, adopted);
  const readings = keepReadings(registers, shown, contested);
  const run = (await settlement.runs(entry.day)).findLast((each) => each.entry === entry.id) ?? null;
  const evidence: Evidence = {
    format: 1,
    ...{ case: contested.case, member, from_ms, to_ms, frozen_ms: now },
    entry: { ...entry, postings: hideOthersInPostings(entry.postings, member), digest },
    entries_of_day: (await ports.entries.ofDay(entry.day)).map((each) => {
      return { id: each.entry.id, digest: each.digest, booked_ms: each.entry.booked_ms };
    }),
    run,
    rule: {
      community_version: adopted.version,
      time_zone: adopted.community.time_zone,
      interval_minutes: adopted.community.interval_minutes,
      text: describePolicy(policy),
      policy,
    },
    cells: keepCells({ ...cells, points }, own, entry.cells_sha256),
    readings,
    usual: keepUsual(registers, shown, { from_ms, to_ms, interval_ms: cells.interval_ms }),
    corrections: keepCorrections(await ports.corrections.list(), readings),
    register_events: keepEvents(await ports.registerEvents.list(), shown),
    recomputation: await recompute({ cells, adopted, shown, state: run?.state ?? "preliminary" }, settlement),
  };
  const document = canonicalJson(evidence);
  if (Buffer.byteLength(document) > MOST_EVIDENCE_BYTES) {
    throw invalid("there are too many readings around these intervals", "Contest fewer intervals, in several cases.");
  }
  return document;
}

/** The columns that the member may see, each named here: what a later version adds to the cells is not shown unasked. */
function keepCells(cells: DayCells, own: MemberColumn, sha256: string): FrozenCells {
  const { day, from_ms, to_ms, interval_ms, engine, state, pool_mwh, surplus_mwh, surplus_to, leak_mwh } = cells;
  const { member } = own;
  const isOthers = ({ point }: PlantColumn): boolean => {
    const owner = cells.points.find((each) => each.point === point)?.member ?? null;
    return owner !== null && owner !== member;
  };
  return {
    ...{ sha256, day, from_ms, to_ms, interval_ms, engine, state, pool_mwh, surplus_mwh, own },
    ...(surplus_to !== undefined && { surplus_to }),
    ...(leak_mwh !== undefined && { leak_mwh }),
    ...(cells.plants !== undefined && { plants: cells.plants.filter((plant) => !isOthers(plant)) }),
    ...(cells.quotas !== undefined && {
      own_quotas_mwh: cells.quotas.map((tier) => tier?.find((each) => each.member === member)?.taken_mwh ?? null),
    }),
    ...(cells.coefficients !== undefined && {
      own_coefficients: cells.coefficients.flatMap(({ key, pool, named_ms, members }) =>
        members.filter((each) => each.member === member).map(({ share }) => ({ key, pool, named_ms, share })),
      ),
    }),
    points: cells.points.map((point) => ({ ...point, member: point.member === member ? member : null })),
  };
}

function checkRange(
  { booked, from_ms, to_ms }: Contested,
  { from_ms: start, to_ms: end, interval_ms }: DayCells,
): void {
  const isWhole = (moment: number): boolean => (moment - start) % interval_ms === 0;
  if (from_ms >= start && to_ms <= end && from_ms < to_ms && isWhole(from_ms) && isWhole(to_ms)) return;
  throw invalid(
    `these are no intervals of the day ${booked.entry.day}`,
    `Name a range within [${start}, ${end}) in steps of ${interval_ms} ms, or none for the whole day.`,
  );
}

/** Of each shown register the readings around the contested intervals, the nearest beyond them included. */
function keepReadings(all: PointReadings, shown: Shown, { from_ms, to_ms }: Contested): readonly FrozenReadings[] {
  return [...shown.points].sort().flatMap((point): FrozenReadings[] => {
    const readings = all.get(point)?.readings ?? [];
    const first = readings.findLast(({ at }) => at <= from_ms - KEEP_AROUND)?.at ?? 0;
    const last = readings.find(({ at }) => at >= to_ms + KEEP_AROUND)?.at ?? Number.MAX_SAFE_INTEGER;
    const kept = readings.filter(({ at }) => at >= first && at <= last);
    return [...Map.groupBy(kept, ({ series }) => series)].map(([series, those]) => ({
      ...{ point, series },
      at_ms: those.map(({ at }) => at),
      value: those.map(({ value }) => value),
      outcome: those.map(({ outcome }) => outcome),
      stamped_by: those.map(({ stampedBy }) => stampedBy),
      is_clock_unsure: those.map(({ isClockUnsure }) => isClockUnsure === true),
      correction: those.map(({ correction }) => correction ?? null),
    }));
  });
}

/** What is usual in the contested intervals, of points that have a gap for it to shape. */
function keepUsual(
  all: PointReadings,
  shown: Shown,
  { from_ms, to_ms, interval_ms }: { readonly from_ms: number; readonly to_ms: number; readonly interval_ms: number },
): readonly FrozenUsual[] {
  const starts = Array.from({ length: (to_ms - from_ms) / interval_ms }, (_, index) => from_ms + index * interval_ms);
  return [...shown.points].sort().flatMap((point): FrozenUsual[] => {
    const typical = all.get(point)?.typical;
    const usual = starts.flatMap((from) => {
      const energy = typical?.(EpochMs(from));
      return energy === undefined ? [] : [{ from, energy }];
    });
    if (usual.length === 0) return [];
    return [{ point, from_ms: usual.map(({ from }) => from), energy_mwh: usual.map(({ energy }) => energy) }];
  });
}

/** Corrections whose range touches the kept readings of their series. */
function keepCorrections(
  all: readonly KeptCorrection[],
  readings: readonly FrozenReadings[],
): readonly KeptCorrection[] {
  return all.filter(({ series, range, version }) =>
    readings.some((kept) => {
      if (kept.series !== series) return false;
      const [first = 0, last = 0] = [kept.at_ms.at(0), kept.at_ms.at(-1)];
      return (range.from <= last && range.to > first) || kept.correction.includes(version);
    }),
  );
}

function keepEvents(all: readonly KeptRegisterEvent[], { points }: Shown): readonly KeptRegisterEvent[] {
  return all.filter(({ point }) => points.has(point));
}

/** The day as the readings say now, held against its cells; only columns that are shown are compared by name. */
async function recompute(
  {
    cells,
    adopted,
    shown,
    state,
  }: {
    readonly cells: DayCells;
    readonly adopted: CommunityVersion;
    readonly shown: Shown;
    readonly state: Recomputation["state"];
  },
  settlement: Settlement,
): Promise<Recomputation> {
  // An older build wrote the same cells in another form.
  const now = { ...(await settlement.recompute(cells.day, adopted, state)), format: cells.format };
  const cells_sha256 = digestOfCells(now);
  const [booked, anew] = [columnsOf(cells, shown), columnsOf(now, shown)];
  const differences = [...booked].flatMap(([column, values]) =>
    values.flatMap((booked_mwh, index) => {
      const now_mwh = anew.get(column)?.[index] ?? null;
      const from_ms = cells.from_ms + index * cells.interval_ms;
      return booked_mwh === now_mwh ? [] : [{ column, from_ms, booked_mwh, now_mwh }];
    }),
  );
  const agrees = cells_sha256 === digestOfCells(cells);
  return { state, cells_sha256, agrees, differences: agrees ? [] : differences };
}

function columnsOf(cells: DayCells, { member, points }: Shown): ReadonlyMap<string, readonly (number | null)[]> {
  const own = cells.members.find((column) => column.member === member);
  const shownPoint = ({ point }: PointColumn): boolean => points.has(point);
  return new Map([
    ...cells.points.filter(shownPoint).map(({ point, energy_mwh }) => [`energy of ${point}`, energy_mwh] as const),
    ["generation of the pool", cells.pool_mwh],
    ["surplus", cells.surplus_mwh],
    [`consumption of ${member}`, own?.consumption_mwh ?? []],
    [`share of ${member}`, own?.allotted_mwh ?? []],
  ]);
}

function invalid(why: string, remedy: string): HubError {
  return new HubError("CASE_INVALID", `this cannot be contested: ${why}`, { remedy });
}
