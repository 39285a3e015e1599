import type { MissingReason, Quality } from "../../../../hub/energy/interval.ts";

/**
 * What the hub answers, as far as this page reads it. Energies are whole mWh, moments whole epoch ms (UTC),
 * days local days of the community's zone as `YYYY-MM-DD`. Null energy is "not known", never 0.
 */

export interface Health {
  readonly status: "ok" | "degraded";
  readonly now_ms: number;
  readonly time_speed: number;
  readonly simulated: boolean;
  readonly readings: number;
  readonly series: number;
  readonly quarantined: number;
}

export interface Community {
  readonly name: string;
  readonly time_zone: string;
  readonly interval_minutes: number;
  readonly version: string | null;
  readonly members: readonly { readonly id: string }[];
  readonly metering_points: readonly { readonly id: string; readonly series: string }[];
}

export interface Days {
  readonly first: string | null;
  readonly last: string | null;
  readonly today: string;
  readonly settled: readonly string[];
}

/** `pending`: not over yet. `held`: over, but an input is missing. `shared`: allotted. */
export type IntervalState = "shared" | "held" | "pending";
export type DayState = "settled" | "provisional";

export interface CommunityInterval {
  readonly from_ms: number;
  readonly state: IntervalState;
  readonly generation_mwh: number | null;
  readonly consumption_mwh: number | null;
  readonly shared_mwh: number | null;
  readonly from_grid_mwh: number | null;
  readonly surplus_mwh: number | null;
  readonly quality: Quality;
}

export interface CommunityDay {
  readonly day: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly interval_minutes: number;
  readonly time_zone: string;
  readonly state: DayState;
  readonly entry: string | null;
  readonly totals: {
    readonly generation_mwh: number;
    readonly consumption_mwh: number;
    readonly shared_mwh: number;
    readonly from_grid_mwh: number;
    readonly surplus_mwh: number;
    readonly intervals: number;
    readonly shared_intervals: number;
    readonly held_intervals: number;
    readonly pending_intervals: number;
  };
  readonly intervals: readonly CommunityInterval[];
}

export interface MemberInterval {
  readonly from_ms: number;
  readonly state: IntervalState;
  readonly consumption_mwh: number | null;
  readonly allotted_mwh: number | null;
  readonly from_grid_mwh: number | null;
  readonly quality: Quality;
}

export interface MemberDay {
  readonly member: string;
  readonly day: string;
  readonly state: DayState;
  readonly entry: string | null;
  readonly totals: {
    readonly consumption_mwh: number;
    readonly allotted_mwh: number;
    readonly from_grid_mwh: number;
  };
  readonly intervals: readonly MemberInterval[];
}

export interface ExplainedPoint {
  readonly point: string;
  readonly member: string | null;
  readonly role: "consumption" | "generation";
  readonly energy_mwh: number | null;
  readonly quality: Quality;
  readonly reason?: MissingReason | null;
  readonly series: string;
  readonly register_from_mwh: number | null;
  readonly register_to_mwh: number | null;
}

/** One step of the rule for one member. Weights and quota are exact text: `152000`, `1/4`, `115789 9/19`. */
export interface ExplainedTier {
  readonly rule: "consumption" | "fixed" | "equal" | "priority" | "external";
  readonly weight: "consumption" | "fixed" | "equal";
  readonly weight_value: string;
  readonly weight_total: string;
  readonly pool_mwh: number;
  readonly quota: string;
  readonly cap_mwh: number;
  readonly floor_mwh: number;
  readonly rounded_up: boolean;
  readonly allotted_mwh: number;
}

export interface Explanation {
  readonly member: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly state: IntervalState;
  readonly settled: boolean;
  readonly entry: string | null;
  readonly community_version: string;
  readonly policy: { readonly name: string; readonly text: string };
  readonly inputs: {
    readonly pool_mwh: number | null;
    readonly community_consumption_mwh: number | null;
    readonly points: readonly ExplainedPoint[];
    /** Shares that somebody outside named, by key and pool. */
    readonly coefficients: readonly {
      readonly key: string;
      readonly pool: string;
      readonly named_ms: number | null;
      readonly share: string | null;
    }[];
  };
  readonly tiers: readonly ExplainedTier[];
  readonly allotted_mwh: number | null;
  readonly from_grid_mwh: number | null;
  /** Made and used behind the own meter. */
  readonly own_mwh: number | null;
}

export interface Plant {
  readonly point: string;
  readonly rated_kw: number | null;
  readonly generation_mwh: number;
  readonly yield_kwh_per_kw: number | null;
  readonly median_kwh_per_kw: number | null;
  readonly ratio: number | null;
  readonly flag: null | "dead" | "weak" | "high";
}

/** What every failed request answers. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
