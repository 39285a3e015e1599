import { canonicalJson, sha256Hex } from "../canonical-json.ts";
import type { MissingReason, Quality } from "../energy/interval.ts";
import type { LocalDay } from "../time-zone.ts";

/** How an interval stands: shared out; held because some input is missing; unmeasured because every input is. */
export type IntervalState = "shared" | "held" | "unmeasured";

/**
 * The frozen inputs and cells of one community day, column by column, one value an interval; all energies whole mWh.
 * An entry names its sha256, so whoever has the cells can check the entry without the readings.
 */
export interface DayCells {
  readonly format: 1;
  readonly day: LocalDay;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly interval_ms: number;
  readonly community_version: string;
  readonly engine: string;
  readonly state: readonly IntervalState[];
  readonly points: readonly PointColumn[];
  /** Generation of all plants together; null where it was not shared out. */
  readonly pool_mwh: readonly (number | null)[];
  readonly surplus_mwh: readonly (number | null)[];
  /** In member-id order. */
  readonly members: readonly MemberColumn[];
}

export interface PointColumn {
  readonly point: string;
  readonly role: "consumption" | "generation";
  readonly member: string | null;
  readonly series: string;
  /** Null where the quality is "missing". */
  readonly energy_mwh: readonly (number | null)[];
  readonly quality: readonly Quality[];
  /** Why, where the quality is "missing". */
  readonly reason: readonly (MissingReason | null)[];
}

export interface MemberColumn {
  readonly member: string;
  readonly consumption_mwh: readonly (number | null)[];
  readonly allotted_mwh: readonly (number | null)[];
}

export function digestOfCells(cells: DayCells): string {
  return sha256Hex(canonicalJson(cells));
}

/** Where cells are kept, by their own digest; keeping the same ones again changes nothing. */
export interface CellStore {
  /** On the disk when it resolves. */
  keep(cells: DayCells): Promise<string>;
  /** Undefined when there are none of that name, or they cannot be read any more. */
  byDigest(sha256: string): Promise<DayCells | undefined>;
}
