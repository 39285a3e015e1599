import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkLog } from "../../hub/ledger/check-log.ts";
import { signCheckpoint } from "../../hub/ledger/checkpoint.ts";
import type { LedgerLog } from "../../hub/ledger/ledger-log.ts";
import { publishCheckpoint } from "../../hub/ledger/publish-checkpoint.ts";
import { signingKeyFromSeed } from "../../hub/ledger/signing-key.ts";
import { memoryLedgerLog } from "../../hub/store/memory/ledger-log.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteLedgerLog } from "../../hub/store/sqlite/ledger-log.ts";

const key = signingKeyFromSeed("millrace/test", Buffer.alloc(32, 7));
const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => Buffer.from(`leaf ${index}`));

/** A log of 11 leaves that was signed when it had 0, 3, 4, 8 and 11. */
async function grow(log: LedgerLog): Promise<LedgerLog> {
  await publishCheckpoint(log, key);
  let from = 0;
  for (const to of [3, 4, 8, 11]) {
    await log.append(leavesOf(11).slice(from, to));
    await publishCheckpoint(log, key);
    from = to;
  }
  return log;
}

test("a log that agrees with the books and its checkpoints", async () => {
  expect(await checkLog(await grow(memoryLedgerLog()), leavesOf(11), key.verifierKey)).toEqual({
    leaves: 11,
    checkpoints: 5,
    differences: [],
  });
  expect(await checkLog(memoryLedgerLog(), [], key.verifierKey)).toEqual({
    leaves: 0,
    checkpoints: 0,
    differences: [],
  });
});

test("longer than is read at once, and leaves that come one after the other", async () => {
  const log = memoryLedgerLog();
  const leaves = leavesOf(9_000);
  await log.append(leaves);
  await publishCheckpoint(log, key);
  async function* inTurn() {
    yield* leaves;
  }
  expect((await checkLog(log, inTurn(), key.verifierKey)).differences).toEqual([]);
  const changed = leaves.with(8_191, Buffer.from("another"));
  const { differences } = await checkLog(log, changed, key.verifierKey);
  expect(differences[0]).toEqual({ leaf: 8_191, what: "what the books say is not what was logged" });
});

describe("the books changed under the log", () => {
  test.each([
    ["an entry says something else", leavesOf(11).with(5, Buffer.from("leaf 50")), 5, /not what was logged/],
    ["an entry is gone", leavesOf(11).toSpliced(5, 1), 5, /not what was logged/],
    ["the last entry is gone", leavesOf(10), 10, /the log has 11 leaves, the books say 10/],
    ["an entry was slipped in", leavesOf(11).toSpliced(5, 0, Buffer.from("x")), 5, /not what was logged/],
    ["an entry more at the end", leavesOf(12), 11, /the books say more than the log has/],
    [
      "two entries changed places",
      leavesOf(11).with(0, Buffer.from("leaf 1")).with(1, Buffer.from("leaf 0")),
      0,
      /not what/,
    ],
  ])("%s", async (_what, leaves, leaf, what) => {
    const { differences } = await checkLog(await grow(memoryLedgerLog()), leaves, key.verifierKey);
    expect(differences[0]).toEqual({ leaf, what: expect.stringMatching(what) });
  });

  test("with the log made anew to match, the checkpoints tell", async () => {
    const leaves = leavesOf(11).with(5, Buffer.from("another"));
    const anew = memoryLedgerLog();
    await anew.append(leaves);
    const old = await grow(memoryLedgerLog());
    const forged: LedgerLog = { ...anew, checkpoints: (options) => old.checkpoints(options) };
    const { differences } = await checkLog(forged, leaves, key.verifierKey);
    expect(differences.map(({ leaf }) => leaf)).toEqual([8, 11]);
    expect(differences[0]?.what).toBe("the root signed for 8 leaves is not that of the books");
  });
});

describe("any field of the kept log changed", () => {
  const note = (size: number) => `(SELECT note FROM log_checkpoint WHERE size = ${size})`;
  test.each([
    ["a leaf's hash", "UPDATE log_leaf SET hashes = zeroblob(32) WHERE leaf = 6", 6, /not what was logged/],
    [
      "a subtree's hash",
      "UPDATE log_leaf SET hashes = CAST(substr(hashes, 1, 64) || zeroblob(32) AS BLOB) WHERE leaf = 3",
      3,
      /subtree of 4 leaves/,
    ],
    [
      "a subtree's hash taken away",
      "UPDATE log_leaf SET hashes = substr(hashes, 1, 64) WHERE leaf = 3",
      3,
      /subtree of 4/,
    ],
    [
      "a hash too many",
      "UPDATE log_leaf SET hashes = CAST(hashes || zeroblob(32) AS BLOB) WHERE leaf = 3",
      3,
      /more hashes/,
    ],
    ["a leaf's number", "UPDATE log_leaf SET leaf = 20 WHERE leaf = 10", 10, /./],
    ["a leaf less", "DELETE FROM log_leaf WHERE leaf = 10", 10, /the books say more/],
    ["a leaf in the middle less", "DELETE FROM log_leaf WHERE leaf = 4", 4, /not what was logged/],
    ["a leaf more", "INSERT INTO log_leaf VALUES (11, zeroblob(32))", 11, /the log has 12 leaves/],
    ["a checkpoint's size", "UPDATE log_checkpoint SET size = 7 WHERE size = 8", 7, /speaks of 8/],
    [
      "a checkpoint's text",
      "UPDATE log_checkpoint SET note = replace(note, char(10) || '8' || char(10), char(10) || '9' || char(10)) WHERE size = 8",
      8,
      /signature of millrace\/test is false/,
    ],
    [
      "a checkpoint's signature",
      "UPDATE log_checkpoint SET note = replace(note, '— ', '- ') WHERE size = 8",
      8,
      /malformed/,
    ],
    ["a checkpoint for another", `UPDATE log_checkpoint SET note = ${note(4)} WHERE size = 8`, 8, /speaks of 4/],
  ])("%s", async (_what, change, leaf, what) => {
    const db = openBooks(join(mkdtempSync(join(tmpdir(), "millrace-log-")), "books.db"));
    const log = sqliteLedgerLog(db);
    await grow(log);
    const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() as { name: string }[];
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.exec(change);
    const { differences } = await checkLog(log, leavesOf(11), key.verifierKey);
    expect(differences[0]).toEqual({ leaf, what: expect.stringMatching(what) });
  });

  test("a checkpoint that another key signed, or for more than there is", async () => {
    const log = await grow(memoryLedgerLog());
    const other = signingKeyFromSeed("millrace/other", Buffer.alloc(32, 8));
    const root = await log.root(5);
    const more = [
      { size: 30, note: signCheckpoint({ size: 30, root }, key) },
      { size: 5, note: signCheckpoint({ size: 5, root }, other) },
    ];
    const forged: LedgerLog = { ...log, checkpoints: async () => more };
    const { differences } = await checkLog(forged, leavesOf(11), key.verifierKey);
    expect(differences).toEqual([
      { leaf: 5, what: expect.stringMatching(/has not signed it/) },
      { leaf: 30, what: "a root was signed for 30 leaves, the books say 11" },
    ]);
  });
});
