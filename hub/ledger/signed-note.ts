import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { fromBase64, toBase64 } from "./base64.ts";
import { equalBytes } from "./merkle-hash.ts";

/** Text with Ed25519 signatures below it, in the form of c2sp.org/signed-note, which tools of other logs read too. */

/** Why a note is not taken for true, in words. */
export interface NoteRefusal {
  readonly refused: string;
}

/** What checks the signatures of one signer. */
export interface VerifierKey {
  readonly name: string;
  /** 4 bytes. */
  readonly id: Uint8Array;
  readonly publicKey: KeyObject;
}

const ED25519 = 0x01;
const ED25519_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
/** More than any log of the world writes; a note is a page, not a file. */
const MOST_NOTE_CHARACTERS = 65_536;
/** The specification asks readers to take at least 16. */
const MOST_SIGNATURES = 100;
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const KEY_NAME = /^[^\s+\p{Cc}]+$/u;
const KEY_TEXT = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a note may contain none of them but the line's end.
const CONTROL_CHARACTER = /[\u0000-\u0009\u000b-\u001f]/;

/** A key's name is not empty and holds neither white space nor `+`. */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && KEY_NAME.test(name);
}

/** The public key as text, `name+id+key`, for everybody who checks notes. @param publicKey 32 bytes */
export function formatVerifierKey(name: string, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Buffer.of(ED25519), publicKey]);
  return `${name}+${Buffer.from(keyIdOf(name, publicKey)).toString("hex")}+${toBase64(typed)}`;
}

/** @returns undefined for what is no Ed25519 verifier key, or one whose id is not its own */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [, name = "", id = "", key = ""] = KEY_TEXT.exec(text) ?? [];
  const typed = fromBase64(key);
  if (!isKeyName(name) || typed?.byteLength !== 1 + ED25519_KEY_BYTES || typed[0] !== ED25519) return undefined;
  const publicKey = typed.subarray(1);
  const derived = keyIdOf(name, publicKey);
  if (Buffer.from(derived).toString("hex") !== id) return undefined;
  const x = Buffer.from(publicKey).toString("base64url");
  return { name, id: derived, publicKey: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }) };
}

/** SHA-256(name, line's end, type, public key), its first 4 bytes. */
export function keyIdOf(name: string, publicKey: Uint8Array): Uint8Array {
  const hash = createHash("sha256").update(`${name}\n`).update(Buffer.of(ED25519)).update(publicKey);
  return hash.digest().subarray(0, KEY_ID_BYTES);
}

/**
 * Text and one signature as a note.
 * @param text      ends with a line's end; the signature covers all of it
 * @param signature 64 bytes
 */
export function formatNote(text: string, signer: Pick<VerifierKey, "name" | "id">, signature: Uint8Array): string {
  return `${text}\n\u2014 ${signer.name} ${toBase64(Buffer.concat([signer.id, signature]))}\n`;
}

/** The text above the signatures, unchecked. */
export function textOfNote(note: string): string | undefined {
  if (note.length > MOST_NOTE_CHARACTERS || !note.isWellFormed() || CONTROL_CHARACTER.test(note)) return undefined;
  const end = note.lastIndexOf("\n\n");
  return end < 1 ? undefined : note.slice(0, end + 1);
}

/**
 * The text of a note, if this key signed it. Signatures of others are passed over, as the specification demands; a false
 * one of this key refuses the whole note.
 */
export function openNote(note: string, key: VerifierKey): { readonly text: string } | NoteRefusal {
  const text = textOfNote(note);
  if (text === undefined || !note.endsWith("\n")) return { refused: "it is no signed note" };
  const lines = note.slice(text.length + 1, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) return { refused: "it has too many signatures" };
  let isSigned = false;
  for (const line of lines) {
    const [, name, encoded = ""] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = fromBase64(encoded);
    if (name === undefined || bytes === undefined || bytes.byteLength <= KEY_ID_BYTES)
      return { refused: "a signature line is malformed" };
    if (name !== key.name || !equalBytes(bytes.subarray(0, KEY_ID_BYTES), key.id)) continue;
    if (!verify(null, Buffer.from(text), key.publicKey, bytes.subarray(KEY_ID_BYTES)))
      return { refused: `the signature of ${name} is false` };
    isSigned = true;
  }
  return isSigned ? { text } : { refused: `${key.name} has not signed it with this key` };
}
