import { useEffect, useState } from "preact/hooks";
import type { ScanRequest } from "../../../../../hub/members/device-finder.ts";
import type { Scan } from "../../api/device-contract.ts";
import { getJson } from "../../api/get-json.ts";
import { type Sender, useSending } from "../../state/use-sending.ts";

/** How often a running scan is asked how far it is. */
const LOOK_EVERY_MS = 1_000;

export interface Scanning {
  readonly scan: Scan | undefined;
  readonly sending: Sender;
  readonly start: (request: ScanRequest) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The hub's scan, also one that was started elsewhere. */
export function useScan(): Scanning {
  const [scan, setScan] = useState<Scan | undefined>(undefined);
  /** Rises when a scan is started or stopped here: what was asked before that is not looked at any more. */
  const [turn, setTurn] = useState(0);
  const sending = useSending();
  const isRunning = scan === undefined || scan.state === "running";

  useEffect(() => {
    if (!isRunning) return;
    const asking = new AbortController();
    let next: ReturnType<typeof setTimeout> | undefined;
    async function look(): Promise<void> {
      try {
        const answer = await getJson<Scan>("/api/scan", asking.signal);
        if (asking.signal.aborted) return;
        setScan(answer);
        if (answer.state !== "running") return;
      } catch {
        // The hub is away for a moment; what it found so far stays on the page.
        if (asking.signal.aborted) return;
      }
      next = setTimeout(look, LOOK_EVERY_MS);
    }
    void look();
    return () => {
      asking.abort();
      clearTimeout(next);
    };
  }, [isRunning, turn]);

  function take(answer: Scan | undefined): void {
    if (answer === undefined) return;
    setScan(answer);
    setTurn((count) => count + 1);
  }
  return {
    scan,
    sending,
    start: async (request) => take(await sending.send<Scan>({ method: "POST", path: "/api/scan", body: request })),
    stop: async () => take(await sending.send<Scan>({ method: "DELETE", path: "/api/scan", body: {} })),
  };
}
