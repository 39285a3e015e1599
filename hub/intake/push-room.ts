import { HubError } from "../errors.ts";
import type { PushLimits } from "./push-limits.ts";

export interface PushRoom {
  /** Take a request in, until the function returned is called. @throws HubError PUSH_BUSY */
  enter(credential: string, bytes: number): () => void;
  totals(): { readonly requests: number; readonly bytes: number };
}

/** Bounds requests under way, of one credential and of all, and the bodies they bring. */
export function createPushRoom(limits: PushLimits): PushRoom {
  const byCredential = new Map<string, number>();
  let requests = 0;
  let bytes = 0;
  return {
    enter(credential, size) {
      const own = byCredential.get(credential) ?? 0;
      if (own >= limits.requestsPerCredential) throw busy(`${own} requests of ${credential} are under way`);
      if (requests >= limits.requests) throw busy(`${requests} requests are under way`);
      // One alone is always taken, however large it may become.
      if (requests > 0 && bytes + size > limits.bodyBytes) throw busy(`${bytes} bytes of requests are under way`);
      byCredential.set(credential, own + 1);
      requests += 1;
      bytes += size;
      let isGone = false;
      return () => {
        if (isGone) return;
        isGone = true;
        requests -= 1;
        bytes -= size;
        const left = (byCredential.get(credential) ?? 1) - 1;
        if (left > 0) byCredential.set(credential, left);
        else byCredential.delete(credential);
      };
    },
    totals: () => ({ requests, bytes }),
  };
}

function busy(message: string): HubError {
  return new HubError("PUSH_BUSY", message, {
    retryable: true,
    remedy: "Send it again after the seconds that Retry-After says, and several readings in one request.",
  });
}
