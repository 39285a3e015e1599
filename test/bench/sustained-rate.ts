import { setTimeout as wait } from "node:timers/promises";
import { runLoad } from "./generator.ts";
import type { IntakeTarget } from "./intake-target.ts";
import { cpuMsOf } from "./process-figures.ts";

export interface RateTrial {
  readonly perSecond: number;
  /** All stored soon after the last message, and sent as fast as it was meant to be. */
  readonly isSustained: boolean;
  readonly cpuUsAMessage: number;
}

/** A backlog that takes longer than this share of the trial to clear, beyond the commit window, has been growing. */
const BACKLOG_SHARE = 0.1;
/** A generator that sent less than this share of what it should was held up by the broker. */
const SENT_SHARE = 0.98;
/** How long a target may take to clear its backlog before the next trial. */
const CLEAR_MS = 60_000;
const LOOK_MS = 20;
/** The first rate that is too much lies between two powers of two; so many halvings narrow it down. */
const HALVINGS = 2;

/** Offer messages at a steady rate and see whether they are stored as fast as they come. */
export async function tryRate(target: IntakeTarget, perSecond: number, lengthMs: number): Promise<RateTrial> {
  const storedBefore = await target.storedMessages();
  const cpuBefore = cpuMsOf(target.pids);
  const pace = { kind: "steady", perSecond } as const;
  const load = { port: target.port, logins: target.logins, pace, warmMs: 0, measureMs: lengthMs, drainMs: 10_000 };
  let endedAt = Number.NaN;
  const report = await runLoad(load, (phase) => {
    if (phase === "measured") endedAt = performance.now();
  });
  // Looked at only after the end: counting costs the target something too.
  let stored = (await target.storedMessages()) - storedBefore;
  let clearedMs = report.drainedMs;
  for (const until = performance.now() + CLEAR_MS; stored < report.sent && performance.now() < until; ) {
    await wait(LOOK_MS);
    stored = (await target.storedMessages()) - storedBefore;
    clearedMs = performance.now() - endedAt;
  }
  return {
    perSecond,
    isSustained:
      stored >= report.sent &&
      clearedMs <= target.windowMs + lengthMs * BACKLOG_SHARE &&
      report.sent >= (perSecond * lengthMs * SENT_SHARE) / 1_000,
    cpuUsAMessage: ((cpuMsOf(target.pids) - cpuBefore) * 1_000) / stored,
  };
}

/** The highest steady rate a target stores without a growing backlog, to about an eighth; NaN below `from`. */
export async function findSustainedRate(
  target: IntakeTarget,
  { from, lengthMs, note }: { readonly from: number; readonly lengthMs: number; note(text: string): void },
): Promise<RateTrial> {
  let best: RateTrial = { perSecond: Number.NaN, isSustained: false, cpuUsAMessage: Number.NaN };
  const trial = async (rate: number): Promise<boolean> => {
    const tried = await tryRate(target, rate, lengthMs);
    note(
      `${target.name}: ${rate}/s ${tried.isSustained ? "kept up" : "fell behind"}, ${tried.cpuUsAMessage.toFixed(0)} us a message`,
    );
    if (tried.isSustained) best = tried;
    return tried.isSustained;
  };
  let tooMuch = from;
  while (await trial(tooMuch)) tooMuch *= 2;
  let kept = tooMuch / 2;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = Math.round((kept + tooMuch) / 2);
    if (await trial(middle)) kept = middle;
    else tooMuch = middle;
  }
  return best;
}
