import type { BrokerLimits } from "./limits.ts";

/** How long a wrong attempt is held against its address. */
const REMEMBERED_MS = 60_000;
/** Addresses remembered; the oldest is forgotten first. */
const REMEMBERED_ADDRESSES = 10_000;

/**
 * How long to wait before a wrong password is answered: longer with each one of the same address. Right ones are
 * answered at once, so a device with an old password slows nobody else behind the same address.
 * @param now monotonic ms
 * @returns a function from an address that was wrong just now to the ms its answer waits
 */
export function slowWrongPasswords(limits: BrokerLimits, now: () => number): (address: string) => number {
  const wrong = new Map<string, { readonly attempts: number; readonly at: number }>();
  return (address) => {
    const last = wrong.get(address);
    const attempts = last !== undefined && now() - last.at < REMEMBERED_MS ? last.attempts + 1 : 1;
    wrong.delete(address);
    wrong.set(address, { attempts, at: now() });
    if (wrong.size > REMEMBERED_ADDRESSES) wrong.delete(wrong.keys().next().value ?? "");
    return Math.min(limits.longestWrongPasswordMs, limits.wrongPasswordMs * 2 ** (attempts - 1));
  };
}
