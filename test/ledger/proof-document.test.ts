import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canonicalJson } from "../../hub/canonical-json.ts";
import { hashColumns, proveColumn, rootOfColumns, type SettledColumn } from "../../hub/ledger/member-columns.ts";
import { makeProof, type ProofDocument } from "../../hub/ledger/proof-document.ts";
import { publishCheckpoint } from "../../hub/ledger/publish-checkpoint.ts";
import { signingKeyFromSeed } from "../../hub/ledger/signing-key.ts";
import { memoryLedgerLog } from "../../hub/store/memory/ledger-log.ts";
import { ROOT } from "../source-tree.ts";

type Verify = (text: string, options?: { key?: string; older?: string }) => readonly string[];

const VERIFIER = join(ROOT, "hub/cli/verify-proof.mjs");
const key = signingKeyFromSeed("millrace/test", Buffer.alloc(32, 7));
const other = signingKeyFromSeed("millrace/test", Buffer.alloc(32, 8));
const members = ["ana", "ben", "cleo", "dora", "eva"];
const salts = new Map(members.map((member, at) => [member, Buffer.alloc(32, at + 1)]));
const columns: readonly SettledColumn[] = members.map((member, at) => ({
  day: "2026-06-13",
  version: 1,
  member,
  cells: { allotted_mwh: [at, 1_000, null], consumption_mwh: [5_000, 5_000, 5_000] },
}));
const leafHashes = hashColumns(columns, (member) => salts.get(member)!);
const leafOf = (index: number) =>
  canonicalJson({
    id: `2026-06-13.${index}`,
    day: "2026-06-13",
    columns_root: Buffer.from(rootOfColumns(leafHashes)).toString("hex"),
  });
const column = proveColumn(columns[2]!, { position: 2, salt: salts.get("cleo")!, leafHashes });

/** A log of 23 entries that was signed at 9 and at 23, and the proof of entry 6 in it. */
const log = memoryLedgerLog();
let older: string;
let newest: string;
let proof: ProofDocument;
let verifyProof: Verify;

beforeAll(async () => {
  const leaves = Array.from({ length: 23 }, (_, index) => Buffer.from(leafOf(index)));
  await log.append(leaves.slice(0, 9));
  older = await publishCheckpoint(log, key);
  await log.append(leaves.slice(9));
  newest = await publishCheckpoint(log, key);
  proof = await makeProof(log, {
    leaf: leafOf(6),
    checkpoint: newest,
    verifierKey: key.verifierKey,
    column,
    keptSize: 9,
  });
  ({ verifyProof } = (await import(VERIFIER)) as { verifyProof: Verify });
});

const run = async (...words: readonly string[]) => {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [VERIFIER, ...words]);
    return { code: 0, stdout, stderr };
  } catch (cause) {
    return cause as { code: number; stdout: string; stderr: string };
  }
};

describe("the verifier as a program", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-proof-"));
  const fileOf = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test("prints what it proved and ends with 0", async () => {
    const file = fileOf("proof.json", JSON.stringify(proof, null, 2));
    const kept = fileOf("kept.txt", older);
    const { code, stdout } = await run(file, "--key", key.verifierKey, "--older", kept);
    expect([code, stdout.trimEnd().split("\n")]).toEqual([
      0,
      [
        `millrace/test signed a log of 23 entries with the key ${key.verifierKey}`,
        `Entry 7 of that log says: ${leafOf(6)}`,
        "The column of cleo on 2026-06-13, version 1, is one of the 5 behind that entry:",
        "  allotted_mwh: 3 intervals, 1002 in all",
        "  consumption_mwh: 3 intervals, 15000 in all",
        "The 9 entries of your older checkpoint stand unchanged at its beginning.",
        "Everything above holds.",
      ],
    ]);
  });

  test("says what was not compared", async () => {
    const { code, stdout } = await run(fileOf("proof.json", JSON.stringify(proof)));
    expect(code).toBe(0);
    expect(stdout).toMatch(/key was NOT compared/);
    expect(stdout).toMatch(/No older checkpoint was compared/);
  });

  test("refuses with 1 and says nothing else", async () => {
    const file = fileOf("false.json", JSON.stringify({ ...proof, leaf: leafOf(7) }));
    expect(await run(file)).toMatchObject({
      code: 1,
      stdout: "REFUSED: the entry is NOT in the log that was signed\n",
    });
    const good = fileOf("proof.json", JSON.stringify(proof));
    expect(await run(good, "--key", other.verifierKey)).toMatchObject({ code: 1 });
    expect(await run(good, "--older", fileOf("none.txt", "hello"))).toMatchObject({ code: 1 });
    expect(await run(good, "--older", join(folder, "missing.txt"))).toMatchObject({ code: 1 });
    expect(await run(fileOf("text.json", "hello"))).toMatchObject({
      code: 1,
      stdout: "REFUSED: the proof is not JSON\n",
    });
    for (const words of [[], [good, good]])
      expect(await run(...words)).toMatchObject({ code: 1, stdout: expect.stringContaining("PROOF.json [--key KEY]") });
    for (const words of [
      [good, "--key"],
      [good, "--odd", "x"],
    ])
      expect(await run(...words)).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/^REFUSED: .*--(?:key|odd)/),
      });
  });
});

describe("a proof", () => {
  const check = (document: unknown, options: Parameters<Verify>[1] = { key: key.verifierKey, older }) =>
    verifyProof(JSON.stringify(document), options);

  test("holds for every entry, size and kept checkpoint, whoever asks for how much", async () => {
    const grown = memoryLedgerLog();
    const notes = [await publishCheckpoint(grown, key)];
    for (let size = 1; size <= 20; size += 1) {
      await grown.append([Buffer.from(leafOf(size - 1))]);
      notes.push(await publishCheckpoint(grown, key));
    }
    for (let size = 1; size <= 20; size += 1) {
      for (let kept = 0; kept <= size; kept += 1) {
        const leaf = leafOf(kept % size);
        const some = await makeProof(grown, {
          leaf,
          checkpoint: notes[size]!,
          verifierKey: key.verifierKey,
          keptSize: kept,
        });
        expect(check(some, { key: key.verifierKey, older: notes[kept]! }).at(-1), `${kept} of ${size}`).toMatch(
          new RegExp(`^The ${kept} entries of your older checkpoint stand`),
        );
      }
    }
  });

  test("is refused with any one character of any of its texts changed", () => {
    const places = (
      value: unknown,
      path: readonly (string | number)[] = [],
    ): readonly (readonly (string | number)[])[] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([name, each]) => places(each, [...path, name]))
        : [path];
    const texts = places(proof).filter((path) => typeof at(proof, path) === "string");
    expect(texts.length).toBeGreaterThan(14);
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), fc.integer({ min: 1, max: 15 }), (path, seed, mask) => {
        const text = at(proof, path) as string;
        const place = seed % text.length;
        const changed =
          text.slice(0, place) + String.fromCharCode(text.charCodeAt(place) ^ mask) + text.slice(place + 1);
        const document = structuredClone(proof);
        Object.assign(at(document, path.slice(0, -1)) as object, { [path.at(-1)!]: changed });
        expect(() => check(document), `${path.join(".")}: ${changed}`).toThrow();
        expect(() => verifyProof(JSON.stringify(document), { older }), `${path.join(".")}: ${changed}`).toThrow();
      }),
      { numRuns: 400 },
    );
  });

  const columnWith = (change: object) => ({ ...proof, column: { ...proof.column, ...change } });
  const textWith = (from: string, to: string) => columnWith({ text: proof.column!.text.replace(from, to) });
  test.each<[string, () => unknown, RegExp]>([
    ["another format", () => ({ ...proof, format: "millrace-proof-2" }), /format/],
    ["another entry", () => ({ ...proof, leaf: leafOf(7) }), /NOT in the log/],
    ["another index", () => ({ ...proof, index: 7 }), /NOT in the log/],
    ["an index past the end", () => ({ ...proof, index: 23 }), /no entry of this index/],
    ["a negative index", () => ({ ...proof, index: -1 }), /no entry of this index/],
    ["a text for an index", () => ({ ...proof, index: "6" }), /no entry of this index/],
    ["half an index", () => ({ ...proof, index: 6.5 }), /no entry of this index/],
    ["a hash less", () => ({ ...proof, path: proof.path.slice(1) }), /not as long/],
    ["a hash more", () => ({ ...proof, path: [...proof.path, proof.path[0]] }), /not as long/],
    ["two hashes changed about", () => ({ ...proof, path: proof.path.toReversed() }), /NOT in the log/],
    ["no path", () => ({ ...proof, path: null }), /not a list/],
    ["a short hash", () => ({ ...proof, path: proof.path.with(0, "AAAA") }), /32 bytes/],
    ["an older checkpoint of the hub", () => ({ ...proof, checkpoint: older }), /not as long|NOT in the log/],
    [
      "a checkpoint of another size",
      () => ({ ...proof, checkpoint: newest.replace("\n23\n", "\n24\n") }),
      /signature.*false/,
    ],
    ["an unsigned checkpoint", () => ({ ...proof, checkpoint: `${newest.split("\n\n")[0]}\n` }), /no signed note/],
    ["another key", () => ({ ...proof, key: other.verifierKey }), /another key than the one you trust/],
    ["a key that is none", () => ({ ...proof, key: "millrace/test" }), /another key/],
    ["an unknown field", () => ({ ...proof, paid: true }), /unknown field paid/],
    ["a missing field", () => ({ ...proof, leaf: undefined }), /no leaf/],
    ["no object", () => [proof], /not an object/],
    ["a column of another member", () => textWith("cleo", "clea"), /column is NOT one/],
    ["a column of another day", () => textWith("2026-06-13", "2026-06-14"), /column is of 2026-06-14/],
    ["a column of another version", () => textWith('"version":1', '"version":2'), /column is NOT one/],
    ["a column with more in it", () => textWith("[2,", "[3,"), /column is NOT one/],
    ["a column at another place", () => textWith('"position":2', '"position":3'), /column is NOT one/],
    ["a column of another number", () => textWith('"of":5', '"of":6'), /column is NOT one/],
    ["another salt", () => columnWith({ salt: salts.get("ana")!.toString("base64") }), /column is NOT one/],
    ["a column's path cut off", () => columnWith({ path: [] }), /not as long/],
    ["an unknown field of the column", () => columnWith({ note: "" }), /unknown field note/],
    ["a column that is none", () => ({ ...proof, column: null }), /not an object/],
    ["no path from the older checkpoint", () => ({ ...proof, consistency_path: [] }), /missing or too short/],
    [
      "a path from the older checkpoint cut off",
      () => ({ ...proof, consistency_path: proof.consistency_path?.slice(1) }),
      /wrong length|too short/,
    ],
    [
      "a path from the older checkpoint too long",
      () => ({ ...proof, consistency_path: [...proof.consistency_path!, proof.path[0]] }),
      /wrong length|NOT shown/,
    ],
  ])("with %s is refused", (_what, document, reason) => {
    expect(() => check(document())).toThrow(reason);
  });

  test("made by somebody else, whole as it is, is refused by the key or by the kept checkpoint", async () => {
    const forged = memoryLedgerLog();
    await forged.append(Array.from({ length: 23 }, (_, index) => Buffer.from(leafOf(100 + index))));
    const leaf = leafOf(106);
    const theirs = await makeProof(forged, {
      leaf,
      checkpoint: await publishCheckpoint(forged, other),
      verifierKey: other.verifierKey,
      keptSize: 9,
    });
    expect(check(theirs, {})).toContain(`Entry 7 of that log says: ${leaf}`);
    expect(() => check(theirs, { key: key.verifierKey })).toThrow(/another key/);
    expect(() => check(theirs, { older })).toThrow(/not signed with the key/);
    // The hub itself, after it rewrote its books: the key is right, the kept checkpoint tells.
    const rewritten = await makeProof(forged, {
      leaf,
      checkpoint: await publishCheckpoint(
        Object.assign(memoryLedgerLog(), { ...forged, latestCheckpoint: async () => undefined }),
        key,
      ),
      verifierKey: key.verifierKey,
      keptSize: 9,
    });
    expect(check(rewritten, { key: key.verifierKey })).toContain(`Entry 7 of that log says: ${leaf}`);
    expect(() => check(rewritten)).toThrow(/NOT shown to be those of your older checkpoint/);
  });

  test("under a checkpoint older than the member's is refused", async () => {
    const behind = await makeProof(log, { leaf: leafOf(6), checkpoint: older, verifierKey: key.verifierKey });
    expect(() => check(behind, { older: newest })).toThrow(/your checkpoint is newer/);
  });

  test("is not made of what is not there", async () => {
    const ask = { checkpoint: older, verifierKey: key.verifierKey };
    const missing = { code: "NOT_FOUND" };
    await expect(makeProof(log, { ...ask, leaf: "hello" })).rejects.toMatchObject(missing);
    await expect(makeProof(log, { ...ask, leaf: leafOf(9) })).rejects.toMatchObject(missing);
    await expect(makeProof(log, { ...ask, leaf: leafOf(6), keptSize: 10 })).rejects.toMatchObject(missing);
    await expect(makeProof(log, { ...ask, leaf: leafOf(6), verifierKey: other.verifierKey })).rejects.toThrow(
      RangeError,
    );
  });
});

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Record<string | number, unknown>)[name], value);
}
