import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { type DayCells, textOfCells } from "../../hub/settlement/day-cells.ts";
import { openCells, sqliteCellStore } from "../../hub/store/sqlite/cell-store.ts";

const cells: DayCells = {
  ...{ format: 2, day: "2026-06-13", from_ms: 0, to_ms: 1_800_000, interval_ms: 900_000 },
  ...{ community_version: "v", engine: "e", state: ["shared", "held"], points: [] },
  ...{ pool_mwh: [5, null], surplus_mwh: [1, null] },
  members: [{ member: "ana", consumption_mwh: [4, null], allotted_mwh: [4, null] }],
};

test("cells are read as they were kept", async () => {
  const store = sqliteCellStore(openCells(":memory:"));
  expect(await store.byDigest(await store.keep(cells))).toEqual(cells);
});

test("cells that an older hub packed by deflate are read", async () => {
  const db = openCells(":memory:");
  const { text, digest } = textOfCells(cells);
  const insert = db.prepare("INSERT INTO cells (sha256, day, body) VALUES (?, ?, ?)");
  insert.run(digest, cells.day, deflateRawSync(text, { level: 4 }));
  expect(await sqliteCellStore(db).byDigest(digest)).toEqual(cells);
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["a block cut in half", deflateRawSync(textOfCells(cells).text).subarray(0, 20)],
  ["the beginning of a block of Zstandard", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04])],
])("%s is no day's cells", async (_name, body) => {
  const db = openCells(":memory:");
  db.prepare("INSERT INTO cells (sha256, day, body) VALUES (?, ?, ?)").run("a", cells.day, body);
  expect(await sqliteCellStore(db).byDigest("a")).toBeUndefined();
});
