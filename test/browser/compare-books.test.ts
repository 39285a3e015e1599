import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBooks } from "../../dashboards/web/src/proof/compare-books.ts";
import { type Bytes, fromBase64 } from "../../dashboards/web/src/proof/hashes.ts";
import { isBeginning } from "../../dashboards/web/src/proof/is-beginning.ts";
import { readNote } from "../../dashboards/web/src/proof/read-note.ts";
import type { LedgerLog } from "../../hub/ledger/ledger-log.ts";
import { publishCheckpoint } from "../../hub/ledger/publish-checkpoint.ts";
import { signingKeyFromSeed } from "../../hub/ledger/signing-key.ts";
import { memoryLedgerLog } from "../../hub/store/memory/ledger-log.ts";

const key = signingKeyFromSeed("millrace/mill-lane/1a2b3c4d", new Uint8Array(32).fill(3));
const leaf = (at: number, word = "entry") => Buffer.from(`${word} ${at}`);

async function logOf(size: number, word?: string): Promise<LedgerLog> {
  const log = memoryLedgerLog();
  await log.append(Array.from({ length: size }, (_, at) => leaf(at, word)));
  return log;
}
const bytes = (of: Uint8Array): Bytes => Uint8Array.from(of);
const headOf = async (log: LedgerLog, size: number) => ({ size, root: bytes(await log.root(size)) });
const showOf = async (log: LedgerLog) => ({ note: await publishCheckpoint(log, key), key: key.verifierKey });
const pathsOf = (log: LedgerLog) => async (sizes: { readonly from: number; readonly to: number }) =>
  (await log.consistencyProof(sizes.from, sizes.to)).map((hash) => Buffer.from(hash).toString("base64"));

/** Every pair of sizes up to here: all shapes of a tree of six levels. */
const MOST = 40;

describe("the path between two logs", () => {
  test("every older log is the beginning of every newer one, and no path fits another pair", async () => {
    const log = await logOf(MOST);
    const other = await logOf(MOST, "another");
    for (let older = 0; older <= MOST; older += 1) {
      for (let newer = older; newer <= MOST; newer += 1) {
        const path = (await log.consistencyProof(older, newer)).map(bytes);
        const [from, to] = [await headOf(log, older), await headOf(log, newer)];
        expect(await isBeginning(from, to, path), `${older} ${newer}`).toBe(true);
        const forged = await headOf(other, older);
        if (older > 0) expect(await isBeginning(forged, to, path), `forged ${older} ${newer}`).toBe(false);
        if (older > 0 && older < newer) {
          expect(await isBeginning(from, await headOf(other, newer), path)).toBe(false);
          expect(await isBeginning({ ...from, size: older - 1 }, to, path)).toBe(false);
        }
      }
    }
  });

  test("a path that was shortened, lengthened or changed in one bit proves nothing", async () => {
    const log = await logOf(MOST);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: MOST - 1 }), fc.nat(), fc.nat(7), async (older, place, bit) => {
        const newer = older + 1 + (place % (MOST - older));
        const path = (await log.consistencyProof(older, newer)).map(bytes);
        const [from, to] = [await headOf(log, older), await headOf(log, newer)];
        const at = place % path.length;
        const turned = path.map((hash, index) =>
          index === at ? hash.map((byte, nth) => (nth === place % 32 ? byte ^ (1 << bit) : byte)) : hash,
        );
        expect(await isBeginning(from, to, turned)).toBe(false);
        expect(
          await isBeginning(
            from,
            to,
            path.filter((_, index) => index !== at),
          ),
        ).toBe(false);
        expect(await isBeginning(from, to, [...path, from.root])).toBe(false);
        expect(await isBeginning(from, to, [...path.slice(0, -1), to.root.slice(1)])).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what a browser saw and what it is shown", () => {
  test("at the first visit the books are remembered", async () => {
    const shown = await showOf(await logOf(3));
    expect(await compareBooks(undefined, shown, async () => undefined)).toEqual({ outcome: "first", size: 3 });
  });

  test("books that only grew continue, and an empty log is the beginning of any", async () => {
    const log = await logOf(0);
    let seen = await showOf(log);
    for (const count of [1, 5, 30]) {
      await log.append(Array.from({ length: count }, (_, at) => leaf(at)));
      const shown = await showOf(log);
      const size = await log.size();
      expect(await compareBooks(seen, shown, pathsOf(log))).toEqual({ outcome: "continues", size });
      expect(await compareBooks(shown, shown, () => Promise.reject(new Error("asked")))).toMatchObject({ size });
      seen = shown;
    }
  });

  const seen = async () => showOf(await logOf(7));
  test("an entry that was changed, with everything signed anew", async () => {
    const log = await logOf(9, "another");
    expect(await compareBooks(await seen(), await showOf(log), pathsOf(log))).toEqual({
      outcome: "broken",
      fault: "changed",
    });
    const same = await logOf(7, "another");
    expect(await compareBooks(await seen(), await showOf(same), pathsOf(same))).toEqual({
      outcome: "broken",
      fault: "changed",
    });
  });

  test.each([
    ["no path", async () => undefined],
    ["an empty one", async () => []],
    ["one that is no Base64", async () => ["?", "!"]],
    ["one of other hashes", async () => [Buffer.alloc(32).toString("base64")]],
  ])("a hub that has %s to show", async (_name, askPath) => {
    const shown = await showOf(await logOf(9));
    expect(await compareBooks(await seen(), shown, askPath)).toEqual({ outcome: "broken", fault: "changed" });
  });

  test("books that were cut off, as after an old backup", async () => {
    const log = await logOf(6);
    expect(await compareBooks(await seen(), await showOf(log), pathsOf(log))).toEqual({
      outcome: "broken",
      fault: "shorter",
    });
  });

  test("another key, and a note that its own key did not sign", async () => {
    const log = await logOf(9);
    const shown = await showOf(log);
    const other = signingKeyFromSeed(key.name, new Uint8Array(32).fill(4));
    const newKey = { ...shown, key: other.verifierKey };
    expect(await compareBooks(await seen(), newKey, pathsOf(log))).toEqual({ outcome: "broken", fault: "other_key" });
    expect(await compareBooks(undefined, newKey, pathsOf(log))).toEqual({ outcome: "broken", fault: "not_signed" });
    for (const note of [
      shown.note.replace("\n9\n", "\n8\n"),
      "",
      "hello\n\n",
      shown.note.trimEnd(),
      shown.note.split("\n\n")[0] ?? "",
    ])
      expect(await compareBooks(undefined, { ...shown, note }, pathsOf(log)), note).toEqual({
        outcome: "broken",
        fault: "not_signed",
      });
  });
});

test("a note is read with its size, root and signatures, and one spelling of Base64 alone", async () => {
  const log = await logOf(12);
  const note = readNote(await publishCheckpoint(log, key));
  expect(note).toMatchObject({ origin: key.name, size: 12, root: bytes(await log.root()) });
  expect(note?.signatures).toHaveLength(1);
  expect(fromBase64("AAE=")).toEqual(Uint8Array.of(0, 1));
  for (const text of ["AAE", "AAF=", "AA E=", "äö=="]) expect(fromBase64(text), text).toBeUndefined();
});
