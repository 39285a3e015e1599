import type { Reading, SeriesKey } from "../reading.ts";
import { EpochMs } from "../units.ts";
import type { TimeRange } from "./series-store.ts";

/** What a correction says about the readings of its range. */
export type Change =
  /**
   * Those stamped while the hub's clock was unsure were taken this much later than their stamps say (negative: earlier).
   * Others in the range keep their stamps: a device that knew the time is right.
   */
  | { readonly kind: "clock_offset"; readonly by_ms: number }
  /** Their values are this much too low, in the quantity's unit. */
  | { readonly kind: "value_offset"; readonly by: number }
  /** This value stands in for theirs. */
  | { readonly kind: "substitute"; readonly value: number }
  /** They mean nothing. */
  | { readonly kind: "not_available" };

/**
 * A correction is read over stored readings and changes none of them. The range speaks of the stored stamps, which stay
 * the key; it covers readings that come late as well as those that are there.
 */
export interface Correction {
  readonly series: SeriesKey;
  readonly range: TimeRange;
  readonly change: Change;
  /** Who says so, as a pseudonym, or "hub". */
  readonly author: string;
  readonly reason: string;
  readonly made_ms: EpochMs;
}

export interface KeptCorrection extends Correction {
  /** Corrections count upwards, all series together; a later one is read over an earlier one. */
  readonly version: number;
}

/** Where corrections are kept: append-only. */
export interface CorrectionLog {
  /** All of them or none, on the disk when it resolves. */
  add(corrections: readonly Correction[]): Promise<void>;
  /** All of them, oldest first. */
  list(): Promise<readonly KeptCorrection[]>;
}

/** One reading with the corrections of its series read over it, oldest first. Pure. */
export function correctReading(reading: Reading, corrections: readonly KeptCorrection[]): Reading {
  let corrected = reading;
  for (const { range, change, version } of corrections) {
    if (reading.at < range.from || reading.at >= range.to) continue;
    if (change.kind === "clock_offset" && corrected.isClockUnsure === undefined) continue;
    corrected = { ...applyChange(corrected, change), correction: version };
  }
  return corrected;
}

function applyChange(reading: Reading, change: Change): Reading {
  switch (change.kind) {
    case "clock_offset": {
      const { isClockUnsure: _unsure, ...sure } = reading;
      return { ...sure, at: EpochMs(reading.at + change.by_ms) };
    }
    case "value_offset":
      return reading.value === null ? reading : { ...reading, value: reading.value + change.by };
    case "substitute":
      return { ...reading, outcome: "value", value: change.value };
    case "not_available":
      return { ...reading, outcome: "not_available", value: null };
  }
}
