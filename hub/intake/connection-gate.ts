import type { BrokerLimits } from "./limits.ts";
import { bucketsByKey, tokenBucket } from "./token-bucket.ts";

/** What became of one connection that was let in. */
export interface GatePass {
  /** It has said CONNECT and was accepted. */
  accepted(): void;
  /** It is gone. */
  left(): void;
}

export interface ConnectionGate {
  /** Let a connection in, or say why not, before any memory is spent on it. */
  enter(address: string): GatePass | string;
  /** Connections let in and not gone. */
  size(): number;
}

/**
 * Bounds connections: in number, in rate over all and of each address, and those of one address that have yet to
 * CONNECT.
 * @param now monotonic ms
 */
export function connectionGate(limits: BrokerLimits, now: () => number): ConnectionGate {
  const all = tokenBucket(limits.connects, now);
  const bucketOf = bucketsByKey(limits.connectsPerAddress, now);
  const halfOpen = new Map<string, number>();
  let connections = 0;
  const count = (address: string, change: number): void => {
    const left = (halfOpen.get(address) ?? 0) + change;
    if (left > 0) halfOpen.set(address, left);
    else halfOpen.delete(address);
  };
  return {
    enter(address) {
      if (connections >= limits.connections) return `${limits.connections} connections are open`;
      if ((halfOpen.get(address) ?? 0) >= limits.halfOpenPerAddress) {
        return `${limits.halfOpenPerAddress} connections of this address have yet to log in`;
      }
      // An address past its own rate must not use up that of all the others.
      if (!bucketOf(address).take())
        return `more than ${limits.connectsPerAddress.perSecond} connections a second from this address`;
      if (!all.take()) return `more than ${limits.connects.perSecond} connections a second`;
      connections += 1;
      count(address, 1);
      let isHalfOpen = true;
      const accepted = (): void => {
        if (isHalfOpen) count(address, -1);
        isHalfOpen = false;
      };
      let isGone = false;
      return {
        accepted,
        left() {
          accepted();
          if (!isGone) connections -= 1;
          isGone = true;
        },
      };
    },
    size: () => connections,
  };
}
