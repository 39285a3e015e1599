/** Bytes as this browser's own SHA-256 takes and gives them. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const HASH_BYTES = 32;
/** Before two hashes that are hashed together (RFC 6962, section 2.1). */
const NODE_PREFIX = 0x01;

/** Browsers compute only for pages that nobody on the way can change: of this machine, or over HTTPS. */
export const canHash = (): boolean => globalThis.crypto?.subtle !== undefined;

export async function hashNode(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(joinBytes(Uint8Array.of(NODE_PREFIX), left, right));
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function joinBytes(...parts: readonly Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function isSameBytes(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** @returns undefined for what is no Base64 with padding (RFC 4648, section 4), in its one spelling */
export function fromBase64(text: string): Bytes | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return btoa(String.fromCharCode(...bytes)) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
