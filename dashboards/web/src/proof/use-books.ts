import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, getJson, getText, HubUnreachable } from "../api/get-json.ts";
import { type Comparison, compareBooks } from "./compare-books.ts";
import { canHash } from "./hashes.ts";
import { type BrokenBooks, type KeptBooks, keepBooks, keptBooks } from "./seen-books.ts";

/** How the books stand to what this browser saw before. */
export type BooksState =
  | { readonly outcome: "asking" | "unable" | "unanswered" }
  | { readonly outcome: "first"; readonly size: number }
  | { readonly outcome: "continues"; readonly size: number; readonly since_ms: number }
  | { readonly outcome: "broken"; readonly broken: BrokenBooks; readonly kept: KeptBooks | undefined };

export interface CheckedBooks {
  readonly state: BooksState;
  /** Take the books as they are shown now for true. */
  readonly startOver: () => void;
}

/**
 * Demand of the hub, at the first look and with every round, that its books continue those this browser saw last.
 * @param round a counter of the live events; see `useLive`
 */
export function useBooks(round: number): CheckedBooks {
  const [state, setState] = useState<BooksState>({ outcome: canHash() ? "asking" : "unable" });
  const [starts, setStarts] = useState(0);
  /** What was kept when the page came: the visit before, whose date people are told. */
  const before = useRef(keptBooks());

  useEffect(() => {
    if (!canHash()) return;
    const asking = new AbortController();
    check(before.current, asking.signal).then(
      (found) => {
        if (!asking.signal.aborted) setState(found);
      },
      (failure: unknown) => {
        if (asking.signal.aborted) return;
        if (!(failure instanceof ApiProblem || failure instanceof HubUnreachable)) throw failure;
        setState((last) => (last.outcome === "broken" ? last : { outcome: "unanswered" }));
      },
    );
    return () => asking.abort();
  }, [round, starts]);

  return {
    state,
    startOver() {
      keepBooks(undefined);
      before.current = undefined;
      setStarts((count) => count + 1);
    },
  };
}

async function check(before: KeptBooks | undefined, signal: AbortSignal): Promise<BooksState> {
  // Read first: what another tab of this browser keeps meanwhile may be newer than the answer under way.
  const kept = keptBooks();
  if (kept?.broken !== undefined) return { outcome: "broken", broken: kept.broken, kept };
  const shown = await ask(signal);
  const compared = shown === undefined ? split : await compareBooks(kept, shown, (sizes) => askPath(sizes, signal));
  if (signal.aborted) return { outcome: "asking" };
  if (compared.outcome === "broken") {
    const broken = { fault: compared.fault, note: shown?.note ?? "" };
    if (kept !== undefined) keepBooks({ ...kept, broken });
    return { outcome: "broken", broken, kept };
  }
  if (shown !== undefined && keptBooks()?.note === kept?.note) keepBooks({ ...shown, seen_ms: Date.now() });
  if (before === undefined) return { outcome: "first", size: compared.size };
  return { outcome: "continues", size: compared.size, since_ms: before.seen_ms };
}

const split: Comparison = { outcome: "broken", fault: "split" };

/** @returns undefined when the hub itself says that its books contradict what it signed */
async function ask(signal: AbortSignal): Promise<{ readonly note: string; readonly key: string } | undefined> {
  try {
    const [key, note] = await Promise.all([getText("/api/log/key", signal), getText("/api/log/checkpoint", signal)]);
    return { key, note };
  } catch (failure) {
    if (failure instanceof ApiProblem && failure.problem.code === "LOG_SPLIT") return undefined;
    throw failure;
  }
}

/** @returns undefined when the hub says that there is no such path */
async function askPath(
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    const path = `/api/log/consistency?from=${from}&to=${to}`;
    return (await getJson<{ readonly path: readonly string[] }>(path, signal)).path;
  } catch (failure) {
    if (failure instanceof ApiProblem && failure.problem.code === "NOT_FOUND") return undefined;
    throw failure;
  }
}
