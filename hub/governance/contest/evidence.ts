import type { Policy } from "../../allocation/policy.ts";
import { sha256Hex } from "../../canonical-json.ts";
import type { Entry } from "../../ledger/entry.ts";
import type { KeptRegisterEvent } from "../../members/register-event.ts";
import type { Reading } from "../../reading.ts";
import type { KeptCorrection } from "../../series/corrections.ts";
import type { DayCells, MemberColumn, PlantColumn, PointColumn } from "../../settlement/day-cells.ts";
import type { Run, RunState } from "../../settlement/run.ts";

/**
 * What a case rests on, as it was when the case was opened: one JSON document, kept in its canonical form with its sha256.
 * It holds the member's own column and metering points and the plants, and nothing of any other member: no id, no reading,
 * no energy. Energies are whole mWh, moments ms since 1970 UTC.
 */
export interface Evidence {
  readonly format: 1;
  readonly case: string;
  readonly member: string;
  /** The contested intervals, half-open. */
  readonly from_ms: number;
  readonly to_ms: number;
  readonly frozen_ms: number;
  /** As it was booked, with its digest; of its postings the ones of other members are left out. */
  readonly entry: Entry & { readonly digest: string };
  /** All entries of the day by then, oldest first. */
  readonly entries_of_day: readonly { readonly id: string; readonly digest: string; readonly booked_ms: number }[];
  /** The settlement run that made the entry stand; null for an entry older than runs. */
  readonly run: Run | null;
  readonly rule: {
    /** sha256 of the community document that the day was settled by, whole. */
    readonly community_version: string;
    readonly time_zone: string;
    readonly interval_minutes: number;
    readonly text: string;
    /** Other members appear under words that stand for them. */
    readonly policy: Policy;
  };
  /** Of the cells that the entry was booked with: their sha256 and the columns that may be shown. */
  readonly cells: FrozenCells;
  readonly readings: readonly FrozenReadings[];
  /** What each metering point with a gap usually does, the mean of comparable days: the shape of what was not measured. */
  readonly usual: readonly FrozenUsual[];
  /** Corrections that were read over these readings. */
  readonly corrections: readonly KeptCorrection[];
  /** All that was known of the registers shown here, answered or not. */
  readonly register_events: readonly KeptRegisterEvent[];
  readonly recomputation: Recomputation;
}

export interface FrozenCells
  extends Pick<
    DayCells,
    | "day"
    | "from_ms"
    | "to_ms"
    | "interval_ms"
    | "engine"
    | "state"
    | "pool_mwh"
    | "surplus_mwh"
    | "surplus_to"
    | "leak_mwh"
  > {
  readonly sha256: string;
  /** The member's own metering points and the plants; the owner of a plant is named only if it is the member. */
  readonly points: readonly PointColumn[];
  readonly own: MemberColumn;
  /** What became of the energy of plants that are the member's or everybody's. */
  readonly plants?: readonly PlantColumn[];
  /** For each tier what the member took of a quota on this day. */
  readonly own_quotas_mwh?: readonly (number | null)[];
  /** The member's shares that somebody outside named, as they were in force. */
  readonly own_coefficients?: readonly {
    readonly key: string;
    readonly pool: string;
    readonly named_ms: readonly (number | null)[];
    readonly share: readonly (string | null)[];
  }[];
}

/** Readings of one register around the contested intervals, column by column, as they are read through the corrections. */
export interface FrozenReadings {
  readonly point: string;
  readonly series: string;
  readonly at_ms: readonly number[];
  /** In the quantity's unit; null unless the outcome is "value". */
  readonly value: readonly (number | null)[];
  readonly outcome: readonly Reading["outcome"][];
  readonly stamped_by: readonly Reading["stampedBy"][];
  readonly is_clock_unsure: readonly boolean[];
  /** Version of the correction read over it, or null. */
  readonly correction: readonly (number | null)[];
}

/** Energy that is usual in some of the contested intervals. */
export interface FrozenUsual {
  readonly point: string;
  readonly from_ms: readonly number[];
  readonly energy_mwh: readonly number[];
}

/** The day computed anew from the readings of that moment, held against the entry's cells. */
export interface Recomputation {
  readonly state: RunState;
  readonly cells_sha256: string;
  readonly agrees: boolean;
  /** Where the columns shown here differ; none, although it does not agree, when the difference lies with others. */
  readonly differences: readonly {
    readonly column: string;
    readonly from_ms: number;
    readonly booked_mwh: number | null;
    readonly now_mwh: number | null;
  }[];
}

/** True when a kept document is the one that was frozen. */
export function isUntouched(evidence: string | undefined, sha256: string): evidence is string {
  return evidence !== undefined && sha256Hex(evidence) === sha256;
}
