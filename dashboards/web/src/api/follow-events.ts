/** Live news of the hub: readings have arrived (with the hub's clock), or a day has been booked. */
export type HubEvent =
  | { readonly kind: "readings"; readonly now_ms: number }
  | { readonly kind: "settled"; readonly day: string };

/** `paused`: the page is hidden, so nothing is asked of the hub. */
export type Connection = "connecting" | "connected" | "reconnecting" | "paused";

/** Wait before a stream the browser has given up (an HTTP error) is opened again. */
const REOPEN_MS = 3_000;

export interface EventFollower {
  readonly onEvent: (event: HubEvent) => void;
  readonly onConnection: (connection: Connection) => void;
}

/**
 * Follow `/api/events` for as long as the page is visible. The browser itself comes back after a lost connection;
 * after an HTTP error it gives up, so the stream is opened again here.
 * @returns a function that ends the following
 */
export function followEvents(path: string, follower: EventFollower): () => void {
  let source: EventSource | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    const opened = new EventSource(path);
    source = opened;
    opened.onopen = () => follower.onConnection("connected");
    opened.onerror = () => {
      follower.onConnection("reconnecting");
      if (opened.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_MS);
    };
    opened.addEventListener("readings", (message) => {
      const { now_ms } = parse(message);
      if (typeof now_ms === "number") follower.onEvent({ kind: "readings", now_ms });
    });
    opened.addEventListener("settled", (message) => {
      const { day } = parse(message);
      if (typeof day === "string") follower.onEvent({ kind: "settled", day });
    });
  }

  function close(): void {
    clearTimeout(reopening);
    source?.close();
    source = undefined;
  }

  function followVisibility(): void {
    if (document.hidden) {
      close();
      follower.onConnection("paused");
    } else if (source === undefined) {
      follower.onConnection("connecting");
      open();
    }
  }

  document.addEventListener("visibilitychange", followVisibility);
  if (document.hidden) follower.onConnection("paused");
  else open();
  return () => {
    document.removeEventListener("visibilitychange", followVisibility);
    close();
  };
}

/** An event's data as an object; anything else is an empty one, which no kind of news accepts. */
function parse(message: MessageEvent<string>): { readonly now_ms?: unknown; readonly day?: unknown } {
  try {
    const data: unknown = JSON.parse(message.data);
    return typeof data === "object" && data !== null ? data : {};
  } catch {
    return {};
  }
}
