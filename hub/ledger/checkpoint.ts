import { fromBase64, toBase64 } from "./base64.ts";
import { isHash } from "./merkle-hash.ts";
import { formatNote, type NoteRefusal, openNote, parseVerifierKey, textOfNote } from "./signed-note.ts";
import type { SigningKey } from "./signing-key.ts";

/** How far the log reached and what its root was then: what a hub signs and others keep (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** Which log; the name of the key that signs for it. */
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** Decimal digits without a zero before them. */
const SIZE = /^(?:0|[1-9]\d{0,15})$/;

/** The checkpoint as a note: origin, size and root, an empty line, the signature. */
export function signCheckpoint({ size, root }: Pick<Checkpoint, "size" | "root">, key: SigningKey): string {
  const text = `${key.name}\n${size}\n${toBase64(root)}\n`;
  return formatNote(text, key, key.sign(text));
}

/**
 * The checkpoint of a note, if this key signed it for its own log.
 * @param verifierKey as `SigningKey.verifierKey` has it
 */
export function openCheckpoint(note: string, verifierKey: string): Checkpoint | NoteRefusal {
  const key = parseVerifierKey(verifierKey);
  if (key === undefined) return { refused: "the key to check it with is no verifier key" };
  const opened = openNote(note, key);
  if ("refused" in opened) return opened;
  const checkpoint = parseCheckpointText(opened.text);
  if (checkpoint === undefined) return { refused: "it is signed, but no checkpoint" };
  if (checkpoint.origin !== key.name) return { refused: `it is of ${checkpoint.origin}, not of ${key.name}` };
  return checkpoint;
}

/** What a note says, whoever signed it; undefined when it is no checkpoint. */
export function readUncheckedCheckpoint(note: string): Checkpoint | undefined {
  return parseCheckpointText(textOfNote(note) ?? "");
}

/** Lines below the third are allowed to others and mean nothing here. */
function parseCheckpointText(text: string): Checkpoint | undefined {
  if (!text.endsWith("\n")) return undefined;
  const [origin = "", digits = "", encoded = "", ...more] = text.slice(0, -1).split("\n");
  const size = Number(digits);
  const root = fromBase64(encoded);
  if (origin === "" || more.includes("") || !SIZE.test(digits) || !Number.isSafeInteger(size)) return undefined;
  return root !== undefined && isHash(root) ? { origin, size, root } : undefined;
}
