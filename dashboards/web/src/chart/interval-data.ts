import type { IntervalState } from "../api/contract.ts";

/** What a chart, its key, its slider and its table show together: one day of intervals, one column a track. */
export interface IntervalData {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly interval_ms: number;
  /** Start of each interval, epoch ms, ascending. */
  readonly starts: readonly number[];
  readonly states: readonly IntervalState[];
  readonly tracks: readonly Track[];
}

/** How a track is drawn, so that it is told by form as well as by colour. */
export type TrackMark = "generation" | "consumption" | "shared" | "grid" | "surplus";

export interface Track {
  readonly mark: TrackMark;
  readonly label: string;
  /** Energy of each interval in mWh; null where it is not known: a gap, never 0 and never joined. */
  readonly values: readonly (number | null)[];
}

export function trackOf(data: IntervalData, mark: TrackMark): Track | undefined {
  return data.tracks.find((track) => track.mark === mark);
}

/** The interval a moment lies in, or undefined outside the day. */
export function intervalAt(data: IntervalData, at_ms: number): number | undefined {
  const index = Math.floor((at_ms - data.from_ms) / data.interval_ms);
  return index >= 0 && index < data.starts.length ? index : undefined;
}
