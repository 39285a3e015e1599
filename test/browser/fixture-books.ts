import type { LedgerLog } from "../../hub/ledger/ledger-log.ts";
import { publishCheckpoint } from "../../hub/ledger/publish-checkpoint.ts";
import { type SigningKey, signingKeyFromSeed } from "../../hub/ledger/signing-key.ts";
import { memoryLedgerLog } from "../../hub/store/memory/ledger-log.ts";

/** The books of a fixture: a real log and a real key, which a test may exchange behind the page's back. */
export interface FixtureBooks {
  log: LedgerLog;
  key: SigningKey;
  /** Asked by the page; undefined for what is not about the log. */
  answer(url: URL): Promise<{ readonly type: string; readonly body: string } | undefined>;
}

/** Entries in the books at first. */
export const ENTRIES = 1_234;

export const fixtureKey = (name = "millrace/mill-lane/1a2b3c4d", seed = 1): SigningKey =>
  signingKeyFromSeed(name, new Uint8Array(32).fill(seed));

/** @param word in every entry: another one makes books that share nothing */
export async function fixtureLog(entries: number, word = "entry"): Promise<LedgerLog> {
  const log = memoryLedgerLog();
  await log.append(Array.from({ length: entries }, (_, index) => Buffer.from(`${word} ${index}`)));
  return log;
}

export async function fixtureBooks(): Promise<FixtureBooks> {
  const books: FixtureBooks = {
    log: await fixtureLog(ENTRIES),
    key: fixtureKey(),
    async answer({ pathname, searchParams }) {
      if (pathname === "/api/log/key") return { type: "text/plain", body: `${books.key.verifierKey}\n` };
      if (pathname === "/api/log/checkpoint")
        return { type: "text/plain", body: await publishCheckpoint(books.log, books.key) };
      if (pathname !== "/api/log/consistency") return undefined;
      const [from, to] = [Number(searchParams.get("from")), Number(searchParams.get("to"))];
      const path = (await books.log.consistencyProof(from, to)).map((hash) => Buffer.from(hash).toString("base64"));
      return { type: "application/json", body: JSON.stringify({ from, to, path }) };
    },
  };
  return books;
}
