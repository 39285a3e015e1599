import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_ROOT, hashLeaf } from "../../hub/ledger/merkle-hash.ts";
import {
  type ConsistencyClaim,
  type InclusionClaim,
  verifyConsistency,
  verifyInclusion,
} from "../../hub/ledger/merkle-proof.ts";
import {
  buildTree,
  completingLeaf,
  consistencyPath,
  extendTree,
  inclusionPath,
  rootOfSize,
} from "../../hub/ledger/merkle-tree.ts";
import { naiveConsistency, naiveInclusion, naiveRoot } from "./naive-tree.ts";
import { CONSISTENCIES, INCLUSIONS, LEAVES, ROOTS } from "./transparency-vectors.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => Buffer.from(`leaf ${index}`));
const treeOf = (leaves: readonly Uint8Array[]) => buildTree(leaves.map(hashLeaf));

describe("known answers of Certificate Transparency", () => {
  const read = treeOf(LEAVES);
  test.each(ROOTS.map((root, size) => [size, root] as const))("the root of %i leaves", (size, root) => {
    expect(hex(rootOfSize(size, read))).toBe(root);
  });
  test.each(INCLUSIONS)("leaf %i is in the tree of %i", (index, size, path) => {
    expect(inclusionPath(index, size, read).map(hex)).toEqual(path);
    const bytes = path.map((each) => Buffer.from(each, "hex"));
    const root = Buffer.from(ROOTS[size]!, "hex");
    expect(verifyInclusion({ leafHash: hashLeaf(LEAVES[index]!), index, size, path: bytes, root })).toBe(true);
  });
  test.each(CONSISTENCIES)("the tree of %i is the beginning of the tree of %i", (older, newer, path) => {
    expect(consistencyPath(older, newer, read).map(hex)).toEqual(path);
    const bytes = path.map((each) => Buffer.from(each, "hex"));
    const [olderRoot, newerRoot] = [Buffer.from(ROOTS[older]!, "hex"), Buffer.from(ROOTS[newer]!, "hex")];
    expect(verifyConsistency({ older, olderRoot, newer, newerRoot, path: bytes })).toBe(true);
  });
});

describe("beside the RFC's own recursion", () => {
  const MOST = 130;
  const leaves = leavesOf(MOST);
  const read = treeOf(leaves);
  const roots = Array.from({ length: MOST + 1 }, (_, size) => naiveRoot(leaves.slice(0, size)));

  test(`every root up to ${MOST} leaves, and every inclusion in them`, () => {
    for (let size = 0; size <= MOST; size += 1) {
      expect(hex(rootOfSize(size, read))).toBe(hex(roots[size]!));
      for (let index = 0; index < size; index += 1) {
        const path = inclusionPath(index, size, read);
        expect(verifyInclusion({ leafHash: hashLeaf(leaves[index]!), index, size, path, root: roots[size]! })).toBe(
          true,
        );
      }
    }
  });

  test(`every pair of sizes up to ${MOST} is consistent`, () => {
    for (let newer = 0; newer <= MOST; newer += 1) {
      for (let older = 0; older <= newer; older += 1) {
        const path = consistencyPath(older, newer, read);
        const claim = { older, olderRoot: roots[older]!, newer, newerRoot: roots[newer]!, path };
        expect(verifyConsistency(claim), `${older} of ${newer}`).toBe(true);
      }
    }
  });

  test("paths are those of the RFC", () => {
    const largest = leavesOf(400);
    const readLargest = treeOf(largest);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(), (size, seed) => {
        const some = largest.slice(0, size);
        const index = seed % size;
        expect(inclusionPath(index, size, readLargest).map(hex)).toEqual(naiveInclusion(index, some).map(hex));
        expect(consistencyPath(index + 1, size, readLargest).map(hex)).toEqual(
          naiveConsistency(index + 1, some).map(hex),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("whatever is changed, the proof is refused", () => {
  const MOST = 300;
  const leaves = leavesOf(MOST);
  const read = treeOf(leaves);
  const flip = (bytes: Uint8Array, bit: number) => {
    const copy = Buffer.from(bytes);
    copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7);
    return copy;
  };
  const bit = fc.nat(255);

  test("a bit of leaf, root or path, the index, a piece more or less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MOST }), fc.nat(), bit, fc.nat(), (size, seed, turned, other) => {
        const index = seed % size;
        const path = inclusionPath(index, size, read);
        const claim: InclusionClaim = {
          leafHash: hashLeaf(leaves[index]!),
          index,
          size,
          path,
          root: rootOfSize(size, read),
        };
        expect(verifyInclusion(claim)).toBe(true);
        const wrongs: Partial<InclusionClaim>[] = [
          { leafHash: flip(claim.leafHash, turned) },
          { leafHash: claim.leafHash.subarray(1) },
          { root: flip(claim.root, turned) },
          { index: (index + 1 + (other % size)) % (size + 1) },
          { index: index - 1 },
          { index: index + 0.5 },
          { index: Number.NaN },
          { size: index },
          { size: Number.NaN },
          { size: 2 * size + 1 },
          { path: [...path, claim.root] },
          { path: [claim.root, ...path] },
          ...path.map((hash, at) => ({ path: path.with(at, flip(hash, turned)) })),
          ...path.map((hash, at) => ({ path: path.with(at, hash.subarray(1)) })),
          ...path.map((_, at) => ({ path: path.toSpliced(at, 1) })),
        ];
        for (const change of wrongs)
          expect(verifyInclusion({ ...claim, ...change }), JSON.stringify(change)).toBe(false);
      }),
    );
  });

  test("a path of one size proves nothing in the tree of another", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: MOST }),
        fc.integer({ min: 1, max: MOST }),
        fc.nat(),
        (size, other, seed) => {
          fc.pre(size !== other);
          const index = seed % Math.min(size, other);
          const path = inclusionPath(index, size, read);
          const leafHash = hashLeaf(leaves[index]!);
          expect(verifyInclusion({ leafHash, index, size, path, root: rootOfSize(other, read) })).toBe(false);
          expect(verifyInclusion({ leafHash, index, size: other, path, root: rootOfSize(other, read) })).toBe(false);
        },
      ),
    );
  });

  test("a bit of either root or of the path, either size, a piece more or less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MOST }), fc.nat(), bit, (newer, seed, turned) => {
        const older = 1 + (seed % newer);
        const path = consistencyPath(older, newer, read);
        const claim: ConsistencyClaim = {
          older,
          olderRoot: rootOfSize(older, read),
          newer,
          newerRoot: rootOfSize(newer, read),
          path,
        };
        expect(verifyConsistency(claim)).toBe(true);
        const wrongs: Partial<ConsistencyClaim>[] = [
          { olderRoot: flip(claim.olderRoot, turned) },
          { newerRoot: flip(claim.newerRoot, turned) },
          { older: older - 1 },
          { older: older + 0.5 },
          { older: newer + 1 },
          { newer: older - 1 },
          { newer: Number.NaN },
          { path: [...path, claim.newerRoot] },
          { path: [claim.olderRoot, ...path] },
          ...path.map((hash, at) => ({ path: path.with(at, flip(hash, turned)) })),
          ...path.map((hash, at) => ({ path: path.with(at, hash.subarray(1)) })),
          ...path.map((_, at) => ({ path: path.toSpliced(at, 1) })),
          ...(older < newer ? [{ olderRoot: claim.newerRoot, newerRoot: claim.olderRoot }] : []),
        ];
        for (const change of wrongs)
          expect(verifyConsistency({ ...claim, ...change }), JSON.stringify(change)).toBe(false);
      }),
    );
  });

  test("a tree with one leaf changed is the continuation of nothing that held the old one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(), fc.nat(), (newer, seed, which) => {
        const older = 1 + (seed % newer);
        const changed = leaves.slice(0, newer).with(which % older, Buffer.from("another"));
        const readChanged = treeOf(changed);
        const [olderRoot, newerRoot] = [rootOfSize(older, read), rootOfSize(newer, readChanged)];
        for (const path of [consistencyPath(older, newer, readChanged), consistencyPath(older, newer, read)])
          expect(verifyConsistency({ older, olderRoot, newer, newerRoot, path })).toBe(false);
      }),
    );
  });
});

describe("edges", () => {
  const read = treeOf(leavesOf(5));

  test("a node cannot be passed off as a leaf", () => {
    const two = treeOf(leavesOf(2));
    const node = rootOfSize(2, two);
    const pieces = Buffer.concat([hashLeaf(leavesOf(2)[0]!), hashLeaf(leavesOf(2)[1]!)]);
    expect(hex(hashLeaf(pieces))).not.toBe(hex(node));
  });

  test("the empty tree begins every tree, and only the true one counts", () => {
    expect(consistencyPath(0, 5, read)).toEqual([]);
    const newerRoot = rootOfSize(5, read);
    expect(verifyConsistency({ older: 0, olderRoot: EMPTY_ROOT, newer: 5, newerRoot, path: [] })).toBe(true);
    expect(verifyConsistency({ older: 0, olderRoot: newerRoot, newer: 5, newerRoot, path: [] })).toBe(false);
    expect(verifyConsistency({ older: 0, olderRoot: EMPTY_ROOT, newer: 5, newerRoot, path: [newerRoot] })).toBe(false);
  });

  test.each([
    ["a leaf past the end", () => inclusionPath(5, 5, read)],
    ["no leaf at all", () => inclusionPath(0, 0, read)],
    ["half a leaf", () => inclusionPath(0.5, 5, read)],
    ["a beginning longer than the tree", () => consistencyPath(6, 5, read)],
    ["a negative size", () => rootOfSize(-1, read)],
    ["a size beyond what is kept", () => rootOfSize(6, read)],
    ["an index past 2^53", () => extendTree(2 ** 53, EMPTY_ROOT, read)],
  ])("%s is a bug and throws", (_what, call) => {
    expect(call).toThrow(RangeError);
  });

  test("sizes past 2^31 are counted rightly", () => {
    const index = 2 ** 40 - 1;
    const asked: string[] = [];
    const hashes = extendTree(index, EMPTY_ROOT, ({ level, index: at }) => {
      asked.push(`${level}/${at}`);
      return EMPTY_ROOT;
    });
    expect(hashes.length).toBe(41);
    expect(asked.at(-1)).toBe("39/0");
    expect(completingLeaf({ level: 40, index: 0 })).toBe(index);
    const size = 2 ** 40 + 3;
    const path = inclusionPath(2 ** 40 + 2, size, () => EMPTY_ROOT);
    expect(path.length).toBe(2);
    const root = rootOfSize(size, () => EMPTY_ROOT);
    expect(verifyInclusion({ leafHash: EMPTY_ROOT, index: 2 ** 40 + 2, size, path, root })).toBe(true);
  });
});
