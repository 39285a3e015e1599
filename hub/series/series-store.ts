import type { Reading, Refusal, SeriesKey } from "../reading.ts";
import type { EpochMs, Ms } from "../units.ts";

/**
 * Which delivery brought some readings. Without a stamp of their own, readings are a resend only when the sender says so
 * (MQTT's DUP) and client, packet id and payload are those of a delivery that was stored.
 */
export interface Delivery {
  readonly client: string;
  readonly packet: number;
  readonly payload: Uint8Array;
  readonly isRepeat: boolean;
}

/** What became of each reading of one append: stored, known already, or in conflict with the one that stands. */
export interface AppendReceipt {
  readonly stored: number;
  /** Same series, same stamp, same value: a resend, nothing changed. */
  readonly repeated: number;
  /** Same series, same stamp, another value: the first stands, this one is counted and kept aside. */
  readonly conflicting: number;
}

export interface SeriesInfo {
  readonly series: SeriesKey;
  readonly first_ms: EpochMs;
  readonly last_ms: EpochMs;
  readonly readings: number;
  readonly conflicts: number;
}

/** Half-open [from, to). */
export interface TimeRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** One bucket of a series: [from, from + width). Empty buckets are left out, never filled. */
export interface Bucket {
  readonly from_ms: EpochMs;
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly first: number;
  readonly last: number;
}

/** A stretch without a reading, longer than asked for: from the reading before it to the reading after it. */
export interface Gap {
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
}

/**
 * A stretch of a series, both ends included, that changed although something was booked from it already. Its readings'
 * neighbours tell how far the change reaches: the first one may lie at or after the booked moment.
 */
export interface LateMark {
  /** Never used again, also when the mark is forgotten. */
  readonly id: number;
  readonly series: SeriesKey;
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
}

/**
 * Where readings are kept. Every method is asynchronous; there are no transaction callbacks.
 * A reading is identified by (series, at); once stored it never changes.
 */
export interface SeriesStore {
  /**
   * Resolves when the readings are committed and on the disk, never earlier. All of them or none.
   * An arrival-stamped reading whose ms is taken moves to the next free ms of its series; a delivery known as stored
   * among the newest DELIVERY_WINDOW ones, repeated, changes nothing.
   * @throws HubError STORE_FAILED when nothing of it was stored
   */
  append(readings: readonly Reading[], delivery?: Delivery): Promise<AppendReceipt>;
  /** Keep what could not be taken, as durably as a reading. The oldest go when QUARANTINE_ROWS are held, and are counted. */
  quarantine(refusal: Refusal): Promise<void>;
  /** Every series, sorted by key. */
  catalogue(): Promise<readonly SeriesInfo[]>;
  /** The newest reading of each of these series, or of all, sorted by key. Series without one are left out. */
  latest(series?: readonly SeriesKey[]): Promise<readonly Reading[]>;
  /** Readings of one series with from <= at < to, by time; at most `limit`. */
  range(series: SeriesKey, range: TimeRange, limit?: number): Promise<readonly Reading[]>;
  /** Buckets aligned to whole multiples of `width` since 1970 UTC, values only, by time. */
  buckets(series: SeriesKey, range: TimeRange, width: Ms): Promise<readonly Bucket[]>;
  /** Stretches longer than `longest` without a reading, inside the range and between readings. */
  gaps(series: SeriesKey, range: TimeRange, longest: Ms): Promise<readonly Gap[]>;
  /** Forget readings of a series before a moment; returns how many. */
  dropBefore(series: SeriesKey, before: EpochMs): Promise<number>;
  /**
   * Everything before this moment is about to be booked: readings that change it are marked from now on, in the commit
   * that stores them, so that a reading that is acknowledged has its mark. Never goes back by itself; a smaller value is
   * ignored. On the disk when it resolves. Corrections are no readings: they mark nothing here. In a store that was opened
   * for reading only it does nothing: no reading can come late through a store without a writer.
   */
  bookedBefore(moment: EpochMs): Promise<void>;
  /**
   * Marks, oldest first; at most `limit`. A mark that grows because more came late gets a new id, so that forgetting the
   * old one does not forget what came after it was read.
   */
  lateMarks(limit?: number): Promise<readonly LateMark[]>;
  /**
   * Forget these marks, because what they speak of was settled anew. On the disk when it resolves.
   * @throws HubError STORE_FAILED when nothing of it was forgotten
   */
  forgetMarks(ids: readonly number[]): Promise<void>;
  /** The newest refusals, newest first. */
  quarantined(limit: number): Promise<readonly QuarantineRow[]>;
  /** Take one row out of the quarantine, because it was understood after all; false when there is none of that id. */
  releaseQuarantined(id: number): Promise<boolean>;
  counts(): Promise<StoreCounts>;
  close(): Promise<void>;
}

export interface QuarantineRow extends Refusal {
  readonly id: number;
  /** How long it was when it arrived; longer than `payload` when only its first bytes were kept. */
  readonly payload_bytes: number;
}

export interface StoreCounts {
  readonly series: number;
  readonly readings: number;
  readonly conflicts: number;
  /** Refusals ever quarantined, dropped ones included. */
  readonly quarantined: number;
}

/** How the store works, for those who watch it; all since the start. */
export interface StoreFigures {
  readonly commits: number;
  /** Readings in those commits, repeated ones included. */
  readonly committed_readings: number;
  /** From the request to the answer of the writer, all commits together. */
  readonly commit_seconds: number;
  /** Duration of the newest commits, at most COMMITS_WATCHED of them, s. */
  readonly newest_commit_seconds: readonly number[];
  /** Stored but not sealed. */
  readonly head_readings: number;
  readonly seals: number;
}

export const COMMITS_WATCHED = 1_000;

/** A store that can say how it works. */
export interface WatchedStore {
  figures(): StoreFigures;
}

/** How many refusals are kept, and how many bytes of all of them together: as much of a small card as they are worth. */
export const QUARANTINE_ROWS = 10_000;
export const QUARANTINE_TOTAL_BYTES = 8 * 1024 * 1024;
/** First bytes kept of a refused payload: any sane message whole, so that it can be decoded again by a better profile. */
export const QUARANTINE_BYTES = 16 * 1024;
/** Deliveries of arrival-stamped readings that are remembered: more than all clients together may have in flight. */
export const DELIVERY_WINDOW = 65_536;
/** Most marks one `lateMarks` answers with: a month came late of every meter of a large community. */
export const LATE_MARKS_LIMIT = 1_000;
/** Most readings one `range` answers with: about 20 MB in memory. */
export const RANGE_LIMIT = 200_000;
