import type { RegisterChange } from "../energy/register-change.ts";
import type { SeriesKey } from "../reading.ts";
import { EpochMs, type MilliWattHours } from "../units.ts";

/**
 * What happened to the register of a metering point: a swap, a rollover, a reset, a value that stood still, a jump. Each
 * has its end and start registers, who says so, when and why. Events are append-only: a decision is a new event that
 * answers an older one, and energy is counted by what stands in the end.
 */
export const registerEventKinds = ["swap", "rollover", "reset", "stuck", "jump"] as const;
export type RegisterEventKind = (typeof registerEventKinds)[number];

/**
 * `question`: nobody decided yet, and the interval is missing. `continues`: the new register goes on where the old one
 * ended. `energy`: the jump was energy. `left_out`: the readings were wrong and are left out. `noted`: changes no number.
 */
export const registerVerdicts = ["question", "continues", "energy", "left_out", "noted"] as const;
export type RegisterVerdict = (typeof registerVerdicts)[number];

export interface RegisterEvent {
  /** Metering point. */
  readonly point: string;
  readonly kind: RegisterEventKind;
  readonly verdict: RegisterVerdict;
  /** The last moment of what was before and the first of what came after; equal where somebody read both at once. */
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
  /** Registers that count before and after; the same one unless a new device took over. */
  readonly series_before: SeriesKey;
  readonly series_after: SeriesKey;
  /** Where the old register ended and the new one began; null where nobody knows. */
  readonly end_mwh: MilliWattHours | null;
  readonly start_mwh: MilliWattHours | null;
  /** `seq` of the event this one decides about. */
  readonly answers: number | null;
}

export interface KeptRegisterEvent extends RegisterEvent {
  /** Events count upwards, all metering points together. */
  readonly seq: number;
  /** Who says so, as a pseudonym, or "hub". */
  readonly by: string;
  readonly reason: string;
  readonly made_ms: EpochMs;
}

/** Where events are kept, append-only. */
export interface RegisterEventLog {
  /** On the disk when it resolves. */
  add(
    event: RegisterEvent,
    said: { readonly by: string; readonly reason: string; readonly made_ms: EpochMs },
  ): Promise<KeptRegisterEvent>;
  /** All of them, oldest first. */
  list(): Promise<readonly KeptRegisterEvent[]>;
}

/** Events that no later one answers, by the moment they took effect. Pure. */
export function standingEvents(events: readonly KeptRegisterEvent[]): readonly KeptRegisterEvent[] {
  const answered = new Set(events.flatMap(({ answers }) => (answers === null ? [] : [answers])));
  return events.filter(({ seq }) => !answered.has(seq)).toSorted((a, b) => a.to_ms - b.to_ms || a.seq - b.seq);
}

/** What the standing events of one metering point make of its register, by time. Pure. */
export function changesOf(standing: readonly RegisterEvent[]): readonly RegisterChange[] {
  return standing.flatMap(({ kind, verdict, from_ms, to_ms, end_mwh, start_mwh }): RegisterChange[] => {
    if (verdict === "energy") return [{ kind: "energy", at: to_ms }];
    if (verdict !== "continues" || end_mwh === null || start_mwh === null) return [];
    const isReadThen = kind === "swap" && from_ms === to_ms;
    return [{ kind: "continues", at: to_ms, end: end_mwh, start: start_mwh, isReadThen }];
  });
}

/** Which series counts for a metering point from when on: the half-open stretches between its swaps. Pure. */
export function seriesOverTime(
  series: SeriesKey,
  standing: readonly RegisterEvent[],
): readonly { readonly series: SeriesKey; readonly from: EpochMs; readonly to: EpochMs }[] {
  const swaps = standing.filter(({ series_before, series_after }) => series_before !== series_after);
  if (swaps.length === 0) return [{ series, from: EpochMs(0), to: FOREVER }];
  const starts = [EpochMs(0), ...swaps.map(({ to_ms }) => to_ms)];
  const names = [swaps[0]?.series_before ?? series, ...swaps.map(({ series_after }) => series_after)];
  return names.map((name, index) => ({
    series: name,
    from: starts[index] ?? EpochMs(0),
    to: starts[index + 1] ?? FOREVER,
  }));
}

const FOREVER = EpochMs(Number.MAX_SAFE_INTEGER);
