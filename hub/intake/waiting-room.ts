import { type BrokerLimits, UNPROMISED_PART } from "./limits.ts";

/** One message that waits for its commit. */
export interface Waiting {
  readonly guest: Guest;
  readonly bytes: number;
  /** Monotonic ms. */
  readonly since: number;
  /** QoS 1 and 2: its acknowledgement is held. */
  readonly isPromised: boolean;
}

/** One client's part of the room. */
export interface Guest {
  messages: number;
  bytes: number;
  /** Messages whose acknowledgement is held, oldest first. */
  readonly promised: Set<Waiting>;
  /** Since when its socket is left unread for want of room, monotonic ms. */
  pausedAt: number | undefined;
  /** Was paused for too long: it is read again, and what it sends at QoS 0 past its share is dropped and counted. */
  isShedding: boolean;
  /** Read its socket again. */
  readonly resume: () => void;
}

export interface WaitingRoom {
  enter(guest: Guest, bytes: number, isPromised: boolean): Waiting;
  /** Stored, or given up. Clients whose socket was left unread are read again when there is room. */
  leave(waiting: Waiting): void;
  hasRoom(guest: Guest): boolean;
  /** May its socket be read now? If not, its `resume` is called when there is room. */
  mayRead(guest: Guest): boolean;
  /** Read a paused client again and drop what does not fit. */
  shed(guest: Guest): void;
  /** Its connection is gone; messages that wait stay counted until they leave. */
  forget(guest: Guest): void;
  /** Clients with something waiting or with a socket left unread. */
  guests(): Iterable<Guest>;
  /** Messages and bytes waiting, of all clients, and how many clients are left unread. */
  totals(): { readonly messages: number; readonly bytes: number; readonly paused: number };
}

export function enterGuest(resume: () => void): Guest {
  return { messages: 0, bytes: 0, promised: new Set(), pausedAt: undefined, isShedding: false, resume };
}

/**
 * Bounds what waits for a commit, for each client and over all. A client past its bound is not read, so TCP holds it
 * back; when all together are past theirs, whoever holds more than an equal share is not read, and at twice that nobody
 * is who has something waiting. A client with nothing waiting is always read: nobody can crowd it out.
 * @param now monotonic ms
 */
export function createWaitingRoom(limits: BrokerLimits, now: () => number): WaitingRoom {
  const busy = new Set<Guest>();
  const paused = new Set<Guest>();
  let messages = 0;
  let bytes = 0;
  let isResuming = false;

  const hasRoom = (guest: Guest): boolean => {
    if (guest.messages === 0) return true;
    const part = guest.messages > guest.promised.size ? UNPROMISED_PART : 1;
    if (guest.messages >= limits.clientMessages * part || guest.bytes >= limits.clientBytes * part) return false;
    if (messages < limits.messages * part && bytes < limits.bytes * part) return true;
    if (messages >= 2 * limits.messages || bytes >= 2 * limits.bytes) return false;
    const share = part / busy.size;
    return guest.messages < limits.messages * share && guest.bytes < limits.bytes * share;
  };

  const resume = (): void => {
    isResuming = false;
    for (const guest of [...paused]) {
      if (!hasRoom(guest)) continue;
      paused.delete(guest);
      guest.pausedAt = undefined;
      guest.resume();
    }
  };

  return {
    hasRoom,
    enter(guest, size, isPromised) {
      const waiting = { guest, bytes: size, since: now(), isPromised };
      if (isPromised) guest.promised.add(waiting);
      if (guest.messages === 0) busy.add(guest);
      guest.messages += 1;
      guest.bytes += size;
      messages += 1;
      bytes += size;
      return waiting;
    },
    leave(waiting) {
      const { guest } = waiting;
      if (waiting.isPromised) guest.promised.delete(waiting);
      guest.messages -= 1;
      guest.bytes -= waiting.bytes;
      if (guest.messages === 0) busy.delete(guest);
      messages -= 1;
      bytes -= waiting.bytes;
      if (guest.isShedding && hasRoom(guest)) guest.isShedding = false;
      // A commit lets many leave in one tick: look once, after the last of them.
      if (paused.size === 0 || isResuming) return;
      isResuming = true;
      setImmediate(resume);
    },
    mayRead(guest) {
      if (hasRoom(guest) || (guest.isShedding && guest.promised.size === 0)) return true;
      guest.pausedAt ??= now();
      paused.add(guest);
      return false;
    },
    shed(guest) {
      guest.isShedding = true;
      guest.pausedAt = undefined;
      paused.delete(guest);
      guest.resume();
    },
    forget(guest) {
      paused.delete(guest);
      guest.pausedAt = undefined;
    },
    guests: () => new Set([...busy, ...paused]),
    totals: () => ({ messages, bytes, paused: paused.size }),
  };
}
