import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, HubUnreachable } from "../api/get-json.ts";
import { type Sending, sendJson } from "../api/send-json.ts";

export interface Sender {
  readonly isBusy: boolean;
  /** Why the newest request failed, until the next one. */
  readonly failure: ApiProblem | HubUnreachable | undefined;
  /** Ask the hub to do something; one at a time. Resolves with its answer, or undefined when it failed. */
  readonly send: <Answer>(sending: Sending) => Promise<Answer | undefined>;
  readonly forget: () => void;
}

/** Things asked of the hub from one place of the page; what is under way when the place goes is given up. */
export function useSending(): Sender {
  const [state, setState] = useState<Pick<Sender, "isBusy" | "failure">>({ isBusy: false, failure: undefined });
  const asking = useRef(new AbortController());
  const isBusy = useRef(false);

  useEffect(() => {
    asking.current = new AbortController();
    return () => asking.current.abort();
  }, []);

  async function send<Answer>(sending: Sending): Promise<Answer | undefined> {
    if (isBusy.current) return undefined;
    const { signal } = asking.current;
    isBusy.current = true;
    setState({ isBusy: true, failure: undefined });
    try {
      const answer = await sendJson<Answer>(sending, signal);
      if (signal.aborted) return undefined;
      setState({ isBusy: false, failure: undefined });
      return answer;
    } catch (failure) {
      if (signal.aborted) return undefined;
      if (!(failure instanceof ApiProblem || failure instanceof HubUnreachable)) throw failure;
      setState({ isBusy: false, failure });
      return undefined;
    } finally {
      isBusy.current = false;
    }
  }

  return { ...state, send, forget: () => setState({ isBusy: false, failure: undefined }) };
}
