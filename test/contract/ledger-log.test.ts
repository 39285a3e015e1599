import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { openCheckpoint, signCheckpoint } from "../../hub/ledger/checkpoint.ts";
import type { LedgerLog } from "../../hub/ledger/ledger-log.ts";
import { hashLeaf } from "../../hub/ledger/merkle-hash.ts";
import { verifyConsistency, verifyInclusion } from "../../hub/ledger/merkle-proof.ts";
import { publishCheckpoint } from "../../hub/ledger/publish-checkpoint.ts";
import { signingKeyFromSeed } from "../../hub/ledger/signing-key.ts";
import { memoryLedgerLog } from "../../hub/store/memory/ledger-log.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteLedgerLog } from "../../hub/store/sqlite/ledger-log.ts";
import { naiveConsistency, naiveInclusion, naiveRoot } from "../ledger/naive-tree.ts";
import { LEAVES, ROOTS } from "../ledger/transparency-vectors.ts";

const booksPath = () => join(mkdtempSync(join(tmpdir(), "millrace-log-")), "books.db");
const adapters: Readonly<Record<string, () => LedgerLog>> = {
  memory: memoryLedgerLog,
  sqlite: () => sqliteLedgerLog(openBooks(booksPath())),
};

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => Buffer.from(`leaf ${index}`));
const key = signingKeyFromSeed("millrace/test", Buffer.alloc(32, 7));

describe.each(Object.entries(adapters))("ledger log: %s", (_name, open) => {
  let log: LedgerLog;
  beforeEach(() => {
    log = open();
  });

  test("known answers, one leaf at a time and all at once", async () => {
    expect([await log.size(), hex(await log.root())]).toEqual([0, ROOTS[0]]);
    for (const [index, leaf] of LEAVES.entries()) {
      expect(await log.append([leaf])).toBe(index);
      expect(hex(await log.root())).toBe(ROOTS[index + 1]);
    }
    for (const [size, root] of ROOTS.entries()) expect(hex(await log.root(size))).toBe(root);
    const other = open();
    expect(await other.append(LEAVES)).toBe(0);
    expect([await other.size(), hex(await other.root())]).toEqual([8, ROOTS[8]]);
    expect(await other.append([])).toBe(8);
  });

  test("roots, proofs and kept hashes of every earlier size, however the leaves came", async () => {
    const leaves = leavesOf(150);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }), fc.nat(), async (batches, seed) => {
        const grown = open();
        let size = 0;
        for (const count of batches) {
          const batch = leaves.slice(size, size + count);
          expect(await grown.append(batch)).toBe(size);
          size += batch.length;
        }
        expect(await grown.size()).toBe(size);
        if (size === 0) return;
        const of = 1 + (seed % size);
        const some = leaves.slice(0, of);
        const index = seed % of;
        expect(hex(await grown.root(of))).toBe(hex(naiveRoot(some)));
        expect((await grown.inclusionProof(index, of)).map(hex)).toEqual(naiveInclusion(index, some).map(hex));
        const older = index + 1;
        expect((await grown.consistencyProof(older, of)).map(hex)).toEqual(naiveConsistency(older, some).map(hex));
        const kept = await grown.keptHashes({ from: index, to: size + 5 });
        expect(kept.length).toBe(size - index);
        expect(hex(kept[0]![0]!)).toBe(hex(hashLeaf(leaves[index]!)));
        // A leaf completes one more subtree for each 1 at the end of its index in binary.
        const ones = /1*$/.exec(index.toString(2))?.[0].length ?? 0;
        expect(kept[0]!.length).toBe(1 + ones);
        expect(hex(kept[0]![ones]!)).toBe(hex(naiveRoot(leaves.slice(index + 1 - 2 ** ones, index + 1))));
      }),
      { numRuns: 25 },
    );
  });

  test("its proofs convince", async () => {
    const leaves = leavesOf(77);
    await log.append(leaves);
    const path = await log.inclusionProof(41, 77);
    const root = await log.root();
    expect(verifyInclusion({ leafHash: hashLeaf(leaves[41]!), index: 41, size: 77, path, root })).toBe(true);
    const between = await log.consistencyProof(30, 77);
    const olderRoot = await log.root(30);
    expect(verifyConsistency({ older: 30, olderRoot, newer: 77, newerRoot: root, path: between })).toBe(true);
  });

  test("a leaf is found by what it says, the first of two equal ones", async () => {
    await log.append([...leavesOf(9), Buffer.from("leaf 4")]);
    expect(await log.find(Buffer.from("leaf 4"))).toBe(4);
    expect(await log.find(Buffer.from("leaf 8"))).toBe(8);
    expect(await log.find(Buffer.from("leaf 9"))).toBeUndefined();
    expect(await log.find(Buffer.alloc(0))).toBeUndefined();
  });

  test("what it never had is refused", async () => {
    await log.append(leavesOf(5));
    await expect(log.root(6)).rejects.toThrow(RangeError);
    await expect(log.inclusionProof(5, 5)).rejects.toThrow(RangeError);
    await expect(log.inclusionProof(0, 6)).rejects.toThrow(RangeError);
    await expect(log.consistencyProof(3, 2)).rejects.toThrow(RangeError);
    await expect(log.consistencyProof(3, 6)).rejects.toThrow(RangeError);
    expect(await log.keptHashes({ from: 5, to: 9 })).toEqual([]);
  });

  describe("checkpoints", () => {
    test("are kept and listed, the largest first", async () => {
      expect(await log.latestCheckpoint()).toBeUndefined();
      expect(await log.checkpoints({ limit: 10 })).toEqual([]);
      const notes: string[] = [];
      for (const leaf of leavesOf(4)) {
        await log.append([leaf]);
        notes.unshift(await publishCheckpoint(log, key));
      }
      expect(await log.latestCheckpoint()).toBe(notes[0]);
      const sized = notes.map((note, at) => ({ size: 4 - at, note }));
      expect(await log.checkpoints({ limit: 10 })).toEqual(sized);
      expect(await log.checkpoints({ limit: 2 })).toEqual(sized.slice(0, 2));
      expect(await log.checkpoints({ limit: 2, below: 3 })).toEqual(sized.slice(2));
      expect(openCheckpoint(notes[0]!, key.verifierKey)).toEqual({ origin: key.name, size: 4, root: await log.root() });
    });

    test("the empty log has one too, and where nothing was booked the last one is answered again", async () => {
      const empty = await publishCheckpoint(log, key);
      expect(openCheckpoint(empty, key.verifierKey)).toMatchObject({ size: 0 });
      expect(await publishCheckpoint(log, key)).toBe(empty);
      await log.append(leavesOf(3));
      const three = await publishCheckpoint(log, key);
      expect(await publishCheckpoint(log, key)).toBe(three);
      expect(await log.checkpoints({ limit: 10 })).toEqual([
        { size: 3, note: three },
        { size: 0, note: empty },
      ]);
    });

    test("the same one again changes nothing", async () => {
      await log.append(leavesOf(3));
      const note = signCheckpoint({ size: 3, root: await log.root() }, key);
      expect(await log.keepCheckpoint(note)).toBe("kept");
      expect(await log.keepCheckpoint(note)).toBe("exists");
      const cosigned = `${note}— witness.example/w AAAAAAAA\n`;
      expect(await log.keepCheckpoint(cosigned)).toBe("exists");
      expect(await log.latestCheckpoint()).toBe(note);
    });

    test("another root for a size is never kept, nor one of leaves that are not there, nor what is none", async () => {
      await log.append(leavesOf(3));
      const root = await log.root();
      const other = Buffer.from(root);
      other[0]! ^= 1;
      const refused = { code: "LOG_SPLIT" };
      for (const size of [2, 3, 4]) {
        const note = signCheckpoint({ size, root: other }, key);
        await expect(log.keepCheckpoint(note)).rejects.toMatchObject(refused);
      }
      await expect(log.keepCheckpoint(signCheckpoint({ size: 2, root }, key))).rejects.toMatchObject(refused);
      await expect(log.keepCheckpoint("hello")).rejects.toMatchObject(refused);
      await publishCheckpoint(log, key);
      await expect(log.keepCheckpoint(signCheckpoint({ size: 3, root: other }, key))).rejects.toMatchObject(refused);
      expect((await log.checkpoints({ limit: 10 })).length).toBe(1);
    });

    test("nothing is signed with a key that is not that of the last one", async () => {
      await publishCheckpoint(log, key);
      await log.append(leavesOf(1));
      const other = signingKeyFromSeed(key.name, Buffer.alloc(32, 8));
      await expect(publishCheckpoint(log, other)).rejects.toMatchObject({ code: "SIGNING_KEY_UNUSABLE" });
      expect((await log.checkpoints({ limit: 10 })).length).toBe(1);
    });
  });
});

describe("sqlite", () => {
  test("the log outlives its process", async () => {
    const path = booksPath();
    const first = openBooks(path);
    await sqliteLedgerLog(first).append(LEAVES);
    const note = await publishCheckpoint(sqliteLedgerLog(first), key);
    first.close();
    const again = sqliteLedgerLog(openBooks(path));
    expect([await again.size(), hex(await again.root()), await again.latestCheckpoint()]).toEqual([8, ROOTS[8], note]);
  });

  test("a leaf is undone with the transaction that booked it", async () => {
    const db = openBooks(booksPath());
    const log = sqliteLedgerLog(db);
    const book = db.transaction((fails: boolean) => {
      log.appendWithin(leavesOf(2));
      if (fails) throw new Error("the entry was refused");
    });
    expect(() => book(true)).toThrow("the entry was refused");
    expect(await log.size()).toBe(0);
    book(false);
    expect(await log.size()).toBe(2);
    expect(() => log.appendWithin(leavesOf(1))).toThrow(/transaction/);
  });

  test("rows are added at the end and never changed", async () => {
    const db = openBooks(booksPath());
    const log = sqliteLedgerLog(db);
    await log.append(leavesOf(3));
    await publishCheckpoint(log, key);
    for (const change of [
      "UPDATE log_leaf SET hashes = zeroblob(32) WHERE leaf = 1",
      "DELETE FROM log_leaf WHERE leaf = 2",
      "INSERT INTO log_leaf (leaf, hashes) VALUES (7, zeroblob(32))",
      "INSERT OR REPLACE INTO log_leaf (leaf, hashes) VALUES (1, zeroblob(32))",
      "INSERT OR IGNORE INTO log_leaf (leaf, hashes) VALUES (-1, zeroblob(32))",
      "UPDATE log_checkpoint SET note = ''",
      "DELETE FROM log_checkpoint",
      "INSERT OR REPLACE INTO log_checkpoint (size, note) VALUES (3, '')",
    ]) {
      expect(() => db.exec(change), change).toThrow(/append-only/);
    }
    expect(await log.size()).toBe(3);
  });

  /** What a tool from outside does: take the triggers away first. */
  const tamper = (db: ReturnType<typeof openBooks>, change: string) => {
    for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() as {
      name: string;
    }[])
      db.exec(`DROP TRIGGER ${name}`);
    db.exec(change);
  };

  test.each([
    ["a leaf before the last checkpoint is changed", "UPDATE log_leaf SET hashes = zeroblob(32) WHERE leaf = 4"],
    ["leaves are taken away", "DELETE FROM log_leaf WHERE leaf > 2"],
    ["the log is emptied", "DELETE FROM log_leaf"],
    [
      "the checkpoint's root is changed",
      "UPDATE log_checkpoint SET note = replace(note, 'millrace/test' || char(10), 'millrace/rest' || char(10))",
    ],
  ])("nothing is signed after %s", async (_what, change) => {
    const db = openBooks(booksPath());
    const log = sqliteLedgerLog(db);
    await log.append(leavesOf(5));
    await publishCheckpoint(log, key);
    tamper(db, change);
    await log.append(leavesOf(1));
    await expect(publishCheckpoint(log, key)).rejects.toMatchObject({
      code: expect.stringMatching(/LOG_SPLIT|SIGNING_KEY_UNUSABLE/),
    });
  });
});
