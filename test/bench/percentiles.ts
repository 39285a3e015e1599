/** The value at or below which `share` (0 to 1) of the values lie; NaN of none. Sorts a copy. */
export function percentileOf(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function medianOf(values: readonly number[] | Float64Array): number {
  return percentileOf(values, 0.5);
}
