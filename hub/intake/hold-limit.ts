import { HOLD_CHECK_MS } from "./limits.ts";
import type { Guest, WaitingRoom } from "./waiting-room.ts";

/**
 * How long an acknowledgement of this client may be held: half its keep-alive. The broker reads on only when all but
 * one message of the last read are done, so a client whose acknowledgements are held may get no PINGRESP meanwhile.
 * Never shorter than a commit takes when all is well.
 * @param keepAliveS as the client announced it; 0 means none
 */
export function holdLimitMs(
  keepAliveS: number,
  limits: { readonly shortestHoldMs: number; readonly longestHoldMs: number },
): number {
  if (keepAliveS === 0) return limits.longestHoldMs;
  // At 1.5 times its keep-alive the broker would drop it without a word.
  const shortest = Math.min(limits.shortestHoldMs, keepAliveS * 1_400);
  return Math.min(limits.longestHoldMs, Math.max(shortest, keepAliveS * 500));
}

/**
 * Look for clients that wait too long. One whose acknowledgement is held is given to `close`; one that sends QoS 0 only
 * and was left unread is read again, and sheds what does not fit.
 * @param now monotonic ms
 * @returns a function that stops looking
 */
export function watchHolds(options: {
  readonly room: WaitingRoom;
  readonly now: () => number;
  /** Undefined for a guest whose connection is gone. */
  limitOf(guest: Guest): number | undefined;
  close(guest: Guest, heldMs: number): void;
}): () => void {
  const { room, now, limitOf, close } = options;
  let lookedAt = now();
  let wasLate = false;
  const timer = setInterval(() => {
    const at = now();
    // A process that stood still finds old holds before it has read the store's answers: those get one more turn.
    const isLate = at - lookedAt > 5 * HOLD_CHECK_MS;
    lookedAt = at;
    const skips = isLate && !wasLate;
    wasLate = isLate;
    if (skips) return;
    for (const guest of room.guests()) {
      const limit = limitOf(guest);
      if (limit === undefined) continue;
      const [oldest] = guest.promised;
      if (oldest !== undefined && at - oldest.since >= limit) close(guest, at - oldest.since);
      else if (oldest === undefined && guest.pausedAt !== undefined && at - guest.pausedAt >= limit) room.shed(guest);
    }
  }, HOLD_CHECK_MS);
  return () => clearInterval(timer);
}
