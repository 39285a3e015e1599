import { chanceAt, seedOf } from "../noise.ts";
import type { ExceptionCode } from "./answer-request.ts";

/** What goes wrong between a hub and a device, one request at a time. */
export type Fault =
  /** The answer never comes. */
  | { readonly kind: "swallow" }
  /** The answer waits until `release` is called on the link: it comes after whoever asked gave up. */
  | { readonly kind: "hold" }
  /** The answer comes this much later, real time. */
  | { readonly kind: "delay"; readonly ms: number }
  /** The device refuses; it is not asked. */
  | { readonly kind: "exception"; readonly code: ExceptionCode }
  /** The answer carries the transaction id of another request; TCP framing alone has one. */
  | { readonly kind: "wrong_transaction" }
  /** The answer says that another unit gave it, with a checksum that fits. */
  | { readonly kind: "wrong_unit" }
  /** One bit of the whole frame is turned, the checksum left as it was; which one the request's number chooses unless told. */
  | { readonly kind: "flip_bit"; readonly bit?: number }
  /** Registers change places in pairs, with a checksum that fits: what a wrong word order looks like. */
  | { readonly kind: "swap_words" }
  /** Bytes that belong to nothing come before the answer. */
  | { readonly kind: "garbage"; readonly bytes: Uint8Array }
  /** The answer comes twice. */
  | { readonly kind: "repeat" }
  /** The connection breaks after this many bytes of the answer; at once without it. */
  | { readonly kind: "cut"; readonly afterBytes?: number };

/** A request as the link sees it. */
export interface LinkRequest {
  /** Counted from 0 since the link began. */
  readonly index: number;
  readonly unit: number;
  readonly functionCode: number;
}

export type FaultPlan = (request: LinkRequest) => Fault | undefined;

/**
 * Faults by chance, the same ones for the same seed and the same order of requests.
 * @param parts how many of all requests meet which fault, 0 to 1, together at most 1
 */
export function seededFaults(
  seed: number,
  parts: readonly { readonly fault: Fault; readonly part: number }[],
): FaultPlan {
  const total = parts.reduce((sum, { part }) => sum + part, 0);
  if (parts.some(({ part }) => part < 0) || total > 1) throw new RangeError(`not parts of a whole: ${total}`);
  const faultSeed = seedOf(seed, "link fault");
  return ({ index }) => {
    let chance = chanceAt(faultSeed, index);
    return parts.find(({ part }) => {
      chance -= part;
      return chance < 0;
    })?.fault;
  };
}
