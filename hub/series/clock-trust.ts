import { LATEST_AHEAD_MS } from "../decode/device-stamp.ts";
import type { Reading } from "../reading.ts";
import { EpochMs } from "../units.ts";

/**
 * Is the hub's own clock right? A Pi has no clock battery: after a power cut it may start in 1970, or last week, until
 * somebody tells it the time. This is the state machine; it is pure, and all times are UTC, so summer time is no jump.
 */

/** How far the wall clock may move against the monotonic one before it counts as set anew. NTP slews slower and steps further. */
export const JUMP_MS = 2_000;

/** What speaks for or against the clock, as the machine and the store say it at one moment. */
export interface ClockEvidence {
  /** NTP keeps the clock now; it did so at some time since the machine started; or there is no sign of it. */
  readonly ntp: "now" | "since_boot" | "no";
  /** A hardware clock that survived the power cut shows the same time. */
  readonly hasRtc: boolean;
  /** Somebody else keeps the clock and does not tell how: the host of a container, another operating system. */
  readonly hostKeepsClock: boolean;
  /** The steward vouches for it (`clock.trust: always`). */
  readonly stewardsWord: boolean;
  /** The newest reading that was stored before this run and is no longer doubted. */
  readonly newestReadingAt: EpochMs | null;
  /** The newest stamp that the hub itself gave before this run, doubted or not: stamps of this run come after it. */
  readonly newestStampAt: EpochMs | null;
  /** When this software was made. */
  readonly buildTime: EpochMs;
}

export type ClockTrust = "unknown" | "known_good" | "known_bad";

export interface ClockTrustState {
  readonly trust: ClockTrust;
  /** Why, in words that go on from "the clock is ...: ". */
  readonly reason: string;
  /** By the hub's own clock, whatever that is worth. */
  readonly since_ms: EpochMs;
}

/** Both clocks at one moment. */
export interface ClockSample {
  readonly wall: EpochMs;
  /** Ms since any moment; never set, and counts while the machine sleeps. */
  readonly monotonic: number;
}

/** A jump of the wall clock that nothing has confirmed yet. */
export interface ClockJump {
  /** Where the wall clock would be at that moment without it. */
  readonly expected: EpochMs;
  readonly byMs: number;
}

/**
 * The clock as it is known. While it is known good, arrivals are stamped by the wall clock. While it is not, they are
 * stamped by a line of the monotonic clock that no jump moves and that begins no earlier than anything known to be past:
 * so the order of arrivals is kept, and once the right time is known one offset repairs all of them exactly.
 */
export interface ClockReckoning {
  readonly state: ClockTrustState;
  /** Wall clock less monotonic clock. */
  readonly wallBase: number;
  /** Stamps less monotonic clock; equal to `wallBase` while the clock is known good. */
  readonly stampBase: number;
  /** The true time less the monotonic clock is at least this: time went on since the newest reading and the release. */
  readonly earliestBase: number;
  readonly jump: ClockJump | null;
  readonly jumps: number;
}

/** The first look of a run. */
export function startReckoning(sample: ClockSample, evidence: ClockEvidence): ClockReckoning {
  const wallBase = sample.wall - sample.monotonic;
  const earliest = Math.max(evidence.newestReadingAt ?? 0, evidence.buildTime);
  const earliestBase = earliest - sample.monotonic;
  const afterStamps = (evidence.newestStampAt ?? -1) + 1 - sample.monotonic;
  const blank = { wallBase, stampBase: wallBase, earliestBase, jump: null, jumps: 0 };
  const state = judgeClock(blank, sample, evidence);
  const stampBase = state.trust === "known_good" ? wallBase : Math.max(wallBase, earliestBase, afterStamps);
  return { ...blank, stampBase, state };
}

/**
 * Compare the two clocks. A wall clock that jumped is not trusted until evidence from after the jump vouches for it;
 * a small difference, while it is trusted, is NTP at work.
 */
export function noticeJump(reckoning: ClockReckoning, sample: ClockSample): ClockReckoning {
  const wallBase = sample.wall - sample.monotonic;
  const byMs = Math.round(wallBase - reckoning.wallBase);
  const isGood = reckoning.state.trust === "known_good";
  if (Math.abs(byMs) <= JUMP_MS) return { ...reckoning, wallBase, ...(isGood && { stampBase: wallBase }) };
  const expected = EpochMs(sample.wall - byMs);
  const reason = `it was set ${byMs < 0 ? "back" : "ahead"} by ${describeLength(byMs)}, and nothing has confirmed that yet`;
  return {
    ...reckoning,
    wallBase,
    jump: { expected, byMs },
    jumps: reckoning.jumps + 1,
    ...(isGood && { state: { trust: "unknown", reason, since_ms: sample.wall } }),
  };
}

/** Weigh evidence that was gathered after the newest jump. Trust that was given stays until the next jump. */
export function weighEvidence(reckoning: ClockReckoning, sample: ClockSample, evidence: ClockEvidence): ClockReckoning {
  if (reckoning.state.trust === "known_good") return reckoning;
  const state = judgeClock(reckoning, sample, evidence);
  if (state.trust === "known_good") return { ...reckoning, state, stampBase: reckoning.wallBase, jump: null };
  const isSame = state.trust === reckoning.state.trust && state.reason === reckoning.state.reason;
  return isSame ? reckoning : { ...reckoning, state };
}

/** The stamp of what arrives at this moment. */
export function stampOf({ state, stampBase }: ClockReckoning, { wall, monotonic }: ClockSample): EpochMs {
  return state.trust === "known_good" ? wall : EpochMs(Math.round(stampBase + monotonic));
}

type Judged = Pick<ClockReckoning, "wallBase" | "earliestBase" | "jump">;

function judgeClock({ wallBase, earliestBase, jump }: Judged, { wall }: ClockSample, evidence: ClockEvidence) {
  const say = (trust: ClockTrust, reason: string): ClockTrustState => ({ trust, reason, since_ms: wall });
  const { ntp, newestReadingAt, buildTime } = evidence;
  if (wall < buildTime) return say("known_bad", `it shows ${isoOf(wall)}, before this software was made`);
  if (ntp === "now") return say("known_good", "NTP keeps it");
  // Elapsed time is part of the proof: a clock that was behind at the start is still behind when it has gone on since.
  if (wallBase < earliestBase) {
    const proof =
      newestReadingAt === null ? "this software" : `the newest stored reading, of ${isoOf(newestReadingAt)}`;
    return say("known_bad", `it was earlier than ${proof}`);
  }
  if (jump !== null && wall < jump.expected) {
    return say("unknown", `it was set back by ${describeLength(jump.byMs)}, and NTP has not confirmed that`);
  }
  if (ntp === "since_boot" && jump === null) return say("known_good", "NTP has set it since the machine started");
  if (evidence.stewardsWord) return say("known_good", "the steward vouches for it (clock.trust: always)");
  if (evidence.hostKeepsClock) return say("known_good", "the machine's host keeps it");
  if (evidence.hasRtc) return say("known_good", "a hardware clock shows the same time");
  return say("unknown", "neither NTP nor a hardware clock nor the steward vouches for it");
}

/** A length of time in words, whichever its sign: the two largest units. */
export function describeLength(ms: number): string {
  const rest = Math.abs(ms);
  if (rest < 60_000) return `${rest / 1000} s`;
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ] as const;
  const first = units.findIndex(([length]) => rest >= length);
  const [[large, name] = [1, "ms"], [small, next] = [1, "ms"]] = units.slice(first);
  return `${Math.floor(rest / large)} ${name} ${Math.floor((rest % large) / small)} ${next}`;
}

function isoOf(at: EpochMs): string {
  return new Date(at).toISOString();
}

/**
 * What the stored readings prove: see `ClockEvidence`.
 * @param stored    the newest reading of each series, as it is stored
 * @param corrected the same with corrections read over it
 */
export function newestOf(
  stored: readonly Reading[],
  corrected: readonly Reading[],
): Pick<ClockEvidence, "newestReadingAt" | "newestStampAt"> {
  // A device's clock may be ahead of the hub's by so much and is believed.
  const proofs = corrected
    .filter(({ isClockUnsure }) => isClockUnsure !== true)
    .map(({ at, stampedBy }) => (stampedBy === "device" ? at - LATEST_AHEAD_MS : at));
  const stamps = stored.filter(({ stampedBy }) => stampedBy === "arrival").map(({ at }) => at);
  return { newestReadingAt: newest(proofs), newestStampAt: newest(stamps) };
}

function newest(stamps: readonly number[]): EpochMs | null {
  let latest = Number.NEGATIVE_INFINITY;
  for (const at of stamps) if (at > latest) latest = at;
  return stamps.length === 0 ? null : EpochMs(latest);
}
