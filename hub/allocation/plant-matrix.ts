/**
 * Who used whose energy: a matrix of plants and members whose rows sum to what each plant gave and whose columns sum to
 * what each member got, both rounded before. The exact cell is row x column / total. Cells are rounded down, then a flow
 * carries the missing units from rows to columns over cells that have a fractional part, one unit each at most; the
 * fractional parts themselves are such a flow, so a whole one exists (integrality of maximum flows).
 */

/** Lists of whole, not negative mWh with the same sum. */
export interface Margins {
  /** What each plant gave. */
  readonly rows: readonly number[];
  /** What each member got. */
  readonly columns: readonly number[];
}

/**
 * The whole matrix, each cell less than one mWh from its quota. Always the same for the same margins.
 * @returns by plant, then by member
 * @throws RangeError when the sums differ
 */
export function fillMatrix({ rows, columns }: Margins): number[][] {
  const total = sumOf(rows);
  if (total !== sumOf(columns)) throw new RangeError(`plants gave ${total} mWh, but members got ${sumOf(columns)} mWh`);
  if (total === 0n) return rows.map(() => columns.map(() => 0));
  const cells = rows.map(() => new Array<number>(columns.length).fill(0));
  const isOpen = rows.map(() => new Uint8Array(columns.length));
  const rowLacks = rows.slice();
  const columnLacks = columns.slice();
  for (const [row, amount] of rows.entries()) {
    for (const [column, got] of columns.entries()) {
      const { floor, isWhole } = quotient(amount, got, total);
      (cells[row] as number[])[column] = floor;
      (isOpen[row] as Uint8Array)[column] = isWhole ? 0 : 1;
      rowLacks[row] = (rowLacks[row] as number) - floor;
      columnLacks[column] = (columnLacks[column] as number) - floor;
    }
  }
  return fillLacks({ cells, isOpen, rowLacks, columnLacks });
}

function quotient(amount: number, got: number, total: bigint): { floor: number; isWhole: boolean } {
  const product = amount * got;
  if (product <= Number.MAX_SAFE_INTEGER && total <= BigInt(Number.MAX_SAFE_INTEGER)) {
    const divisor = Number(total);
    const floor = Math.floor(product / divisor);
    return { floor, isWhole: floor * divisor === product };
  }
  const exact = BigInt(amount) * BigInt(got);
  return { floor: Number(exact / total), isWhole: exact % total === 0n };
}

interface Lacks {
  /** Changed in place. */
  readonly cells: number[][];
  /** 1 while a cell may still be rounded up. */
  readonly isOpen: readonly Uint8Array[];
  readonly rowLacks: number[];
  readonly columnLacks: number[];
}

/** First what can be given directly, then, for what is still lacking, along paths that move earlier units. */
function fillLacks({ cells, isOpen, rowLacks, columnLacks }: Lacks): number[][] {
  // 1 where a unit was added, so that a path may take it back.
  const isRaised = isOpen.map((row) => new Uint8Array(row.length));
  const raise = (row: number, column: number, by: 1 | -1) => {
    const [cellsOfRow, open, raised] = [cells[row], isOpen[row], isRaised[row]];
    if (cellsOfRow === undefined || open === undefined || raised === undefined) return;
    cellsOfRow[column] = (cellsOfRow[column] ?? 0) + by;
    open[column] = by === 1 ? 0 : 1;
    raised[column] = by === 1 ? 1 : 0;
  };
  for (let row = 0; row < cells.length; row += 1) {
    for (let column = 0; column < columnLacks.length && (rowLacks[row] as number) > 0; column += 1) {
      if (isOpen[row]?.[column] !== 1 || (columnLacks[column] as number) === 0) continue;
      raise(row, column, 1);
      rowLacks[row] = (rowLacks[row] as number) - 1;
      columnLacks[column] = (columnLacks[column] as number) - 1;
    }
  }
  for (let row = 0; row < cells.length; row += 1) {
    while ((rowLacks[row] as number) > 0) {
      const path = findPath(row, { isOpen, isRaised, columnLacks });
      for (const step of path) raise(step.row, step.column, step.by);
      const last = path.at(-1)?.column ?? 0;
      rowLacks[row] = (rowLacks[row] as number) - 1;
      columnLacks[last] = (columnLacks[last] as number) - 1;
    }
  }
  return cells;
}

interface PathStep {
  readonly row: number;
  readonly column: number;
  readonly by: 1 | -1;
}

/** The shortest way from a row that lacks a unit to a column that lacks one, breadth first, lowest positions first. */
function findPath(
  start: number,
  {
    isOpen,
    isRaised,
    columnLacks,
  }: {
    readonly isOpen: readonly Uint8Array[];
    readonly isRaised: readonly Uint8Array[];
    readonly columnLacks: readonly number[];
  },
): readonly PathStep[] {
  const rowBefore = new Map<number, number>();
  const columnBefore = new Map<number, number>([[start, -1]]);
  const queue = [start];
  for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
    for (let column = 0; column < columnLacks.length; column += 1) {
      if (isOpen[row]?.[column] !== 1 || rowBefore.has(column)) continue;
      rowBefore.set(column, row);
      if ((columnLacks[column] as number) > 0) return walkBack(column, rowBefore, columnBefore);
      for (let other = 0; other < isRaised.length; other += 1) {
        if (isRaised[other]?.[column] !== 1 || columnBefore.has(other)) continue;
        columnBefore.set(other, column);
        queue.push(other);
      }
    }
  }
  throw new Error("no whole matrix has these margins, though one always does");
}

function walkBack(
  end: number,
  rowBefore: ReadonlyMap<number, number>,
  columnBefore: ReadonlyMap<number, number>,
): readonly PathStep[] {
  const path: PathStep[] = [];
  for (let column = end; column >= 0; ) {
    const row = rowBefore.get(column) ?? 0;
    path.unshift({ row, column, by: 1 });
    const before = columnBefore.get(row) ?? -1;
    if (before >= 0) path.unshift({ row, column: before, by: -1 });
    column = before;
  }
  return path;
}

function sumOf(amounts: readonly number[]): bigint {
  return amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
}
