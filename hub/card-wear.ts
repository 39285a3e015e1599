/**
 * How soon the hub's writing wears a memory card out. Pure. The model is measured, see docs/wear.md: it counts what the hub
 * and its file system write, not what the card itself adds inside.
 */

/** One commit: its frames of the write-ahead log touch one or two pages of 4 kB, and come to the file with a checkpoint. */
export const COMMIT_BYTES = 6_600;
/** One reading more in a commit, checkpoint included. */
export const COMMITTED_READING_BYTES = 60;
/** A reading's share of sealing: its day's chunk is written anew each time. */
export const SEALED_READING_BYTES = 25;
/** A commit does not wait for its window when so many readings do. */
export const EARLY_COMMIT_READINGS = 1_000;

const SECONDS_A_DAY = 86_400;
const DAYS_A_YEAR = 365.2425;
const BYTES_A_TERABYTE = 1e12;

/** An NVMe disk's window, the shipped one for SD cards, and one for cards that must last. */
export const COMPARED_WINDOWS_MS: readonly number[] = [50, 1_000, 5_000];

/** How much arrives, as an average. */
export interface IntakeRate {
  readonly messages_per_s: number;
  readonly readings_per_s: number;
}

/** Bytes a day that this intake makes the hub write when it commits at most once in `windowMs`. */
export function estimateBytesPerDay({ messages_per_s, readings_per_s }: IntakeRate, windowMs: number): number {
  const byWindow = windowMs === 0 ? messages_per_s : Math.min(messages_per_s, 1000 / windowMs);
  const commits = Math.max(byWindow, readings_per_s / EARLY_COMMIT_READINGS);
  const readingBytes = readings_per_s * (COMMITTED_READING_BYTES + SEALED_READING_BYTES);
  return Math.round((commits * COMMIT_BYTES + readingBytes) * SECONDS_A_DAY);
}

/**
 * Years until a card has taken the bytes it is rated for; null when nothing is written.
 * @param enduranceTb what its maker says it bears, terabytes (1e12 bytes) written
 */
export function yearsOfLife(bytesPerDay: number, enduranceTb: number): number | null {
  if (bytesPerDay <= 0) return null;
  return (enduranceTb * BYTES_A_TERABYTE) / bytesPerDay / DAYS_A_YEAR;
}

export interface WindowWear {
  readonly window_ms: number;
  readonly bytes_per_day: number;
  readonly years: number | null;
}

/** The wear of the chosen window beside the compared ones, by window. */
export function compareWindows(rate: IntakeRate, chosenMs: number, enduranceTb: number): readonly WindowWear[] {
  const windows = [...new Set([...COMPARED_WINDOWS_MS, chosenMs])].sort((a, b) => a - b);
  return windows.map((window_ms) => {
    const bytes_per_day = estimateBytesPerDay(rate, window_ms);
    return { window_ms, bytes_per_day, years: yearsOfLife(bytes_per_day, enduranceTb) };
  });
}
