import { type Bytes, fromBase64, HASH_BYTES, joinBytes } from "./hashes.ts";
import type { TreeHead } from "./is-beginning.ts";

/** A checkpoint as the hub shows it: how far its log reached, and signatures below (c2sp.org/tlog-checkpoint). */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
  /** What is signed. */
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly bytes: Bytes }[];
}

const ED25519 = 0x01;
const KEY_BYTES = 32;
const ID_BYTES = 4;
const SIZE = /^(?:0|[1-9]\d{0,15})$/;
const KEY = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/;
const SIGNATURE = /^\u2014 ([^+\s]+) (\S+)$/;

/** @returns undefined for what is no checkpoint; whether it is signed rightly, `isSignedBy` tells */
export function readNote(note: string): Checkpoint | undefined {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) return undefined;
  const text = note.slice(0, end + 1);
  const [origin = "", digits = "", encoded = ""] = text.split("\n");
  const size = Number(digits);
  const root = fromBase64(encoded);
  if (!SIZE.test(digits) || !Number.isSafeInteger(size) || root?.length !== HASH_BYTES) return undefined;
  const signatures = note
    .slice(end + 2, -1)
    .split("\n")
    .flatMap((line) => {
      const [, name = "", signature = ""] = SIGNATURE.exec(line) ?? [];
      const bytes = fromBase64(signature);
      return bytes === undefined || name === "" ? [] : [{ name, bytes }];
    });
  return { origin, size, root, text, signatures };
}

/**
 * @param key `name+id+key` as the hub shows it
 * @returns undefined where the browser knows no Ed25519: the path between two roots can be checked all the same
 */
export async function isSignedBy(checkpoint: Checkpoint, key: string): Promise<boolean | undefined> {
  const [, name, id, encoded = ""] = KEY.exec(key.trim()) ?? [];
  const typed = fromBase64(encoded);
  if (name === undefined || id === undefined || typed?.length !== 1 + KEY_BYTES || typed[0] !== ED25519) return false;
  if (checkpoint.origin !== name) return false;
  const claim = checkpoint.signatures.find((one) => one.name === name && toHex(one.bytes.slice(0, ID_BYTES)) === id);
  if (claim === undefined) return false;
  try {
    const publicKey = await crypto.subtle.importKey("raw", typed.slice(1), "Ed25519", false, ["verify"]);
    const text = joinBytes(new TextEncoder().encode(checkpoint.text));
    return await crypto.subtle.verify("Ed25519", publicKey, claim.bytes.slice(ID_BYTES), text);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "NotSupportedError") return undefined;
    return false;
  }
}

const toHex = (bytes: Bytes): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
