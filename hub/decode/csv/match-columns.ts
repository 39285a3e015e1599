import { remedyForUnknown } from "../../nearest-word.ts";
import { isDeviceName, type SeriesKey, SeriesKey as seriesKey } from "../../reading.ts";
import type { CsvColumn, CsvProblem } from "./csv-map.ts";

/** One series of the file: its column (or, in a long file, its id) and the series it becomes. */
export interface CsvSeries {
  /** Name of the column; in a long file the id, or `id/kind`. */
  readonly label: string;
  readonly device: string;
  readonly channel?: string;
  readonly series: SeriesKey;
  readonly member?: string;
  readonly ratedKw?: number;
  readonly column: CsvColumn;
}

/** Series by label, and what does not fit. Labels that no entry speaks of are left alone. */
export interface MatchedColumns {
  readonly series: ReadonlyMap<string, CsvSeries>;
  readonly problems: readonly CsvProblem[];
  readonly unmatched: readonly string[];
}

/**
 * Find the series of a file by the names of its columns. Pure.
 * An entry names one column (`name`) or all whose whole name fits a regular expression (`match`), whose groups it may
 * use as $1, $2 or $<group> in device, channel and member.
 * @param labels names of the columns, or the ids of a long file
 */
export function matchColumns(labels: readonly string[], entries: readonly CsvColumn[]): MatchedColumns {
  const series = new Map<string, CsvSeries>();
  const problems: CsvProblem[] = [];
  for (const [index, column] of entries.entries()) {
    const place = `columns[${index}]`;
    const pattern = patternOf(column, place);
    if ("remedy" in pattern) {
      problems.push(pattern);
      continue;
    }
    const found = labels.map((label) => pattern.exec(label)).filter((match) => match !== null);
    if (found.length === 0) problems.push(nothingFits(column, place, labels));
    const usedRatings = new Set<string>();
    for (const match of found) {
      const made = toSeries(column, match, place, usedRatings);
      const clash = "remedy" in made ? made : findClash(made, series, place);
      if (clash !== undefined) problems.push(clash);
      else if (!("remedy" in made)) series.set(made.label, made);
    }
    if (found.length > 0) problems.push(...unusedRatings(column, place, usedRatings));
  }
  return { series, problems, unmatched: labels.filter((label) => !series.has(label)) };
}

function patternOf({ name, match }: CsvColumn, place: string): RegExp | CsvProblem {
  if ((name === undefined) === (match === undefined)) {
    return {
      message: `${place} needs either name or match`,
      remedy: "Write the name of one column, or a match for several.",
    };
  }
  if (name !== undefined) return new RegExp(`^${RegExp.escape(name)}$`);
  try {
    return new RegExp(`^(?:${match})$`, "u");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { message: `${place}.match is not a regular expression: ${reason}`, remedy: "Correct the expression." };
  }
}

function toSeries(
  column: CsvColumn,
  match: RegExpExecArray,
  place: string,
  usedRatings: Set<string>,
): CsvSeries | CsvProblem {
  const label = match[0];
  const device = toName(fillGroups(column.device, match));
  const channel = column.channel === undefined ? undefined : toName(fillGroups(column.channel, match));
  const member = column.member === undefined ? undefined : toName(fillGroups(column.member, match));
  for (const [word, value] of Object.entries({ device, channel, member })) {
    if (value === undefined || isDeviceName(value)) continue;
    return {
      message: `${place}.${word} makes "${value}" of column "${label}", which is no name`,
      remedy: "Use at most 40 letters, digits, - and _, starting with a letter or digit.",
    };
  }
  const rated = ratedKwOf(column, [match[1], device, label], usedRatings);
  return {
    label,
    device,
    series: seriesKey([device, ...(channel === undefined ? [] : [channel]), column.quantity].join("/")),
    column,
    ...(channel !== undefined && { channel }),
    ...(member !== undefined && { member }),
    ...(rated !== undefined && { ratedKw: rated }),
  };
}

/** Names in files have blanks and dots; `House 1` becomes the device `House-1`. */
function toName(text: string): string {
  return text.trim().replace(/[^A-Za-z0-9_-]+/g, "-");
}

function fillGroups(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:(\d)|<([^>]+)>)/g, (_whole, index: string | undefined, name: string | undefined) => {
    return (index !== undefined ? match[Number(index)] : match.groups?.[name ?? ""]) ?? "";
  });
}

/** A table of ratings is keyed by what $1 caught, by the device or by the column's whole name. */
function ratedKwOf(
  { rated_kw }: CsvColumn,
  keys: readonly (string | undefined)[],
  usedRatings: Set<string>,
): number | undefined {
  if (rated_kw === undefined || typeof rated_kw === "number") return rated_kw;
  const key = keys.find((candidate) => candidate !== undefined && Object.hasOwn(rated_kw, candidate));
  if (key === undefined) return undefined;
  usedRatings.add(key);
  return rated_kw[key];
}

function unusedRatings({ rated_kw }: CsvColumn, place: string, used: ReadonlySet<string>): readonly CsvProblem[] {
  if (rated_kw === undefined || typeof rated_kw === "number") return [];
  return Object.keys(rated_kw)
    .filter((key) => !used.has(key))
    .map((key) => {
      const message = `${place}.rated_kw names ${key}, and no column is called that`;
      return { message, remedy: "Use the text that $1 stands for, the device or the whole name of the column." };
    });
}

function findClash(made: CsvSeries, series: ReadonlyMap<string, CsvSeries>, place: string): CsvProblem | undefined {
  if (series.has(made.label)) {
    const message = `column "${made.label}" is matched by ${place} and by an entry before it`;
    return { message, remedy: "Make the expressions narrower, so that each column is one series." };
  }
  const twin = series.values().find((other) => other.series === made.series);
  if (twin === undefined) return undefined;
  const message = `columns "${twin.label}" and "${made.label}" would both be the series ${made.series}`;
  return { message, remedy: "Give each a device or a channel of its own." };
}

function nothingFits({ name, match }: CsvColumn, place: string, labels: readonly string[]): CsvProblem {
  if (name === undefined) {
    const message = `${place}.match ${match} fits no column of ${labels.slice(0, 8).join(", ")}`;
    return { message, remedy: "Correct the expression; it must fit the whole name." };
  }
  return { message: `${place}: there is no column "${name}"`, remedy: remedyForUnknown(name, labels) };
}
