import { HubError } from "../errors.ts";
import { registerQuantities } from "../quantity.ts";
import { parseSeriesKey, SeriesKey } from "../reading.ts";
import { EpochMs, type MilliWattHours } from "../units.ts";
import type { MeteringPoint } from "./community.ts";
import {
  type KeptRegisterEvent,
  type RegisterEvent,
  type RegisterVerdict,
  seriesOverTime,
  standingEvents,
} from "./register-event.ts";

/** What somebody who stood at the meter says. */
export interface DeclaredEvent {
  readonly kind: "swap" | "rollover" | "reset";
  readonly at: EpochMs;
  /** What the old register showed last and the new one first. */
  readonly end: MilliWattHours;
  readonly start: MilliWattHours;
  /** Register that counts from then on; the same one without it. */
  readonly seriesAfter?: string;
}

/**
 * A declaration as an event of its metering point. Pure.
 * @param events all events so far
 * @param now    when it is declared; nothing is declared ahead
 * @throws HubError REGISTER_EVENT_INVALID
 */
export function declareEvent(
  point: MeteringPoint,
  { kind, at, end, start, seriesAfter }: DeclaredEvent,
  events: readonly KeptRegisterEvent[],
  now: EpochMs,
): RegisterEvent {
  if (at > now) throw invalid("it is declared for a moment to come", "Declare it when it has happened.");
  if (end < 0 || start < 0) throw invalid("a register below zero", "Give both registers as the display shows them.");
  const standing = standingEvents(events).filter((event) => event.point === point.id);
  const later = standing.find(({ to_ms, verdict }) => verdict === "continues" && to_ms >= at);
  if (later !== undefined) {
    const moment = new Date(later.to_ms).toISOString();
    throw invalid(`a ${later.kind} of ${point.id} at ${moment} stands already`, "Answer that event instead.");
  }
  const before = seriesOverTime(SeriesKey(point.series), standing).at(-1)?.series ?? SeriesKey(point.series);
  const question = standing.find(
    ({ verdict, from_ms, to_ms }) => verdict === "question" && from_ms <= at && at <= to_ms,
  );
  return {
    point: point.id,
    kind,
    verdict: "continues",
    from_ms: at,
    to_ms: at,
    series_before: before,
    series_after: seriesAfter === undefined ? before : registerOf(seriesAfter),
    end_mwh: end,
    start_mwh: start,
    answers: question?.seq ?? null,
  };
}

/**
 * A decision about an event that stands, as the event that answers it. Pure.
 * @param registers as somebody read them; without them those of the question
 * @throws HubError REGISTER_EVENT_INVALID
 */
export function decideEvent(
  seq: number,
  verdict: RegisterVerdict,
  registers: { readonly end?: MilliWattHours; readonly start?: MilliWattHours },
  events: readonly KeptRegisterEvent[],
): RegisterEvent {
  const asked = standingEvents(events).find((event) => event.seq === seq);
  if (asked === undefined) {
    const isAnswered = events.some((event) => event.seq === seq);
    const remedy = "See which events stand: GET /api/register-events.";
    throw invalid(isAnswered ? `event ${seq} is answered already` : `there is no event ${seq}`, remedy);
  }
  if (verdict === "question" || verdict === "left_out") {
    throw invalid(`${verdict} is no answer`, "Say continues, energy or noted.");
  }
  if (verdict === "energy" && asked.kind !== "jump") {
    throw invalid(`a ${asked.kind} cannot be energy`, "Say continues, with the end and the start of the register.");
  }
  const end_mwh = registers.end ?? asked.end_mwh;
  const start_mwh = registers.start ?? asked.start_mwh;
  if (verdict === "continues" && (end_mwh === null || start_mwh === null || end_mwh < 0 || start_mwh < 0)) {
    throw invalid(
      "the end and the start of the register are not known",
      "Give end_register_kwh and start_register_kwh.",
    );
  }
  const { point, kind, from_ms, to_ms, series_before, series_after } = asked;
  return { point, kind, verdict, from_ms, to_ms, series_before, series_after, end_mwh, start_mwh, answers: seq };
}

/** Where energy is another one when an event is kept: the moment and what is interpolated around it. */
export function touchedBy({ from_ms, to_ms }: RegisterEvent): { readonly from: EpochMs; readonly to: EpochMs } {
  return { from: from_ms, to: EpochMs(to_ms + 1) };
}

function registerOf(series: string): SeriesKey {
  const parts = parseSeriesKey(series);
  if (parts !== undefined && registerQuantities.includes(parts.quantity)) return SeriesKey(series);
  throw invalid(`${series} is not a register`, "Name one such as home-1/active_energy_import.");
}

function invalid(why: string, remedy: string): HubError {
  return new HubError("REGISTER_EVENT_INVALID", `this cannot be said of the register: ${why}`, { remedy });
}
