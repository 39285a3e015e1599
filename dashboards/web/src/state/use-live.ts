import { useEffect, useRef, useState } from "preact/hooks";
import { type Connection, followEvents } from "../api/follow-events.ts";

/** A shown day is asked for again at most this often, however fast readings arrive. */
export const ROUND_MS = 2_000;
/** Plants, devices and counters change slowly. */
const SLOW_ROUND_MS = 20_000;

export interface Live {
  readonly connection: Connection;
  /** The hub's clock as the last event told it, epoch ms; null before the first. */
  readonly now_ms: number | null;
  /** Rises when the shown figures may have changed. */
  readonly round: number;
  /** The same, for what changes slowly. */
  readonly slowRound: number;
}

/** Follow the hub's events; many events become one round, the last of them is never lost. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ connection: "connecting", now_ms: null, round: 0, slowRound: 0 });
  const now_ms = useRef<number | null>(null);

  useEffect(() => {
    let last = 0;
    let lastSlow = performance.now();
    let waiting: ReturnType<typeof setTimeout> | undefined;

    function startRound(): void {
      waiting = undefined;
      last = performance.now();
      const isSlowToo = last - lastSlow >= SLOW_ROUND_MS;
      if (isSlowToo) lastSlow = last;
      setLive((state) => ({
        ...state,
        now_ms: now_ms.current,
        round: state.round + 1,
        slowRound: state.slowRound + (isSlowToo ? 1 : 0),
      }));
    }

    function askForRound(): void {
      waiting ??= setTimeout(startRound, Math.max(0, last + ROUND_MS - performance.now()));
    }

    let wasConnected = false;
    const end = followEvents("/api/events", {
      onEvent: (event) => {
        if (event.kind === "readings") now_ms.current = event.now_ms;
        askForRound();
      },
      onConnection: (connection) => {
        setLive((state) => ({ ...state, connection }));
        // Whatever happened while nobody listened is asked for at once.
        if (connection === "connected" && wasConnected) askForRound();
        wasConnected ||= connection === "connected";
      },
    });
    return () => {
      clearTimeout(waiting);
      end();
    };
  }, []);

  return live;
}
