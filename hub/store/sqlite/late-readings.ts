import {
  gatherStretches,
  LONGEST_GAP,
  NEIGHBOUR_REACH,
  type Stretch,
  type StretchGatherer,
  stretchChanged,
} from "../../series/late-marks.ts";
import type { Columns } from "./chunk-codec.ts";
import type { LateMarkTables } from "./late-marks.ts";
import { dayOf, isMeasured } from "./readings-schema.ts";
import type { SealedDays } from "./sealed-days.ts";
import type { WriterSeries } from "./writer-series.ts";

/** Finds, while a commit stores readings, which of them change what was booked, and marks that within the commit. */
export interface LateReadings {
  /** Forget what a commit that failed had found. */
  begin(): void;
  /** A reading that is about to be placed in its series. Nearly always it is newer than all booked, and two comparisons say so. */
  see(series: WriterSeries, reading: { readonly at: number; readonly flags: number }): void;
  /** Write the marks, within the transaction of the commit. */
  mark(): void;
  bookedBefore(moment: number): void;
}

export function findLateReadings(
  tables: LateMarkTables,
  days: SealedDays,
  all: ReadonlyMap<string, WriterSeries>,
): LateReadings {
  let booked = tables.booked();
  let near = booked + NEIGHBOUR_REACH;
  const late = new Map<number, StretchGatherer>();

  const note = (series: WriterSeries, stretch: Stretch): void => {
    const gatherer = late.get(series.id) ?? gatherStretches();
    late.set(series.id, gatherer);
    gatherer.add(stretch);
  };

  /**
   * The first measurement after the booked moment changes all since the last one before it: what stands between the two
   * has no value, as when a device that could not be read for a night answers again.
   */
  const seeBoundary = (series: WriterSeries, at: number): void => {
    const known = firstMeasured(days, series, booked, at);
    series.measuredFrom = known ?? at;
    if (known !== undefined) return;
    const before = lastMeasured(days, series, at - LONGEST_GAP, booked);
    if (before !== undefined) note(series, { from_ms: before, to_ms: at });
  };

  const look = (series: WriterSeries, { at, flags }: { readonly at: number; readonly flags: number }): void => {
    if (booked === Number.NEGATIVE_INFINITY) {
      series.measuredFrom = booked;
      return;
    }
    const stretch = stretchChanged({ at, last: series.last, booked });
    if (stretch !== undefined) note(series, stretch);
    if (at >= booked && at < series.measuredFrom && isMeasured(flags)) seeBoundary(series, at);
  };

  return {
    begin: () => late.clear(),
    see(series, reading) {
      if (reading.at < series.measuredFrom || reading.at < near) look(series, reading);
    },
    mark() {
      for (const [seriesId, gatherer] of late) tables.mark(seriesId, gatherer.gathered());
      late.clear();
    },
    bookedBefore(moment) {
      if (!tables.bookedBefore(moment)) return;
      booked = moment;
      near = moment + NEIGHBOUR_REACH;
      for (const series of all.values()) {
        if (series.measuredFrom < moment) series.measuredFrom = Number.POSITIVE_INFINITY;
      }
    },
  };
}

/**
 * A measurement of a series from a moment on and before another: the first of those in the head, else one that is known to
 * be sealed, so that no chunk need be read of 500 series in the commit after the booked moment moved; else the first sealed
 * one. What is found may have an earlier one before it, which a reading still earlier will ask for.
 */
function firstMeasured(days: SealedDays, series: WriterSeries, from: number, before: number): number | undefined {
  let first: number | undefined;
  const { at, flags } = series.head;
  for (let index = 0; index < at.length; index += 1) {
    const stamp = at[index] ?? 0;
    if (stamp >= from && stamp < Math.min(before, first ?? before) && isMeasured(flags[index] ?? 0)) first = stamp;
  }
  if (first !== undefined || series.lastSealed < from) return first;
  if (series.sealedMeasurement >= from && series.sealedMeasurement < before) return series.sealedMeasurement;
  for (const { columns } of days.readDays(series.id, dayOf(from), dayOf(before))) {
    first = measuredIn(columns, from, before).at(0);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** The newest measurement of a series from a moment on and before another, in the head or sealed. */
function lastMeasured(days: SealedDays, series: WriterSeries, from: number, before: number): number | undefined {
  let last: number | undefined;
  const { at, flags } = series.head;
  for (let index = 0; index < at.length; index += 1) {
    const stamp = at[index] ?? 0;
    if (stamp >= Math.max(from, last ?? from) && stamp < before && isMeasured(flags[index] ?? 0)) last = stamp;
  }
  for (const { columns } of days.readDaysBack(series.id, dayOf(last ?? from), dayOf(before - 1))) {
    const sealed = measuredIn(columns, last ?? from, before).at(-1);
    if (sealed !== undefined) return sealed;
  }
  return last;
}

function measuredIn({ at, flags }: Columns, from: number, before: number): Float64Array {
  return at.filter((stamp, index) => stamp >= from && stamp < before && isMeasured(flags[index] ?? 0));
}
