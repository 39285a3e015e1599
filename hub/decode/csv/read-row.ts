import type { EpochMs } from "../../units.ts";
import { type CsvMap, type CsvProblem, isCsvProblem } from "./csv-map.ts";
import type { CsvHeader } from "./find-header.ts";
import { momentOfStamp, type Stamp, stampReader } from "./read-stamp.ts";

/** One record of the file as the CSV reader gives it. */
export interface CsvRow {
  /** 1-based line it ends on. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Where a row's cells are and how its time is read. */
export interface RowReader {
  /** Ids in a long file (`id` or `id/kind`), names of the columns in a wide one, with the cell of each. */
  cells(row: CsvRow): readonly (readonly [label: string, cell: string])[];
  /** @param after moment of the row before of the same series */
  moment(row: CsvRow, after: EpochMs | undefined): EpochMs | CsvProblem;
  /** What is wrong with the form of the row, if anything. */
  fault(row: CsvRow): CsvProblem | undefined;
  /** Names of the columns that are not the time; empty for a long file, whose ids are in its rows. */
  readonly labels: readonly string[];
}

/** @returns a reader of this table's rows, or what is wrong with the map's time */
export function rowReader({ columns }: CsvHeader, { time, long }: CsvMap): RowReader | CsvProblem {
  const origin = readOrigin(time.origin);
  if (origin !== undefined && isCsvProblem(origin)) return origin;
  const stamp = stampReader(time.format, origin);
  if (isCsvProblem(stamp)) return stamp;
  const at = (name: string) => columns.indexOf(name);
  const timeColumns = (typeof time.column === "string" ? [time.column] : time.column).map(at);
  const named = columns.map((name, index) => [name, index] as const).filter(([name]) => name !== "");
  const series = named.filter(([, index]) => !timeColumns.includes(index));
  const idColumns = long === undefined ? [] : [long.id, ...(long.kind === undefined ? [] : [long.kind])].map(at);
  const valueColumn = long === undefined ? -1 : at(long.value);
  const cell = (row: CsvRow, index: number) => row.cells[index] ?? "";
  return {
    labels: long === undefined ? series.map(([name]) => name) : [],
    fault: (row) => faultOfForm(row, columns.length),
    cells: (row) =>
      long === undefined
        ? series.map(([name, index]) => [name, cell(row, index)] as const)
        : [[idColumns.map((index) => cell(row, index).trim()).join("/"), cell(row, valueColumn)]],
    moment(row, after) {
      const read = stamp(timeColumns.map((index) => cell(row, index).trim()).join(" "));
      return isCsvProblem(read) ? read : momentOfStamp(read, time.zone, after);
    },
  };
}

/** A delimiter too many at the end of a row is harmless; anything else shifts cells under foreign names. */
function faultOfForm({ cells }: CsvRow, columns: number): CsvProblem | undefined {
  const extra = cells.slice(columns);
  if (cells.length >= columns && extra.every((cell) => cell.trim() === "")) return undefined;
  return {
    message: `the row has ${cells.length} cells, the header has ${columns}`,
    remedy: "Correct the row; with decimal commas, cells must be quoted or parted by ; or tab.",
  };
}

function readOrigin(origin: string | undefined): Stamp | CsvProblem | undefined {
  if (origin === undefined) return undefined;
  const reader = stampReader("auto", undefined);
  return isCsvProblem(reader) ? reader : reader(origin);
}
