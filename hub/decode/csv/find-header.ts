import { parse } from "csv-parse/sync";
import { nearestWord } from "../../nearest-word.ts";
import type { CsvMap, CsvProblem } from "./csv-map.ts";

/** Where a table begins in its file and how its cells are parted. */
export interface CsvHeader {
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** 1-based line of the header row; 0 for a file without one. */
  readonly line: number;
}

/** Lines searched for the header row: exports of meters put up to a page about the customer before it. */
const SEARCHED_LINES = 60;

/**
 * Find the header row by the columns the map names, and the delimiter with it. Pure.
 * @param head   the beginning of the file, decoded, without byte order mark; 64 kB are plenty
 * @returns      what is wrong when no line has those names with any delimiter
 */
export function findHeader(head: string, map: CsvMap): CsvHeader | CsvProblem {
  const wanted = wantedColumns(map);
  const delimiters = map.delimiter === undefined ? [",", ";", "\t", "|"] : [asDelimiter(map.delimiter)];
  const lines = head.split(/\r\n|\n|\r/).slice(0, SEARCHED_LINES);
  if (map.header !== undefined) return headerlessFile(map.header, lines, map, delimiters);
  let best: { readonly columns: readonly string[]; readonly line: number } = { columns: [], line: 1 };
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "" || isComment(line, map)) continue;
    for (const delimiter of delimiters) {
      const columns = splitLine(line, delimiter);
      if (wanted.every((name) => columns.includes(name))) return checkNames({ delimiter, columns, line: index + 1 });
      if (columns.length > best.columns.length) best = { columns, line: index + 1 };
    }
  }
  return noHeader(wanted, best);
}

function wantedColumns({ time, long }: CsvMap): readonly string[] {
  const times = typeof time.column === "string" ? [time.column] : time.column;
  return [
    ...times,
    ...(long === undefined ? [] : [long.id, long.value, ...(long.kind === undefined ? [] : [long.kind])]),
  ];
}

/** Without names to look for, the delimiter is the one that makes as many cells as the map names columns. */
function headerlessFile(
  columns: readonly string[],
  lines: readonly string[],
  map: CsvMap,
  delimiters: readonly string[],
): CsvHeader | CsvProblem {
  const row = lines.find((line) => line.trim() !== "" && !isComment(line, map)) ?? "";
  const delimiter = delimiters.find((candidate) => splitLine(row, candidate).length === columns.length);
  if (delimiter !== undefined) return checkNames({ delimiter, columns, line: 0 });
  const message = `header in the map names ${columns.length} columns, and the first row has another number of cells`;
  return { message, remedy: "Name every column of the file, in order." };
}

function checkNames(header: CsvHeader): CsvHeader | CsvProblem {
  const { columns } = header;
  const repeated = columns.find((name, index) => name !== "" && columns.indexOf(name) < index);
  if (repeated === undefined) return header;
  return { message: `two columns are called "${repeated}"`, remedy: "Rename one of them in the file." };
}

function noHeader(
  wanted: readonly string[],
  { columns, line }: { readonly columns: readonly string[]; readonly line: number },
): CsvProblem {
  const missing = wanted.find((name) => !columns.includes(name)) ?? wanted.join(", ");
  const nearest = nearestWord(missing, columns);
  const shown = columns.slice(0, 8).join(", ");
  return {
    message: `no line has the column "${missing}"; line ${line} has ${shown === "" ? "nothing" : shown}`,
    remedy:
      nearest === undefined
        ? "Correct the names of columns in the map, or name delimiter or encoding there."
        : `Write "${nearest}" in the map instead.`,
  };
}

/** One line taken apart; a line that is no CSV with this delimiter is one cell. */
function splitLine(line: string, delimiter: string): readonly string[] {
  try {
    const [cells = []] = parse(line, { delimiter, relax_column_count: true }) as string[][];
    return cells.map((cell) => cell.trim());
  } catch {
    return [line];
  }
}

function isComment(line: string, { comment }: CsvMap): boolean {
  return comment !== "" && line.startsWith(comment);
}

function asDelimiter(word: string): string {
  return word === "tab" ? "\t" : word;
}
