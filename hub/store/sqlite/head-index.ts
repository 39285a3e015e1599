import type { Columns } from "./chunk-codec.ts";

/** Unsealed readings of one series in memory, in the order they were stored. */
export interface HeadTrack {
  readonly at: number[];
  /** NaN where there is no value. */
  readonly value: number[];
  readonly flags: number[];
  /** The head row each one stands in. */
  readonly seq: number[];
}

export function emptyTrack(): HeadTrack {
  return { at: [], value: [], flags: [], seq: [] };
}

export function addToTrack(track: HeadTrack, reading: { at: number; value: number; flags: number; seq: number }): void {
  track.at.push(reading.at);
  track.value.push(reading.value);
  track.flags.push(reading.flags);
  track.seq.push(reading.seq);
}

/** Take out what stands in head rows up to `seq`; rows are added in order, so it is the beginning. */
export function dropFromTrack(track: HeadTrack, seq: number): void {
  const kept = track.seq.findIndex((one) => one > seq);
  const count = kept < 0 ? track.seq.length : kept;
  for (const column of [track.at, track.value, track.flags, track.seq]) column.splice(0, count);
}

/** Readings of a track that pass, as columns sorted by time. */
export function sortedColumns(track: HeadTrack, isWanted: (index: number) => boolean): Columns {
  const order: number[] = [];
  let isSorted = true;
  for (let index = 0; index < track.at.length; index += 1) {
    if (!isWanted(index)) continue;
    if (order.length > 0 && (track.at[order.at(-1) ?? 0] ?? 0) > (track.at[index] ?? 0)) isSorted = false;
    order.push(index);
  }
  if (!isSorted) order.sort((a, b) => (track.at[a] ?? 0) - (track.at[b] ?? 0));
  return {
    at: Float64Array.from(order, (index) => track.at[index] ?? 0),
    value: Float64Array.from(order, (index) => track.value[index] ?? Number.NaN),
    flags: Uint8Array.from(order, (index) => track.flags[index] ?? 0),
  };
}

/** Two sorted lists of readings as one; where both have a stamp it is the same reading, and it comes once. */
export function mergeColumns(a: Columns, b: Columns): Columns {
  if (a.at.length === 0) return b;
  if (b.at.length === 0) return a;
  const most = a.at.length + b.at.length;
  const merged = { at: new Float64Array(most), value: new Float64Array(most), flags: new Uint8Array(most) };
  let [i, j, count] = [0, 0, 0];
  while (i < a.at.length || j < b.at.length) {
    const fromA = a.at[i] ?? Number.POSITIVE_INFINITY;
    const fromB = b.at[j] ?? Number.POSITIVE_INFINITY;
    const [source, index] = fromA <= fromB ? [a, i] : [b, j];
    merged.at[count] = source.at[index] ?? 0;
    merged.value[count] = source.value[index] ?? Number.NaN;
    merged.flags[count] = source.flags[index] ?? 0;
    count += 1;
    if (fromA <= fromB) i += 1;
    if (fromB <= fromA) j += 1;
  }
  return {
    at: merged.at.subarray(0, count),
    value: merged.value.subarray(0, count),
    flags: merged.flags.subarray(0, count),
  };
}

/** Where a stamp stands in sorted columns, or -1. */
export function indexOfStamp({ at }: { readonly at: ArrayLike<number> }, stamp: number): number {
  let low = 0;
  let high = at.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = at[middle] ?? 0;
    if (found === stamp) return middle;
    if (found < stamp) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The first index whose stamp is not before a moment. */
export function firstFrom({ at }: Columns, moment: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
