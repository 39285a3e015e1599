import { setTimeout as wait } from "node:timers/promises";
import { runLoad } from "./generator.ts";
import type { IntakeTarget } from "./intake-target.ts";
import { cpuMsOf } from "./process-figures.ts";

export interface RateTrial {
  readonly perSecond: number;
  /** Stored as fast as it came, sent as fast as it was meant to be, and all of it in the end. */
  readonly isSustained: boolean;
  readonly cpuUsAMessage: number;
}

/** Fewer stored than this share of what came means a growing backlog; commits come in steps, so 1 would be too strict. */
const STORED_SHARE = 0.95;
/** A generator that sent less than this share of what it should was held up by the broker. */
const SENT_SHARE = 0.98;
/** The share of a trial that is let pass before stored messages are counted. */
const WARM_SHARE = 0.25;
/** How long acknowledgements are awaited after the last message. */
const CLEAR_MS = 20_000;
/** A backlog that has not become smaller for so long will not any more. */
const STALLED_MS = 3_000;
const LOOK_MS = 50;
/** The first rate that is too much lies between two powers of two; so many halvings narrow it down. */
const HALVINGS = 2;

/** Offer messages at a steady rate and see whether they are stored as fast as they come. */
export async function tryRate(target: IntakeTarget, perSecond: number, lengthMs: number): Promise<RateTrial> {
  const before = await target.storedMessages();
  const cpuBefore = cpuMsOf(target.pids);
  const warmMs = lengthMs * WARM_SHARE;
  const measureMs = lengthMs - warmMs;
  const pace = { kind: "steady", perSecond } as const;
  const load = { port: target.port, logins: target.logins, pace, warmMs, measureMs, drainMs: CLEAR_MS };
  const counted: Promise<number>[] = [];
  const report = await runLoad(load, () => counted.push(target.storedMessages()));
  const [from = Number.NaN, to = Number.NaN] = await Promise.all(counted);
  const stored = (await awaitStored(target, before + report.sent)) - before;
  const keptUp = to - from >= (perSecond * report.measuredMs * STORED_SHARE) / 1_000;
  const wasSent = report.sent >= (perSecond * lengthMs * SENT_SHARE) / 1_000;
  return {
    perSecond,
    isSustained: keptUp && wasSent && stored >= report.sent,
    cpuUsAMessage: ((cpuMsOf(target.pids) - cpuBefore) * 1_000) / stored,
  };
}

/** Messages in a target's database when this many are there, or when no more come. */
async function awaitStored(target: IntakeTarget, wanted: number): Promise<number> {
  let stored = await target.storedMessages();
  let grewAt = performance.now();
  while (stored < wanted && performance.now() < grewAt + STALLED_MS) {
    await wait(LOOK_MS);
    const now = await target.storedMessages();
    if (now > stored) grewAt = performance.now();
    stored = now;
  }
  return stored;
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
