import type { Reading, SeriesKey } from "../../reading.ts";
import {
  areNear,
  coverAll,
  gatherStretches,
  isMeasurement,
  LONGEST_GAP,
  stretchChanged,
} from "../../series/late-marks.ts";
import { LATE_MARKS_LIMIT, type LateMark, type SeriesStore } from "../../series/series-store.ts";
import { EpochMs } from "../../units.ts";

export interface MemoryLateMarks extends Pick<SeriesStore, "bookedBefore" | "lateMarks" | "forgetMarks"> {
  /**
   * A reading that is about to be stored.
   * @param last the newest stamp of its series so far, -Infinity when there was none
   * @param others what its series holds, in any order
   */
  see(reading: Reading, last: number, others: () => Iterable<Reading>): void;
  /** The append is over: what it changed becomes marks. */
  commit(): void;
}

/** Marks in memory; the rule in plain scans, so that it is easy to believe. */
export function memoryLateMarks(): MemoryLateMarks {
  let booked = Number.NEGATIVE_INFINITY;
  let marks: readonly LateMark[] = [];
  let nextId = 1;
  const late = new Map<SeriesKey, ReturnType<typeof gatherStretches>>();

  /** The first measurement at or after the booked moment changes all since the last one before it. */
  const changesBoundary = (reading: Reading, others: Iterable<Reading>) => {
    if (reading.at < booked || !isMeasurement(reading)) return undefined;
    let newest = Number.NEGATIVE_INFINITY;
    for (const other of others) if (other.at < reading.at && isMeasurement(other)) newest = Math.max(newest, other.at);
    if (newest >= booked || newest < reading.at - LONGEST_GAP) return undefined;
    return { from_ms: newest, to_ms: reading.at };
  };

  return {
    see(reading, last, others) {
      if (booked === Number.NEGATIVE_INFINITY) return;
      const stretches = [stretchChanged({ at: reading.at, last, booked }), changesBoundary(reading, others())];
      for (const stretch of stretches) {
        if (stretch === undefined) continue;
        const gatherer = late.get(reading.series) ?? gatherStretches();
        late.set(reading.series, gatherer);
        gatherer.add(stretch);
      }
    },
    commit() {
      for (const [series, gatherer] of late) {
        for (const stretch of gatherer.gathered()) {
          const joined = marks.filter((mark) => mark.series === series && areNear(mark, stretch));
          const { from_ms, to_ms } = coverAll([stretch, ...joined]);
          marks = marks.filter((mark) => !joined.includes(mark));
          marks = [...marks, { id: nextId++, series, from_ms: EpochMs(from_ms), to_ms: EpochMs(to_ms) }];
        }
      }
      late.clear();
    },
    async bookedBefore(moment) {
      booked = Math.max(booked, moment);
    },
    async lateMarks(limit = LATE_MARKS_LIMIT) {
      return marks.slice(0, limit);
    },
    async forgetMarks(ids) {
      const forgotten = new Set(ids);
      marks = marks.filter(({ id }) => !forgotten.has(id));
    },
  };
}
