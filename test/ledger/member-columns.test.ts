import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ColumnProof,
  hashColumn,
  hashColumns,
  proveColumn,
  rootOfColumns,
  type SettledColumn,
  textOfColumn,
  verifyColumn,
} from "../../hub/ledger/member-columns.ts";
import { readSource } from "../source-tree.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const columnOf = (member: string, cells: SettledColumn["cells"] = { allotted_mwh: [1, null, 0] }): SettledColumn => ({
  day: "2026-06-13",
  version: 1,
  member,
  cells,
});
const saltOf = (member: string) => createHash("sha256").update(member).digest();
const membersOf = (count: number) => Array.from({ length: count }, (_, at) => `home-${String(at).padStart(3, "0")}`);

test("the bytes of a leaf, computed by hand", () => {
  const text = textOfColumn(columnOf("ana", { consumption_mwh: [5, null], allotted_mwh: [3, 0] }), {
    position: 0,
    of: 2,
  });
  expect(text).toBe(
    '{"cells":{"allotted_mwh":[3,0],"consumption_mwh":[5,null]},"day":"2026-06-13","format":1,"member":"ana","of":2,"position":0,"version":1}',
  );
  const salt = Buffer.alloc(32, 9);
  const leaf = createHash("sha256").update(Buffer.of(0)).update(salt).update(text, "utf8").digest("hex");
  expect(hex(hashColumn(text, salt))).toBe(leaf);
});

test("the text that docs/proofs.md shows", () => {
  const shown = /^\{"cells".*$/m.exec(readSource("docs/proofs.md"))?.[0] ?? "";
  const said = JSON.parse(shown) as SettledColumn & { position: number; of: number };
  expect(textOfColumn(said, said)).toBe(shown);
});

describe("a proof of one column", () => {
  test("shows it whatever the number of members, and needs nothing of the others but their hashes", () => {
    for (const count of [1, 2, 3, 7, 8, 9, 28]) {
      const columns = membersOf(count).map((member, at) => columnOf(member, { allotted_mwh: [at, null] }));
      const leafHashes = hashColumns(columns, saltOf);
      const root = rootOfColumns(leafHashes);
      for (const [position, column] of columns.entries()) {
        const proof = proveColumn(column, { position, salt: saltOf(column.member), leafHashes });
        expect(verifyColumn(proof, root)).toEqual(column);
        const shown = JSON.stringify([proof.text, hex(proof.salt), proof.path.map(hex)]);
        for (const other of columns) if (other !== column) expect(shown).not.toContain(other.member);
      }
    }
  });

  test("is refused with anything changed", () => {
    const arbitraryColumns = fc
      .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { minLength: 1, maxLength: 12 })
      .map((members) => members.sort());
    fc.assert(
      fc.property(arbitraryColumns, fc.array(fc.integer()), fc.nat(), fc.nat(255), (members, mwh, seed, bit) => {
        const columns = members.map((member) => columnOf(member, { allotted_mwh: mwh }));
        const leafHashes = hashColumns(columns, saltOf);
        const root = rootOfColumns(leafHashes);
        const position = seed % members.length;
        const column = columns[position]!;
        const salt = saltOf(column.member);
        const proof = proveColumn(column, { position, salt, leafHashes });
        const flip = (bytes: Uint8Array) =>
          Buffer.from(bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
        const wrongs: ColumnProof[] = [
          { ...proof, salt: flip(salt) },
          { ...proof, salt: salt.subarray(1) },
          { ...proof, text: proof.text.replace('"version":1', '"version":2') },
          { ...proof, text: proof.text.replace("2026-06-13", "2026-06-14") },
          { ...proof, text: proof.text.replace('"member":"', '"member":"x') },
          { ...proof, text: proof.text.replace('"allotted_mwh":[', '"allotted_mwh":[7,') },
          { ...proof, text: proof.text.replace(`"of":${members.length}`, `"of":${members.length + 1}`) },
          { ...proof, text: `${proof.text} ` },
          { ...proof, text: "" },
          { ...proof, path: [...proof.path, root] },
          ...proof.path.map((hash, at) => ({ ...proof, path: proof.path.with(at, flip(hash)) })),
          ...proof.path.map((_, at) => ({ ...proof, path: proof.path.toSpliced(at, 1) })),
        ];
        for (const wrong of wrongs) expect(verifyColumn(wrong, root), JSON.stringify(wrong)).toBeUndefined();
        expect(verifyColumn(proof, flip(root))).toBeUndefined();
        expect(verifyColumn(proof, root)).toEqual(column);
      }),
      { numRuns: 60 },
    );
  });

  test("stays what it was when another member's salt and column are gone", () => {
    const columns = membersOf(5).map((member) => columnOf(member));
    const leafHashes = hashColumns(columns, saltOf);
    const column = columns[3]!;
    const proof = proveColumn(column, { position: 3, salt: saltOf(column.member), leafHashes });
    expect(verifyColumn(proof, rootOfColumns(leafHashes))).toEqual(column);
  });

  test("cannot be guessed without the salt: equal columns have different leaves", () => {
    const leaves = [1, 2].map((fill) => hex(hashColumn("same", Buffer.alloc(32, fill))));
    expect(leaves[0]).not.toBe(leaves[1]);
  });

  test("of a text that is signed for but not canonical is refused", () => {
    const text = '{"day":"2026-06-13","format":1,"member":"a","of":1,"position":0,"version":1,"cells":{}}';
    const salt = Buffer.alloc(32);
    const root = rootOfColumns([hashColumn(text, salt)]);
    expect(verifyColumn({ text, salt, path: [] }, root)).toBeUndefined();
  });
});

test.each([
  ["columns out of order", () => hashColumns([columnOf("b"), columnOf("a")], saltOf)],
  ["a member twice", () => hashColumns([columnOf("a"), columnOf("a")], saltOf)],
  ["two days", () => hashColumns([columnOf("a"), { ...columnOf("b"), day: "2026-06-14" }], saltOf)],
  ["two versions", () => hashColumns([columnOf("a"), { ...columnOf("b"), version: 2 }], saltOf)],
  ["half a mWh", () => hashColumns([columnOf("a", { allotted_mwh: [0.5] })], saltOf)],
  ["NaN", () => hashColumns([columnOf("a", { allotted_mwh: [Number.NaN] })], saltOf)],
  ["a short salt", () => hashColumns([columnOf("a")], () => Buffer.alloc(31))],
  ["version 0", () => hashColumns([{ ...columnOf("a"), version: 0 }], saltOf)],
  [
    "a column that is not the booked one",
    () =>
      proveColumn(columnOf("a", { allotted_mwh: [2] }), {
        position: 0,
        salt: saltOf("a"),
        leafHashes: hashColumns([columnOf("a")], saltOf),
      }),
  ],
  [
    "a position past the end",
    () =>
      proveColumn(columnOf("a"), { position: 1, salt: saltOf("a"), leafHashes: hashColumns([columnOf("a")], saltOf) }),
  ],
])("%s throws", (_what, call) => {
  expect(call).toThrow(RangeError);
});
