import type { KeptRecords } from "../ledger/kept-records.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { LedgerLog } from "../ledger/ledger-log.ts";
import { type BooksVerification, verifyBooks } from "../ledger/verify-books.ts";
import type { LocalDay } from "../time-zone.ts";
import { type Verification, type VerifyPorts, verify } from "./verify.ts";

export interface FolderVerification {
  readonly books: BooksVerification;
  /** Undefined when damaged books made it impossible to recompute anything. */
  readonly recomputed: Verification | undefined;
  /** Of the books first: what was recomputed follows from them. */
  readonly differences: readonly { readonly entry: string; readonly what: string }[];
}

/**
 * Everything that can be checked: the books, their log and its checkpoints, then each settled day from readings and rules.
 * @param verifierKey as for `verifyBooks`
 * @param days only these are recomputed; all when left out
 */
export async function verifyFolder(
  ports: VerifyPorts & { readonly ledger: Ledger; readonly log: LedgerLog; readonly records: KeptRecords },
  verifierKey: string | undefined,
  options: {
    readonly days?: readonly LocalDay[];
    readonly onEntry?: (seq: number) => void;
    readonly onDay?: (day: LocalDay) => void;
  } = {},
): Promise<FolderVerification> {
  const books = await verifyBooks(ports, verifierKey, options.onEntry);
  try {
    const recomputed = await verify(ports, options);
    return { books, recomputed, differences: [...books.differences, ...recomputed.differences] };
  } catch (cause) {
    if (books.differences.length === 0) throw cause;
    // A document that was cut in half cannot be read: the books' own differences say which one it is.
    const unread = { entry: "settled days", what: `they cannot be recomputed from these books: ${String(cause)}` };
    return { books, recomputed: undefined, differences: [...books.differences, unread] };
  }
}
