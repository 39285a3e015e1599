import { readFileSync } from "node:fs";

/** How often the counts are remembered, and how many of them: a day, so that sealing has its full share. */
const SAMPLE_EVERY_MS = 60_000;
const SAMPLES = 1_440;
/** A shorter stretch says more about chance than about the card. */
const SHORTEST_S = 10;

/** What was written and stored over the last stretch of time, at most a day. */
export interface MeasuredWrites {
  readonly seconds: number;
  /** As the kernel counts them for this process. */
  readonly bytes: number;
  readonly commits: number;
  readonly messages: number;
  readonly readings: number;
}

interface Counts {
  readonly bytes: number;
  readonly commits: number;
  readonly messages: number;
  readonly readings: number;
}

/**
 * Bytes this process has caused to be written to disks, as Linux counts them (man 5 proc, `write_bytes`): whole pages of
 * its files, without the file system's own journal. Undefined where the kernel does not say.
 */
export function readWrittenBytes(): number | undefined {
  try {
    const found = /^write_bytes: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}

/**
 * Remember how counts grow, to tell their rate over the last day.
 * @param read the counts now; undefined when they cannot be told
 * @param now monotonic ms
 */
export function watchWrites(
  read: () => Counts | undefined,
  now: () => number,
): { measured(): MeasuredWrites | undefined; sample(): void; stop(): void } {
  const samples: (Counts & { readonly at: number })[] = [];
  const sample = (): void => {
    const counts = read();
    if (counts === undefined) return;
    samples.push({ at: now(), ...counts });
    if (samples.length > SAMPLES) samples.shift();
  };
  sample();
  const timer = setInterval(sample, SAMPLE_EVERY_MS).unref();
  return {
    sample,
    measured() {
      const [first] = samples;
      const last = read();
      if (first === undefined || last === undefined) return undefined;
      const seconds = (now() - first.at) / 1000;
      if (seconds < SHORTEST_S) return undefined;
      return {
        seconds,
        bytes: last.bytes - first.bytes,
        commits: last.commits - first.commits,
        messages: last.messages - first.messages,
        readings: last.readings - first.readings,
      };
    },
    stop: () => clearInterval(timer),
  };
}
