import { canonicalJson, type SpelledLists } from "../canonical-json.ts";
import type { LocalDay } from "../time-zone.ts";
import { hashLeaf } from "./merkle-hash.ts";
import { verifyInclusion } from "./merkle-proof.ts";
import { buildTree, inclusionPath, rootOfSize } from "./merkle-tree.ts";

/**
 * The settled columns of a day under one root, so that a member proves the own column and sees nothing of another's. A leaf
 * is the hash over 32 random bytes and the column's text: the random bytes keep others from guessing a column by trying,
 * and once they are erased nobody can ever show again what stood there, while every other proof stays as it is.
 */

/** One member's part of a settled day. */
export interface SettledColumn {
  readonly day: LocalDay;
  /** Which settlement of that day: 1 is the first, each correction is one more. */
  readonly version: number;
  readonly member: string;
  /** By name with its unit (`allotted_mwh`); one value an interval. Numbers are whole. */
  readonly cells: Readonly<Record<string, readonly (number | string | null)[]>>;
}

/** Where a column stands among those of its day: members in the order of their ids. */
export interface ColumnPlace {
  readonly position: number;
  readonly of: number;
}

export interface ColumnProof {
  /** As `textOfColumn` gives it. */
  readonly text: string;
  readonly salt: Uint8Array;
  /** From the leaf's neighbour to the root. */
  readonly path: readonly Uint8Array[];
}

export const SALT_BYTES = 32;

const FORMAT = 1;

/**
 * The canonical text of a column: JSON with sorted keys and no white space (RFC 8785). Its place is part of it, so that
 * nothing about a proof lies outside the hash.
 * @param spelled as for `canonicalJson`
 * @throws RangeError for a cell that is no whole number, text or null, and for a version or place that cannot be
 */
export function textOfColumn(
  { day, version, member, cells }: SettledColumn,
  { position, of }: ColumnPlace,
  spelled?: SpelledLists,
): string {
  if (![version, position, of].every(Number.isSafeInteger) || version < 1 || position < 0 || position >= of)
    throw new RangeError(`no version ${version} or no place ${position} of ${of}`);
  for (const [name, values] of Object.entries(cells)) {
    for (const value of values) {
      if (typeof value === "number" && !Number.isSafeInteger(value))
        throw new RangeError(`${name} of ${member} on ${day} is not whole: ${value}`);
    }
  }
  return canonicalJson({ format: FORMAT, day, version, member, position, of, cells }, spelled);
}

/** The leaf of a column: its salt, then its text as UTF-8. @throws RangeError for a salt of another length */
export function hashColumn(text: string, salt: Uint8Array): Uint8Array {
  if (salt.byteLength !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes, not ${salt.byteLength}`);
  const bytes = Buffer.allocUnsafe(SALT_BYTES + Buffer.byteLength(text));
  bytes.set(salt);
  bytes.write(text, SALT_BYTES);
  return hashLeaf(bytes);
}

/**
 * The leaves of a day, to be kept beside its cells.
 * @param columns all of one day and version, in the order of their members' ids
 * @param saltOf  the salt of a member for this day and version
 * @param spelled as for `canonicalJson`
 * @throws RangeError for columns out of order, of different days or versions, or that have no canonical text
 */
export function hashColumns(
  columns: readonly SettledColumn[],
  saltOf: (member: string) => Uint8Array,
  spelled?: SpelledLists,
): readonly Uint8Array[] {
  return columns.map((column, position) => {
    const before = columns[position - 1];
    if (before !== undefined) {
      if (before.member >= column.member) throw new RangeError(`column of ${column.member} is out of order`);
      if (before.day !== column.day || before.version !== column.version)
        throw new RangeError(`column of ${column.member} is of another day or version`);
    }
    return hashColumn(textOfColumn(column, { position, of: columns.length }, spelled), saltOf(column.member));
  });
}

/** What the entry carries. @param leafHashes as `hashColumns` gave them */
export function rootOfColumns(leafHashes: readonly Uint8Array[]): Uint8Array {
  return rootOfSize(leafHashes.length, buildTree(leafHashes));
}

/**
 * Prove one column. Of the other members only the kept hashes are needed, so it does not matter what of theirs is erased.
 * @throws RangeError when column and salt do not give the kept leaf at this position
 */
export function proveColumn(
  column: SettledColumn,
  kept: { readonly position: number; readonly salt: Uint8Array; readonly leafHashes: readonly Uint8Array[] },
): ColumnProof {
  const { position, salt, leafHashes } = kept;
  const text = textOfColumn(column, { position, of: leafHashes.length });
  const proof = { text, salt, path: inclusionPath(position, leafHashes.length, buildTree(leafHashes)) };
  if (verifyColumn(proof, rootOfColumns(leafHashes)) === undefined)
    throw new RangeError(`the column of ${column.member} on ${column.day} is not the one that was booked`);
  return proof;
}

/** The column that a proof shows to be under this root; undefined when it shows nothing. */
export function verifyColumn({ text, salt, path }: ColumnProof, root: Uint8Array): SettledColumn | undefined {
  const said = readColumn(text);
  if (said === undefined || salt.byteLength !== SALT_BYTES) return undefined;
  const { position, of, format: _format, ...column } = said;
  const claim = { leafHash: hashColumn(text, salt), index: position, size: of, path, root };
  return verifyInclusion(claim) ? column : undefined;
}

function readColumn(text: string): (SettledColumn & ColumnPlace & { readonly format: number }) | undefined {
  try {
    const said = JSON.parse(text) as SettledColumn & ColumnPlace & { readonly format: number };
    // Only what would be written in these very letters is read, whatever else was hashed.
    return said.format === FORMAT && textOfColumn(said, said) === text ? said : undefined;
  } catch {
    return undefined;
  }
}
