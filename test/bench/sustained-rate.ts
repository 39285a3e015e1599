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
/** The first rate that is too much lies within a doubling; so many halvings narrow it down. */
const HALVINGS = 2;
/** Below this a target is not worth a search. */
const LEAST_PER_SECOND = 50;

/** Offer messages at a steady rate and see whether they are stored as fast as they come. */
export async function tryRate(target: IntakeTarget, perSecond: number, lengthMs: number): Promise<RateTrial> {
  const before = await target.storedMessages();
  const warmMs = lengthMs * WARM_SHARE;
  const measureMs = lengthMs - warmMs;
  const pace = { kind: "steady", perSecond } as const;
  const load = { port: target.port, logins: target.logins, pace, warmMs, measureMs, drainMs: CLEAR_MS };
  const looks: { readonly cpuMs: number; readonly stored: Promise<number> }[] = [];
  const report = await runLoad(load, () => {
    looks.push({ cpuMs: cpuMsOf(target.pids), stored: target.storedMessages() });
  });
  const [first, last] = looks;
  if (first === undefined || last === undefined) throw new Error("the load generator did not say when it measured");
  const inTime = (await last.stored) - (await first.stored);
  const stored = (await awaitStored(target, before + report.sent)) - before;
  const keptUp = inTime >= (perSecond * report.measuredMs * STORED_SHARE) / 1_000;
  const wasSent = report.sent >= (perSecond * lengthMs * SENT_SHARE) / 1_000;
  return {
    perSecond,
    isSustained: keptUp && wasSent && stored >= report.sent,
    cpuUsAMessage: ((last.cpuMs - first.cpuMs) * 1_000) / inTime,
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

/** The highest steady rate a target stores without a growing backlog, to about an eighth; NaN when there is none. */
export async function findSustainedRate(
  target: IntakeTarget,
  { from, lengthMs, note }: { readonly from: number; readonly lengthMs: number; note(text: string): void },
): Promise<RateTrial> {
  let best: RateTrial = { perSecond: Number.NaN, isSustained: false, cpuUsAMessage: Number.NaN };
  const keepsUp = async (rate: number): Promise<boolean> => {
    const tried = await tryRate(target, rate, lengthMs);
    const verdict = tried.isSustained ? "kept up" : "fell behind";
    note(`${target.name}: ${rate}/s ${verdict}, ${tried.cpuUsAMessage.toFixed(0)} us a message`);
    if (tried.isSustained) best = tried;
    return tried.isSustained;
  };
  let kept = from;
  if (await keepsUp(kept)) {
    while (await keepsUp(kept * 2)) kept *= 2;
  } else {
    do kept = Math.round(kept / 2);
    while (kept > LEAST_PER_SECOND && !(await keepsUp(kept)));
  }
  for (let halving = 1, step = kept / 2; halving <= HALVINGS; halving += 1, step /= 2) {
    if (await keepsUp(Math.round(kept + step))) kept = Math.round(kept + step);
  }
  return best;
}
