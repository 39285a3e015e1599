import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { fromBase64, toBase64 } from "./base64.ts";
import { formatVerifierKey, isKeyName, keyIdOf } from "./signed-note.ts";

/** What signs checkpoints. The name is the origin of the log too, so it is fixed with the key and never changes. */
export interface SigningKey {
  readonly name: string;
  /** 4 bytes. */
  readonly id: Uint8Array;
  /** The public half as text, `name+id+key`, to be handed to everybody. */
  readonly verifierKey: string;
  /** @returns 64 bytes; Ed25519 gives the same for the same text (RFC 8032) */
  sign(text: string): Uint8Array;
}

export const SEED_BYTES = 32;

const ED25519 = 0x01;
/** Letters of a community's name that stand in the name of its key; the rest tells communities of one name apart. */
const MOST_SLUG_CHARACTERS = 40;
/** The frame of PKCS #8 around an Ed25519 seed (RFC 8410, section 7). */
const PKCS8_FRAME = Buffer.from("302e020100300506032b657004220420", "hex");
const KEY_TEXT = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/u;

/** @param seed 32 random bytes. @throws RangeError for a name that a signature line cannot carry, or another length */
export function signingKeyFromSeed(name: string, seed: Uint8Array): SigningKey {
  if (!isKeyName(name)) throw new RangeError(`not a name for a signing key: ${name}`);
  const privateKey = privateKeyOf(seed);
  const publicKey = publicKeyOf(privateKey);
  return {
    name,
    id: keyIdOf(name, publicKey),
    verifierKey: formatVerifierKey(name, publicKey),
    sign: (text) => sign(null, Buffer.from(text), privateKey),
  };
}

/** One line with name and seed, in the form that Go's `golang.org/x/mod/sumdb/note` gave its keys. */
export function formatSigningKey(name: string, seed: Uint8Array): string {
  const id = Buffer.from(signingKeyFromSeed(name, seed).id).toString("hex");
  return `PRIVATE+KEY+${name}+${id}+${toBase64(Buffer.concat([Buffer.of(ED25519), seed]))}`;
}

/** @returns undefined for what is no such line, or one whose id is not its own */
export function parseSigningKey(line: string): SigningKey | undefined {
  const [, name = "", id = "", encoded = ""] = KEY_TEXT.exec(line) ?? [];
  const typed = fromBase64(encoded);
  if (!isKeyName(name) || typed?.byteLength !== 1 + SEED_BYTES || typed[0] !== ED25519) return undefined;
  const key = signingKeyFromSeed(name, typed.subarray(1));
  return Buffer.from(key.id).toString("hex") === id ? key : undefined;
}

/**
 * A name for a community's key that no other community has: `millrace/<its name in plain letters>/<8 digits of the key>`.
 * @param seed 32 random bytes
 */
export function nameSigningKey(community: string, seed: Uint8Array): string {
  const slug = community
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MOST_SLUG_CHARACTERS)
    .replaceAll(/^-|-$/g, "");
  const digits = Buffer.from(keyIdOf("millrace", publicKeyOf(privateKeyOf(seed)))).toString("hex");
  return `millrace/${slug === "" ? "community" : slug}/${digits}`;
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  if (seed.byteLength !== SEED_BYTES) throw new RangeError(`a seed has ${SEED_BYTES} bytes, not ${seed.byteLength}`);
  return createPrivateKey({ key: Buffer.concat([PKCS8_FRAME, seed]), format: "der", type: "pkcs8" });
}

/** 32 bytes. */
function publicKeyOf(privateKey: KeyObject): Uint8Array {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url");
}
