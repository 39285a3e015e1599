import { momentsOfLocal, type TimeZone } from "../../time-zone.ts";
import { EpochMs, HOUR, MINUTE } from "../../units.ts";
import type { CsvProblem } from "./csv-map.ts";
import { compileStampPattern, plainStamp, type StampFields } from "./time-pattern.ts";

/** A stamp as a file writes it: a moment, or the time of a wall clock as epoch ms as if that clock were UTC. */
export type Stamp = { readonly moment: EpochMs } | { readonly localMs: number };

export type StampReader = (text: string) => Stamp | CsvProblem;

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  epoch_s: 1000,
  epoch_ms: 1,
  elapsed_seconds: 1000,
  elapsed_minutes: MINUTE,
  elapsed_hours: HOUR,
};

/**
 * Make a reader of stamps in one format.
 * @param format `auto`, `epoch_s`, `epoch_ms`, `elapsed_seconds`, `elapsed_minutes`, `elapsed_hours` or a pattern
 * @param origin moment that elapsed_* count from
 * @returns      the reader, or what is wrong with the format
 */
export function stampReader(format: string, origin: Stamp | undefined): StampReader | CsvProblem {
  const unit = Object.hasOwn(MS_PER_UNIT, format) ? MS_PER_UNIT[format] : undefined;
  if (unit !== undefined && format.startsWith("epoch")) return (text) => readCount(text, unit, { moment: EpochMs(0) });
  if (unit !== undefined) {
    if (origin !== undefined) return (text) => readCount(text, unit, origin);
    return {
      message: `time.format ${format} counts from nowhere`,
      remedy: "Add time.origin, such as 2016-01-01T00:00.",
    };
  }
  if (format === "auto") return readPlain;
  const pattern = compileStampPattern(format);
  if (pattern === undefined) {
    return {
      message: `time.format "${format}" has no year, month and day`,
      remedy: "Write a pattern such as DD/MM/YYYY HH:mm, or auto, epoch_s or epoch_ms.",
    };
  }
  return (text) => {
    const fields = pattern(text.trim());
    return fields === undefined ? notAStamp(text, `time.format "${format}"`) : stampOfFields(fields, text);
  };
}

/**
 * The moment of a stamp. In the hour that autumn repeats, the order of the file tells which pass it is: the earlier one,
 * unless the series is past it already.
 * @param after the moment of the row before, of the same series
 */
export function momentOfStamp(
  stamp: Stamp,
  zone: TimeZone | undefined,
  after: EpochMs | undefined,
): EpochMs | CsvProblem {
  if ("moment" in stamp) return stamp.moment;
  const shown = wallClock(stamp.localMs);
  if (zone === undefined) {
    return { message: `${shown} has no offset`, remedy: "Write time.zone in the map, an IANA zone or a fixed offset." };
  }
  const [first, second] = momentsOfLocal(zone, stamp.localMs);
  if (first === undefined) {
    return {
      message: `${shown} does not exist in ${zone}: clocks sprang forward over it`,
      remedy: "Write the fixed offset of the file's clock as time.zone if it has no summer time, such as +01:00.",
    };
  }
  return second !== undefined && after !== undefined && first <= after ? second : first;
}

function readPlain(text: string): Stamp | CsvProblem {
  const trimmed = text.trim();
  if (/^\d{10}$/.test(trimmed)) return { moment: EpochMs(Number(trimmed) * 1000) };
  if (/^\d{13}$/.test(trimmed)) return { moment: EpochMs(Number(trimmed)) };
  const fields = plainStamp(trimmed);
  if (fields !== undefined) return stampOfFields(fields, trimmed);
  if (/^\d{1,2}\/\d{1,2}\/\d{2,4}\b/.test(trimmed)) {
    return {
      message: `"${trimmed}" may be day/month or month/day`,
      remedy: "Write time.format in the map, such as MM/DD/YYYY HH:mm or DD/MM/YYYY HH:mm.",
    };
  }
  return notAStamp(text, "a time that can be read in one way only");
}

/** `24:00` is the end of its day; every other field must exist. */
function stampOfFields(fields: StampFields, text: string): Stamp | CsvProblem {
  const { year, month, day, hour, minute, second, millisecond, offsetMinutes } = fields;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  const dayExists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && millisecond === 0;
  if (!dayExists || !((hour >= 0 && hour < 24) || isEndOfDay) || minute > 59 || second > 59) {
    return {
      message: `"${text.trim()}" is no time that exists`,
      remedy: "Correct the row, or time.format in the map.",
    };
  }
  const localMs = midnight + hour * HOUR + minute * MINUTE + second * 1000 + millisecond;
  return offsetMinutes === undefined ? { localMs } : { moment: EpochMs(localMs - offsetMinutes * MINUTE) };
}

function readCount(text: string, unitMs: number, origin: Stamp): Stamp | CsvProblem {
  const trimmed = text.trim();
  const ms = /^-?\d{1,16}(\.\d{1,9})?$/.test(trimmed) ? Math.round(Number(trimmed) * unitMs) : Number.NaN;
  if (!Number.isSafeInteger(ms)) return notAStamp(text, "a number of the unit in time.format");
  return "moment" in origin ? { moment: EpochMs(origin.moment + ms) } : { localMs: origin.localMs + ms };
}

function notAStamp(text: string, wanted: string): CsvProblem {
  const shown = text.trim() === "" ? "an empty time" : `"${text.trim().slice(0, 40)}"`;
  return { message: `${shown} is not ${wanted}`, remedy: "Correct the row, or time.format in the map." };
}

function wallClock(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 19).replace("T", " ");
}
