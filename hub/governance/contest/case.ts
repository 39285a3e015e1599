import type { Actor } from "../../members/actor.ts";
import type { RegisterVerdict } from "../../members/register-event.ts";
import type { SeriesKey } from "../../reading.ts";
import type { Change } from "../../series/corrections.ts";
import type { LocalDay } from "../../time-zone.ts";
import type { EpochMs, MilliWattHours } from "../../units.ts";

/**
 * A member contests an entry, or some intervals of its day. The case is a list of steps that only grows; where it stands
 * is a function of the steps and the time. Open to the member, to stewards and to auditors.
 */

/** What every step says: who did it, in which role, when and why. */
export interface StepSaid {
  /** The case's id, chosen by whoever opened it, so that opening it twice opens one. */
  readonly case: string;
  readonly by: string;
  readonly role: Actor["role"];
  readonly reason: string;
  readonly at_ms: EpochMs;
}

export interface OpenedStep extends StepSaid {
  readonly step: "opened";
  readonly entry: string;
  readonly day: LocalDay;
  /** Whose column is contested. */
  readonly member: string;
  /** The contested intervals, half-open. */
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
  /** A steward decides before this moment. */
  readonly due_ms: EpochMs;
  /** The evidence that was frozen with this step. */
  readonly evidence_sha256: string;
}

export interface WithdrawnStep extends StepSaid {
  readonly step: "withdrawn";
}

export interface DecidedStep extends StepSaid {
  readonly step: "decided";
  readonly verdict: "upheld" | "rejected";
  /** What is wrong; null in a case that is rejected. */
  readonly wrong: Wrong | null;
}

export interface CorrectedStep extends StepSaid {
  readonly step: "corrected";
  /** The correcting entry; null where the decision changed no amount of the day. */
  readonly entry: string | null;
}

export type CaseStep = OpenedStep | WithdrawnStep | DecidedStep | CorrectedStep;

/**
 * What a steward finds wrong. `register`: what was decided about a register, so it is answered anew. `readings`: readings
 * of a register, so a correction is read over them. `day`: the day is only settled anew, as its inputs say now.
 */
export type Wrong = WrongRegister | WrongReadings | { readonly what: "day" };

export interface WrongRegister {
  readonly what: "register";
  /** `seq` of the standing event that is answered. */
  readonly event: number;
  readonly verdict: RegisterVerdict;
  /** Where the old register ended and the new one began; null keeps what the event says. */
  readonly end_mwh: MilliWattHours | null;
  readonly start_mwh: MilliWattHours | null;
  /** True when the metering point is neither the member's nor a plant: the member is told no more than that. */
  readonly is_of_another: boolean;
}

export interface WrongReadings {
  readonly what: "readings";
  readonly series: SeriesKey;
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
  readonly change: Change;
  /** As above. */
  readonly is_of_another: boolean;
}

/** `overdue` is open still: the deadline passed and nobody decided. `upheld` becomes `corrected` with its entry. */
export const caseStates = ["open", "overdue", "withdrawn", "rejected", "upheld", "corrected"] as const;
export type CaseState = (typeof caseStates)[number];
