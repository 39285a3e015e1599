import { useEffect, useRef, useState } from "preact/hooks";
import { getJson } from "../api/get-json.ts";

/** The newest answer. While a newer one is on its way the last one stays, also across paths, so that nothing flickers. */
export interface Answered<Answer> {
  readonly answer: Answer | undefined;
  /** Why the newest request failed; undefined as soon as one succeeds. */
  readonly failure: unknown;
  /** False while the answer is still the one of the path before. */
  readonly isCurrent: boolean;
}

interface Held<Answer> {
  readonly path: string | null;
  readonly answer: Answer | undefined;
  readonly failure: unknown;
}

/** How soon a failed request is made again, in case no live event says when. */
const RETRY_MS = 5_000;

/**
 * Ask the hub, and again whenever `round` changes. One request is in flight: a round that comes meanwhile is asked
 * for after it, so that a slow hub is neither flooded nor starved of an answer.
 * @param path null asks nothing
 * @param round a counter of the live events; see `useLive`
 */
export function useAnswer<Answer>(path: string | null, round: number): Answered<Answer> {
  const [state, setState] = useState<Held<Answer>>({ path, answer: undefined, failure: undefined });
  const askAgain = useRef<() => void>(() => undefined);
  const lastRound = useRef(round);

  useEffect(() => {
    if (path === null) return;
    const asking = new AbortController();
    let isBusy = false;
    let isOutdated = false;
    let retrying: ReturnType<typeof setTimeout> | undefined;

    async function ask(shown: string): Promise<void> {
      if (isBusy) {
        isOutdated = true;
        return;
      }
      clearTimeout(retrying);
      isBusy = true;
      isOutdated = false;
      try {
        const answer = await getJson<Answer>(shown, asking.signal);
        if (!asking.signal.aborted) setState({ path: shown, answer, failure: undefined });
      } catch (failure) {
        if (asking.signal.aborted) return;
        setState((last) => ({ path: shown, answer: last.path === shown ? last.answer : undefined, failure }));
        retrying = setTimeout(() => ask(shown), RETRY_MS);
      } finally {
        isBusy = false;
      }
      if (isOutdated) await ask(shown);
    }

    askAgain.current = () => void ask(path);
    void ask(path);
    return () => {
      askAgain.current = () => undefined;
      asking.abort();
      clearTimeout(retrying);
    };
  }, [path]);

  useEffect(() => {
    if (lastRound.current === round) return;
    lastRound.current = round;
    askAgain.current();
  }, [round]);

  if (path === null) return { answer: undefined, failure: undefined, isCurrent: true };
  if (state.path !== path) return { answer: state.answer, failure: undefined, isCurrent: false };
  return { answer: state.answer, failure: state.failure, isCurrent: true };
}
