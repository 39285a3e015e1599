import { expect, test } from "vitest";
import { createChance } from "../chance.ts";
import { buildImage } from "./build-image.ts";
import { createDiskFile } from "./disk-file.ts";
import type { WriteEvent } from "./read-write-log.ts";

const FILE = "a.db";
const write = (offset: number, text: string, file = FILE): WriteEvent => ({
  atNs: 0n,
  file,
  kind: "write",
  offset,
  bytes: Buffer.from(text),
});
const only = (kind: "sync_begin" | "sync_end" | "unlink", file = FILE): WriteEvent => ({ atNs: 0n, file, kind });
const folderSync: readonly WriteEvent[] = [
  { atNs: 0n, file: "", kind: "folder_sync_begin" },
  { atNs: 0n, file: "", kind: "folder_sync_end" },
];
const sync = [only("sync_begin"), only("sync_end")];

/** Every different content that 300 disks have for the file, sorted; "none" when it is not there. */
function outcomes(log: readonly WriteEvent[], base = new Map<string, Uint8Array>(), lost?: number): readonly string[] {
  const seen = new Set<string>();
  for (let seed = 0; seed < 300; seed += 1) {
    const cut = { events: log.length, ...(lost !== undefined && { lost: new Set([lost]) }) };
    const bytes = buildImage(base, log, cut, createChance(seed, "image")).get(FILE);
    seen.add(bytes === undefined ? "none" : Buffer.from(bytes).toString().replaceAll("\0", "."));
  }
  return [...seen].sort();
}

test.each<[string, readonly WriteEvent[], readonly string[]]>([
  ["a synced write is there", [write(0, "one"), ...sync], ["one"]],
  ["a write nobody synced may be there", [write(0, "one"), ...sync, write(3, "two")], ["one", "onetwo"]],
  ["a sync under way promises nothing", [write(0, "one"), only("sync_begin")], ["", "one"]],
  [
    "a sync promises what was written before it began",
    [write(0, "one"), only("sync_begin"), write(3, "two"), only("sync_end")],
    ["one", "onetwo"],
  ],
  ["overlapping writes land in any order", [write(0, "one"), write(0, "two")], ["", "one", "two"]],
  ["a later write may be there without an earlier one", [write(0, "a"), write(1, "b")], ["", ".b", "a", "ab"]],
  [
    "overlapping syncs promise what the first to begin saw, until both ended",
    [write(0, "1"), only("sync_begin"), write(1, "2"), only("sync_begin"), only("sync_end")],
    ["1", "12"],
  ],
  ["a removed file may be back", [write(0, "one"), ...sync, only("unlink")], ["none", "one"]],
  [
    "a removed file is gone when the folder is synced",
    [write(0, "one"), ...sync, only("unlink"), ...folderSync],
    ["none"],
  ],
  ["a file made anew begins empty", [write(0, "long"), ...sync, only("unlink"), write(0, "x"), ...sync], ["x"]],
  [
    "a truncation nobody synced may be undone",
    [write(0, "long"), ...sync, { atNs: 0n, file: FILE, kind: "truncate", size: 2 }],
    ["lo", "long"],
  ],
])("%s", (_name, log, expected) => {
  expect(outcomes(log)).toEqual(expected);
});

test("what lay there before the log is on the disk", () => {
  expect(outcomes([write(1, "!"), ...sync], new Map([[FILE, Buffer.from("abc")]]))).toEqual(["a!c"]);
});

test("a write tears at sectors of 512 bytes, wherever it begins", () => {
  const log = [write(0, "a".repeat(1_024)), ...sync, write(256, "b".repeat(512))];
  const torn = outcomes(log).map((text) => text.replaceAll("a".repeat(256), "A").replaceAll("b".repeat(256), "B"));
  expect(torn).toEqual(["AAAA", "AABA", "ABAA", "ABBA"]);
});

test("a synced write can be taken away on purpose", () => {
  expect(outcomes([write(0, "a"), write(1, "b"), ...sync], new Map(), 0)).toEqual([".b"]);
});

test("a file that shrinks and grows again has zeros where nothing was written", () => {
  const file = createDiskFile(Buffer.from("abcdef"));
  file.truncate(2);
  file.write(4, Buffer.from("x"));
  file.extend(6);
  expect(Buffer.from(file.content()).toString()).toBe("ab\0\0x\0");
});
