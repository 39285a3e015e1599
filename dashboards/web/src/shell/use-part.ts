import { useEffect, useState } from "preact/hooks";
import { HubUnreachable } from "../api/get-json.ts";

export interface LoadedPart<Part> {
  readonly part: Part | undefined;
  readonly failure: HubUnreachable | undefined;
}

/** How soon a part that did not come is asked for again. */
const RETRY_MS = 3_000;

/**
 * A part of the page that is loaded when it is first needed and kept from then on.
 * @param load null while it is not needed; the same function at every call
 */
export function usePart<Part>(load: (() => Promise<Part>) | null): LoadedPart<Part> {
  const [state, setState] = useState<LoadedPart<Part>>({ part: undefined, failure: undefined });
  const isWanted = load !== null && state.part === undefined;
  useEffect(() => {
    if (!isWanted || load === null) return;
    let isGone = false;
    let retrying: ReturnType<typeof setTimeout> | undefined;
    function ask(from: () => Promise<Part>): void {
      from().then(
        (part) => {
          if (!isGone) setState({ part, failure: undefined });
        },
        (cause: unknown) => {
          if (isGone) return;
          setState({ part: undefined, failure: new HubUnreachable("a part of the page did not come", { cause }) });
          retrying = setTimeout(() => ask(from), RETRY_MS);
        },
      );
    }
    ask(load);
    return () => {
      isGone = true;
      clearTimeout(retrying);
    };
  }, [isWanted, load]);
  return state;
}
