/**
 * How seldom a device is asked that does not answer. On a bus with many devices each question to a dead one costs its
 * whole timeout, and the others wait meanwhile.
 */
export interface Penalty {
  /** Polls without any answer, in a row. */
  readonly silences: number;
  /** Monotonic ms before which it is not asked. */
  readonly until: number;
}

export const noPenalty: Penalty = { silences: 0, until: Number.NEGATIVE_INFINITY };

/** Silences that cost nothing: one answer is lost now and then on any bus. */
const FORGIVEN_SILENCES = 1;
/** The first rest: two cycles of the shortest usual poll period. */
export const FIRST_REST_MS = 10_000;
/** The longest: a device that is switched on again is back within two minutes, and costs others one second of 120 till then. */
export const LONGEST_REST_MS = 120_000;
/** Doublings beyond this pass the longest rest anyway, and 2 ** n must stay a number. */
const MOST_DOUBLINGS = 10;

/** After a poll that got no answer at all. @param now monotonic ms */
export function afterSilence({ silences }: Penalty, now: number): Penalty {
  const doublings = Math.min(silences - FORGIVEN_SILENCES, MOST_DOUBLINGS);
  const rest = doublings < 0 ? 0 : Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** doublings);
  return { silences: silences + 1, until: now + rest };
}

/** May it be asked now? One answer ends the penalty: the caller goes back to `noPenalty`. @param now monotonic ms */
export function mayAsk({ until }: Penalty, now: number): boolean {
  return now >= until;
}
