import { type Bytes, fromBase64 } from "./hashes.ts";
import { isBeginning } from "./is-beginning.ts";
import { isSignedBy, readNote } from "./read-note.ts";

/** What a browser saw of the books, and when by its own clock. */
export interface SeenBooks {
  readonly note: string;
  /** The public key it was signed with then. */
  readonly key: string;
  readonly seen_ms: number;
}

/**
 * Why the books are not those that were seen before. `changed`: entries are not there as they were, or nobody can show that
 * they are. `split`: the hub itself says that its books contradict what it signed.
 */
export type BooksFault = "changed" | "shorter" | "other_key" | "not_signed" | "split";

export type Comparison =
  | { readonly outcome: "first" | "continues"; readonly size: number }
  | { readonly outcome: "broken"; readonly fault: BooksFault };

/**
 * Whether the books that are shown now continue those that were seen before.
 * @param seen    undefined at the first visit
 * @param askPath asks the hub for the hashes between two sizes, Base64; undefined when it has none to show
 */
export async function compareBooks(
  seen: Omit<SeenBooks, "seen_ms"> | undefined,
  shown: Omit<SeenBooks, "seen_ms">,
  askPath: (sizes: { readonly from: number; readonly to: number }) => Promise<readonly string[] | undefined>,
): Promise<Comparison> {
  if (seen !== undefined && seen.key !== shown.key) return broken("other_key");
  const newer = readNote(shown.note);
  if (newer === undefined || (await isSignedBy(newer, shown.key)) === false) return broken("not_signed");
  const older = seen === undefined ? undefined : readNote(seen.note);
  if (older === undefined) return { outcome: "first", size: newer.size };
  if (newer.size < older.size) return broken("shorter");
  const path = newer.size === older.size ? [] : await askPath({ from: older.size, to: newer.size });
  const hashes = path?.map(fromBase64);
  const isUnbroken =
    hashes?.every((hash): hash is Bytes => hash !== undefined) && (await isBeginning(older, newer, hashes));
  return isUnbroken === true ? { outcome: "continues", size: newer.size } : broken("changed");
}

function broken(fault: BooksFault): Comparison {
  return { outcome: "broken", fault };
}
