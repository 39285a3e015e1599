import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { ColumnSalts } from "../../hub/ledger/column-salts.ts";
import { hashColumns, proveColumn, rootOfColumns, verifyColumn } from "../../hub/ledger/member-columns.ts";
import { memoryColumnSalts } from "../../hub/store/memory/column-salts.ts";
import { openCells } from "../../hub/store/sqlite/cell-store.ts";
import { sqliteColumnSalts } from "../../hub/store/sqlite/column-salts.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "millrace-salts-"));
const adapters: Readonly<Record<string, () => ColumnSalts>> = {
  memory: memoryColumnSalts,
  sqlite: () => sqliteColumnSalts(openCells(join(newFolder(), "settlement.db"))),
};
const first = { day: "2026-06-13", version: 1 };
const members = ["ana", "ben", "cleo"];

describe.each(Object.entries(adapters))("column salts: %s", (_name, open) => {
  let store: ColumnSalts;
  beforeEach(() => {
    store = open();
  });

  test("32 random bytes for each day, version and member, the same at every asking", async () => {
    const salts = await store.saltsFor(first, members);
    expect([...salts.keys()].sort()).toEqual(members);
    expect([...salts.values()].map((salt) => salt.byteLength)).toEqual([32, 32, 32]);
    expect(await store.saltsFor(first, members)).toEqual(salts);
    const more = await store.saltsFor(first, [...members, "dora"]);
    expect(more.get("ana")).toEqual(salts.get("ana"));
    const others = [
      ...(await store.saltsFor({ day: "2026-06-14", version: 1 }, members)).values(),
      ...(await store.saltsFor({ day: "2026-06-13", version: 2 }, members)).values(),
      ...more.values(),
    ].map((salt) => Buffer.from(salt).toString("hex"));
    expect(new Set(others).size).toBe(10);
  });

  test("salts whose columns were not booked yet are named", async () => {
    await store.saltsFor(first, members);
    await store.saltsFor({ day: "2026-06-14", version: 1 }, members);
    expect(await store.withoutLeaves()).toEqual([first, { day: "2026-06-14", version: 1 }]);
    await store.keepLeaves(first, [new Uint8Array(32)]);
    expect(await store.withoutLeaves()).toEqual([{ day: "2026-06-14", version: 1 }]);
  });

  test("leaves are kept once", async () => {
    expect(await store.leavesOf(first)).toBeUndefined();
    const leaves = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    await store.keepLeaves(first, leaves);
    await store.keepLeaves(first, leaves);
    expect((await store.leavesOf(first))!.map((leaf) => Buffer.from(leaf))).toEqual(leaves);
    await expect(store.keepLeaves(first, leaves.toReversed())).rejects.toThrow(RangeError);
    await expect(store.keepLeaves(first, [])).rejects.toThrow(RangeError);
    expect(await store.leavesOf({ day: "2026-06-13", version: 2 })).toBeUndefined();
  });

  test("an erased member's salts are gone for ever, and the proofs of the others stay", async () => {
    const columns = members.map((member) => ({ ...first, member, cells: { allotted_mwh: [member.length] } }));
    const salts = await store.saltsFor(first, members);
    await store.keepLeaves(
      first,
      hashColumns(columns, (member) => salts.get(member)!),
    );
    const root = rootOfColumns((await store.leavesOf(first))!);
    await store.saltsFor({ day: "2026-06-14", version: 1 }, members);
    expect(await store.eraseMember("ben")).toBe(2);
    expect(await store.eraseMember("ben")).toBe(0);
    const left = await store.saltsFor(first, members);
    expect([...left.keys()].sort()).toEqual(["ana", "cleo"]);
    const leafHashes = (await store.leavesOf(first))!;
    const proof = proveColumn(columns[2]!, { position: 2, salt: left.get("cleo")!, leafHashes });
    expect(verifyColumn(proof, root)).toEqual(columns[2]);
  });
});

describe("sqlite", () => {
  test("nothing of an erased salt is left in the files, and leaves are never changed", async () => {
    const folder = newFolder();
    const db = openCells(join(folder, "settlement.db"));
    const store = sqliteColumnSalts(db);
    const salts = await store.saltsFor(first, members);
    await store.keepLeaves(first, [Buffer.alloc(32, 1)]);
    const holds = (salt: Uint8Array) =>
      readdirSync(folder).some(
        (file) => !file.endsWith("-shm") && readFileSync(join(folder, file)).includes(Buffer.from(salt)),
      );
    expect(members.map((member) => holds(salts.get(member)!))).toEqual([true, true, true]);
    await store.eraseMember("ben");
    expect(members.map((member) => holds(salts.get(member)!))).toEqual([true, false, true]);
    for (const change of [
      "UPDATE column_leaves SET hashes = zeroblob(32)",
      "DELETE FROM column_leaves",
      "INSERT OR REPLACE INTO column_leaves VALUES ('2026-06-13', 1, zeroblob(32))",
    ])
      expect(() => db.exec(change), change).toThrow(/append-only/);
    expect(() => db.exec("UPDATE column_salt SET salt = zeroblob(32)")).toThrow(/erased or stays/);
  });

  test("salts outlive the process", async () => {
    const path = join(newFolder(), "settlement.db");
    const db = openCells(path);
    const salts = await sqliteColumnSalts(db).saltsFor(first, members);
    db.close();
    expect(await sqliteColumnSalts(openCells(path)).saltsFor(first, members)).toEqual(salts);
  });
});
