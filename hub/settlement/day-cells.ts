import type { Policy } from "../allocation/policy.ts";
import { type SpelledLists, sha256Hex } from "../canonical-json.ts";
import type { MissingReason, Quality } from "../energy/interval.ts";
import type { LocalDay } from "../time-zone.ts";
import type { CoefficientColumn } from "./coefficients.ts";
import { spellCells } from "./spell-cells.ts";

/** How an interval stands: shared out; held because some input is missing; unmeasured because every input is. */
export type IntervalState = "shared" | "held" | "unmeasured";

/**
 * The frozen inputs and cells of one community day, column by column, one value an interval; all energies whole mWh.
 * An entry names its sha256, so whoever has the cells can check the entry without the readings.
 */
export interface DayCells {
  /** How they are written down; new ones by 2. */
  readonly format: 1 | 2;
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
  /** Where the policy sends what nobody used; the grid when it is not here. */
  readonly surplus_to?: Policy["surplus"];
  /** Only where the policy says more than one pool of all and a surplus for the grid; in point order. */
  readonly plants?: readonly PlantColumn[];
  /** What a rounding that is not exact lost or made up. */
  readonly leak_mwh?: readonly (number | null)[];
  /** For each tier what was taken of its quota on this day; null for a tier without one. */
  readonly quotas?: readonly (QuotaColumn | null)[];
  /** Only where the policy shares by coefficients from outside: those it was shared by. */
  readonly coefficients?: readonly CoefficientColumn[];
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
  /** Own generation used behind the own meter. */
  readonly own_mwh?: readonly (number | null)[];
  /** Given beyond use: exported for the member, or banked as credit. */
  readonly beyond_mwh?: readonly (number | null)[];
}

/** What became of one plant's energy: measured = loss + own + outside + shared + beyond + surplus. */
export interface PlantColumn {
  readonly point: string;
  readonly loss_mwh: readonly (number | null)[];
  readonly own_mwh: readonly (number | null)[];
  readonly outside_mwh: readonly (number | null)[];
  readonly shared_mwh: readonly (number | null)[];
  readonly beyond_mwh: readonly (number | null)[];
  readonly surplus_mwh: readonly (number | null)[];
}

/** In member-id order. */
export type QuotaColumn = readonly { readonly member: string; readonly taken_mwh: number }[];

/** A day's cells as they are written down. */
export interface CellsText {
  readonly text: string;
  /** Its sha256. */
  readonly digest: string;
  /** Its lists one by one, for the members' columns, which say them again. */
  readonly lists: SpelledLists;
}

const texts = new WeakMap<DayCells, CellsText>();

/** The one spelling of a day's cells; made once, because it is megabytes for a large community. */
export function textOfCells(cells: DayCells): CellsText {
  const known = texts.get(cells);
  if (known !== undefined) return known;
  const lists: SpelledLists = new Map();
  const text = spellCells(cells, lists);
  const made = { text, digest: sha256Hex(text), lists };
  texts.set(cells, made);
  return made;
}

/** The sha256 of a day's cells. The cells are not changed in place by anybody after that. */
export function digestOfCells(cells: DayCells): string {
  return textOfCells(cells).digest;
}

/** Where cells are kept, by their own digest; keeping the same ones again changes nothing. */
export interface CellStore {
  /** On the disk when it resolves. */
  keep(cells: DayCells): Promise<string>;
  /** Undefined when there are none of that name, or they cannot be read any more. */
  byDigest(sha256: string): Promise<DayCells | undefined>;
}
