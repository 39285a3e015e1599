import type { ColumnSalts } from "../ledger/column-salts.ts";
import {
  type ColumnProof,
  hashColumns,
  proveColumn,
  rootOfColumns,
  type SettledColumn,
} from "../ledger/member-columns.ts";
import { type DayCells, textOfCells } from "./day-cells.ts";

/** The members' columns of a settled day, as they are hashed: in member-id order. */
export function columnsOfCells({ day, members }: DayCells, version: number): readonly SettledColumn[] {
  return members.map(({ member, ...cells }) => ({ day, version, member, cells }));
}

/** The leaves of a day's columns. Salts are made at first asking and kept, so that the same cells always hash alike. */
export async function hashDay(
  salts: ColumnSalts,
  cells: DayCells,
  version: number,
): Promise<{ readonly leaves: readonly Uint8Array[]; readonly root: string }> {
  const members = cells.members.map(({ member }) => member);
  const bySalt = await salts.saltsFor({ day: cells.day, version }, members);
  const leaves = hashColumns(
    columnsOfCells(cells, version),
    (member) => saltOf(bySalt, member),
    textOfCells(cells).lists,
  );
  return { leaves, root: Buffer.from(rootOfColumns(leaves)).toString("hex") };
}

/** A member's proof of the own column; undefined when there is none, or its salt was erased. */
export async function proveOwnColumn(
  salts: ColumnSalts,
  cells: DayCells,
  { version, member }: { readonly version: number; readonly member: string },
): Promise<ColumnProof | undefined> {
  const settled = { day: cells.day, version };
  const leafHashes = await salts.leavesOf(settled);
  const salt = (await salts.saltsFor(settled, [])).get(member);
  const columns = columnsOfCells(cells, version);
  const position = columns.findIndex((column) => column.member === member);
  const column = columns[position];
  if (leafHashes === undefined || salt === undefined || column === undefined) return undefined;
  return proveColumn(column, { position, salt, leafHashes });
}

/** What does not agree between an entry's root, the kept leaves and the cells, in words; undefined when all does. */
export async function columnsDifference(
  salts: ColumnSalts,
  cells: DayCells,
  { version, root }: { readonly version: number; readonly root: string },
): Promise<string | undefined> {
  const leaves = await salts.leavesOf({ day: cells.day, version });
  if (leaves === undefined) return "the leaves of its members' columns are missing";
  if (Buffer.from(rootOfColumns(leaves)).toString("hex") !== root) return "its members' columns are not under its root";
  const kept = await salts.saltsFor({ day: cells.day, version }, []);
  const columns = columnsOfCells(cells, version);
  if (columns.length !== leaves.length) return `${leaves.length} columns were booked, its cells have ${columns.length}`;
  // A column whose salt was erased can be shown by nobody any more; the others are hashed anew.
  const hashes = hashColumns(columns, (member) => kept.get(member) ?? NO_SALT, textOfCells(cells).lists);
  const known = new Set(columns.map(({ member }) => member));
  const stray = [...kept.keys()].find((member) => !known.has(member));
  if (stray !== undefined) return `there is a salt of ${stray}, who has no column`;
  const other = columns.find(({ member }, at) => {
    return kept.has(member) && Buffer.compare(hashes[at] ?? NO_SALT, leaves[at] ?? NO_SALT) !== 0;
  });
  return other === undefined ? undefined : `the column of ${other.member} is not the one that was booked`;
}

const NO_SALT = new Uint8Array(32);

function saltOf(salts: ReadonlyMap<string, Uint8Array>, member: string): Uint8Array {
  const salt = salts.get(member);
  if (salt === undefined) throw new Error(`no salt for ${member}: it was erased before the day was booked`);
  return salt;
}
