/** What open pages are told: readings came in, a day was settled, a scan came further. */
export interface LiveEvent {
  readonly name: "readings" | "settled" | "scan";
  readonly data: Readonly<Record<string, unknown>>;
}

export interface LiveEvents {
  tell(event: LiveEvent): void;
  /** @returns how to stop listening */
  listen(listener: (event: LiveEvent) => void): () => void;
}

export function createLiveEvents(): LiveEvents {
  const listeners = new Set<(event: LiveEvent) => void>();
  return {
    tell(event) {
      for (const listener of listeners) listener(event);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
