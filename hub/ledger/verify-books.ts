import { checkBooks } from "./check-books.ts";
import { checkLog } from "./check-log.ts";
import type { KeptRecords } from "./kept-records.ts";
import type { Ledger } from "./ledger.ts";
import type { LedgerLog } from "./ledger-log.ts";

export interface BooksVerification {
  readonly entries: number;
  readonly lines: number;
  readonly leaves: number;
  readonly checkpoints: number;
  /** What does not agree, in words that name the place. */
  readonly differences: readonly { readonly entry: string; readonly what: string }[];
}

/** Records read at once. */
const PAGE = 1_000;

/**
 * Check the books as a whole: every entry, movement and other record against its own digest, every account line, and the
 * log with each of its checkpoints against what the books say today.
 * @param verifierKey the hub's own public key; undefined while it has signed nothing, which leaves checkpoints out
 * @param onEntry     told after each entry, for a progress bar
 */
export async function verifyBooks(
  { ledger, log, records }: { readonly ledger: Ledger; readonly log: LedgerLog; readonly records: KeptRecords },
  verifierKey: string | undefined,
  onEntry?: (seq: number) => void,
): Promise<BooksVerification> {
  const books = await checkBooks(ledger, onEntry);
  const aside = (await ledger.keptAside()).filter(({ isUntouched }) => !isUntouched);
  const tree = await checkLog(log, leavesOf(ledger), verifierKey ?? "");
  return {
    entries: books.entries,
    lines: books.lines,
    leaves: tree.leaves,
    checkpoints: tree.checkpoints,
    differences: [
      ...(await records.altered()).map(({ name, what }) => ({ entry: name, what })),
      ...books.differences,
      ...aside.map(({ name }) => ({ entry: name, what: "it is not what was kept: its digest does not match" })),
      ...tree.differences.map(({ leaf, what }) => ({ entry: `leaf ${leaf} of the log`, what })),
    ],
  };
}

async function* leavesOf(ledger: Ledger): AsyncGenerator<Uint8Array> {
  let after = 0;
  for (;;) {
    const page = await ledger.records({ after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) return;
    for (const { text } of page) yield Buffer.from(text);
    after = last.seq;
  }
}
