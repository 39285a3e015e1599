import type { MissingReason, Quality } from "../energy/interval.ts";
import { registersAt } from "../energy/register-at.ts";
import { shownRegister } from "../energy/register-change.ts";
import { trackRegister } from "../energy/register-track.ts";
import type { PointColumn } from "../settlement/day-cells.ts";
import type { RegisterInput } from "../settlement/measure-day.ts";
import { type EpochMs, Ms } from "../units.ts";
import { kwh } from "./plain-numbers.ts";

export interface ExplainedPoint {
  readonly point: string;
  readonly member: string | null;
  readonly role: "consumption" | "generation";
  readonly series: string;
  readonly energy_mwh: number | null;
  readonly quality: Quality;
  readonly reason: MissingReason | null;
  /** The register at both ends as the meter showed it, each rounded once to mWh; null where it is not known. */
  readonly register_from_mwh: number | null;
  readonly register_to_mwh: number | null;
  /** Where another register went on within the interval: what the old one ended at and the new one began with. */
  readonly register_changes: readonly {
    readonly at_ms: number;
    readonly end_mwh: number;
    readonly start_mwh: number;
  }[];
}

/** How the energy of one metering point in one interval came about. Pure. */
export function explainPoint(
  column: PointColumn,
  input: {
    readonly index: number;
    readonly span: { readonly from: EpochMs; readonly to: EpochMs };
    readonly register: RegisterInput;
    readonly ratedW: number | undefined;
  },
): ExplainedPoint {
  const { index, span, register, ratedW } = input;
  const { readings, changes, typical } = register;
  const shape = typical === undefined ? undefined : { typical, interval: Ms(span.to - span.from) };
  const [start, end] = registersAt(trackRegister(readings, ratedW, changes), [span.from, span.to], shape);
  const since = readings[0]?.at ?? span.from;
  const shownAt = (known: typeof start) =>
    known === undefined || known.value === null ? null : shownRegister(known.value, changes, { since, at: known.at });
  return {
    point: column.point,
    member: column.member,
    role: column.role,
    series: column.series,
    energy_mwh: column.energy_mwh[index] ?? null,
    quality: column.quality[index] ?? "missing",
    reason: column.reason[index] ?? null,
    register_from_mwh: shownAt(start),
    register_to_mwh: shownAt(end),
    register_changes: changes.flatMap((change) =>
      change.kind === "continues" && change.at > span.from && change.at <= span.to
        ? [{ at_ms: change.at, end_mwh: change.end, start_mwh: change.start }]
        : [],
    ),
  };
}

/** A changed register in words, so that the difference of the two ends does not look wrong. */
export function changeSentences(points: readonly ExplainedPoint[]): readonly string[] {
  return points.flatMap(({ point, register_changes }) =>
    register_changes.map(
      ({ end_mwh, start_mwh }) =>
        `The register of ${point} changed in this interval: the old one ended at ${kwh(end_mwh)} and the new one began at ${kwh(start_mwh)}; the energy on both sides of that is counted.`,
    ),
  );
}
