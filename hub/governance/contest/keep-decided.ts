import type { Log } from "../../log.ts";
import type { Contests } from "./contests.ts";

/** How long after a try that failed, or that had to wait, the next one comes. */
const AGAIN_AFTER_MS = 60_000;

/**
 * Once after a start: carry out the decisions that a kill left undone. A hub that lives carries each out when it is made.
 * @returns to stop it; resolves when nothing is being booked any more
 */
export function keepDecided(options: {
  readonly contests: Pick<Contests, "finish">;
  readonly log: Log;
  /** Why nothing may be settled at the moment, such as a clock that may be wrong; undefined when it may. */
  readonly waitsFor?: (() => string | undefined) | undefined;
}): () => Promise<void> {
  const { contests, log, waitsFor } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const attempt = async (): Promise<void> => {
    try {
      if (waitsFor?.() === undefined) {
        const cases = await contests.finish();
        if (cases.length > 0) log.info({ cases }, "decisions of before the start carried out");
        return;
      }
    } catch (cause) {
      log.error({ cause: String(cause) }, "a decision could not be carried out, will try again");
    }
    if (!stopped) timer = setTimeout(() => (turn = attempt()), AGAIN_AFTER_MS);
  };
  let turn = attempt();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await turn;
  };
}
