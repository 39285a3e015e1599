import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { ClockEvidence } from "../series/clock-trust.ts";
import type { EpochMs } from "../units.ts";

/** What the machine itself says about its clock. */
export type MachineEvidence = Pick<ClockEvidence, "ntp" | "hasRtc" | "hostKeepsClock">;

/** The parts of the machine that are asked; tests hand in their own. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  exists(path: string): boolean;
  /** Undefined when there is no such file. */
  read(path: string): string | undefined;
  /** What a program printed; undefined when it is not there, fails or takes too long. */
  run(program: string, words: readonly string[]): Promise<string | undefined>;
}

/** A hardware clock counts whole seconds and drifts while nobody sets it; without a battery it is years away. */
const RTC_AGREES_MS = 60_000;
/** An answer that takes longer is none. */
const ANSWER_WITHIN_MS = 3_000;
/** Left by systemd-timesyncd on its first success; /run is empty after a start of the machine. */
const TIMESYNC_MARKER = "/run/systemd/timesync/synchronized";
const RTC = "/sys/class/rtc/rtc0";
const CONTAINER_MARKERS = ["/.dockerenv", "/run/.containerenv", "/run/systemd/container"];
/** What runs first on a machine; in a container without markers the hub itself or a small starter does. */
const INITS = new Set(["systemd", "init", "openrc-init", "runit", "procd"]);

/**
 * Ask the machine who keeps its clock, for use on Linux; on any other system that system does.
 * @param shows      the wall clock
 * @param releasedAt a hardware clock that shows an earlier time has lost it
 */
export async function readMachineEvidence(
  { shows, releasedAt }: { readonly shows: EpochMs; readonly releasedAt: EpochMs },
  machine: Machine = thisMachine,
): Promise<MachineEvidence> {
  const hostKeepsClock = isKeptByHost(machine);
  // In a container these programs would speak of a system that is not there.
  const isNow = !hostKeepsClock && (await isSynchronizedNow(machine));
  const wasSet = machine.exists(TIMESYNC_MARKER);
  return {
    ntp: isNow ? "now" : wasSet ? "since_boot" : "no",
    hasRtc: hasPlausibleRtc(machine, shows, releasedAt),
    hostKeepsClock,
  };
}

/** The clocks that a monotonic clock without sleep is put together from, ms. */
export interface MachineClocks {
  wall(): number;
  /** Stands still while the machine sleeps. */
  awake(): number;
  /** Goes on; undefined where only the wall clock would tell it. */
  readonly uptime?: (() => number) | undefined;
}

/**
 * Ms since any moment, which nobody can set and which goes on while the machine sleeps: a laptop that wakes up has no
 * clock that jumped. Node's own monotonic clock stands still meanwhile; on Linux the uptime does not. It is a file to be
 * read, so it is asked only when the wall clock makes a sleep possible: this runs for every message.
 */
export function sleeplessMonotonic({ wall, awake, uptime: up }: MachineClocks = theseClocks): () => number {
  if (up === undefined) return awake;
  let ahead = up() - awake();
  let wallAhead = wall() - awake();
  let slept = 0;
  return () => {
    const now = awake();
    const moved = wall() - now - wallAhead;
    if (Math.abs(moved) <= SHORTEST_SLEEP_MS) return now + slept;
    wallAhead += moved;
    const asleep = up() - now - ahead;
    // The uptime is told in hundredths of a second; only a sleep makes a difference as large as this.
    if (asleep > SHORTEST_SLEEP_MS) {
      slept += asleep;
      ahead += asleep;
    }
    return now + slept;
  };
}

const SHORTEST_SLEEP_MS = 500;

const theseClocks: MachineClocks = {
  wall: () => Date.now(),
  awake: () => performance.now(),
  uptime: process.platform === "linux" ? () => uptime() * 1000 : undefined,
};

/** True when somebody outside keeps the clock: the host of a container, or a system that is not Linux. */
function isKeptByHost({ platform, environment, exists, read }: Machine): boolean {
  if (platform !== "linux" || environment.container !== undefined) return true;
  if (CONTAINER_MARKERS.some(exists)) return true;
  if (/microsoft/i.test(read("/proc/sys/kernel/osrelease") ?? "")) return true;
  return !exists("/run/systemd/system") && !INITS.has((read("/proc/1/comm") ?? "").trim());
}

/** The kernel's own word, which it takes back when somebody sets the clock by hand; else chrony's. */
async function isSynchronizedNow({ run }: Machine): Promise<boolean> {
  const kernel = await run("timedatectl", ["show", "--property=NTPSynchronized", "--value"]);
  if (kernel !== undefined && kernel.trim() !== "") return kernel.trim() === "yes";
  const chrony = await run("chronyc", ["-n", "tracking"]);
  const leap = /^Leap status\s*: *(.*)$/m.exec(chrony ?? "")?.[1];
  return leap !== undefined && leap.trim() !== "Not synchronised";
}

/** A Pi 5 has a hardware clock and usually no battery for it: it then starts in 1970 and disagrees with the wall clock. */
function hasPlausibleRtc({ read }: Machine, shows: EpochMs, releasedAt: EpochMs): boolean {
  const seconds = Number.parseInt(read(`${RTC}/since_epoch`) ?? "", 10);
  if (!Number.isSafeInteger(seconds)) return false;
  return seconds * 1000 >= releasedAt && Math.abs(seconds * 1000 - shows) <= RTC_AGREES_MS;
}

const thisMachine: Machine = {
  platform: process.platform,
  environment: process.env,
  exists: existsSync,
  read(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  },
  run: (program, words) =>
    new Promise((resolve) => {
      execFile(program, [...words], { timeout: ANSWER_WITHIN_MS }, (fault, printed) =>
        resolve(fault === null ? printed : undefined),
      );
    }),
};
