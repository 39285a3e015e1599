import { type CsvMap, type CsvProblem, isCsvProblem } from "../decode/csv/csv-map.ts";
import { createRowDecoder, type RowDecoder, type SeriesTally } from "../decode/csv/decode-rows.ts";
import { type CsvHeader, findHeader } from "../decode/csv/find-header.ts";
import { INFERENCE_ROWS, inferInterval } from "../decode/csv/infer-interval.ts";
import { type CsvSeries, matchColumns } from "../decode/csv/match-columns.ts";
import { type RowReader, rowReader } from "../decode/csv/read-row.ts";
import { HubError } from "../errors.ts";
import type { TimeRange } from "../series/series-store.ts";
import { EpochMs, Ms } from "../units.ts";
import { type FileForm, readHead, readRows, rowError } from "./replay-file.ts";

/** What a file and its map say together, before anything is sent. */
export interface ReplayPlan {
  readonly form: FileForm;
  readonly header: CsvHeader;
  readonly series: readonly CsvSeries[];
  /** Undefined for a file of registers only. */
  readonly interval: Ms | undefined;
  /** Columns, or ids of a long file, that no entry of the map speaks of. */
  readonly unmatched: readonly string[];
  /** A decoder at the beginning of the file. */
  readonly decoder: () => RowDecoder;
}

/** What a whole file holds. */
export interface CheckedFile {
  readonly rows: number;
  readonly readings: number;
  readonly tally: readonly SeriesTally[];
  /** From the first reading's moment to the last one's; null when there is none. */
  readonly range: TimeRange | null;
  /** Rows that were left out because the map says bad_rows: skip. */
  readonly skipped: readonly SkippedRow[];
}

export interface SkippedRow extends CsvProblem {
  readonly line: number;
}

/**
 * Find the table, its series and the length of its intervals.
 * @param latest nothing in the file may be later
 * @throws HubError REPLAY_MAP_INVALID when map and file do not fit, REPLAY_ROW_INVALID when the file is no table
 */
export async function planReplay(form: FileForm, map: CsvMap, latest: EpochMs): Promise<ReplayPlan> {
  const header = mapFits(form.path, findHeader(await readHead(form), map));
  const reader = mapFits(form.path, rowReader(header, map));
  const survey = await surveyRows({ form, header, map, reader });
  const matched = matchColumns(survey.labels, map.columns);
  if (matched.problems.length > 0) throw unfitting(form.path, matched.problems);
  const series = [...matched.series.values()];
  const countsIntervals = series.some(({ column }) => column.kind === "interval");
  const interval = countsIntervals ? intervalOf(form.path, map, survey) : undefined;
  const input = { map, reader, series: matched.series, interval: interval ?? Ms(0), latest };
  return { form, header, series, interval, unmatched: matched.unmatched, decoder: () => createRowDecoder(input) };
}

/**
 * Decode the whole file once, so that a fault in its last row is known before its first is sent.
 * @throws HubError REPLAY_ROW_INVALID with file and line, unless the map says to skip such rows
 */
export async function checkFile(plan: ReplayPlan, map: CsvMap, onRow: (rows: number) => boolean): Promise<CheckedFile> {
  const decoder = plan.decoder();
  const skipped: SkippedRow[] = [];
  let rows = 0;
  let readings = 0;
  for await (const row of readRows(plan.form, plan.header, map)) {
    const decoded = decoder.decode(row);
    rows += 1;
    if (!isCsvProblem(decoded)) readings += decoded.length;
    else if (map.bad_rows === "skip") skipped.push({ line: row.line, ...decoded });
    else throw rowError(plan.form.path, row.line, decoded);
    if (!onRow(rows)) break;
  }
  const tally = decoder.tally();
  const known = tally.filter((each) => each.from !== null && each.to !== null);
  const from = Math.min(...known.map((each) => Number(each.from)));
  const to = Math.max(...known.map((each) => Number(each.to)));
  return {
    rows,
    readings,
    tally,
    skipped,
    range: known.length === 0 ? null : { from: EpochMs(from), to: EpochMs(to) },
  };
}

interface Survey {
  readonly labels: readonly string[];
  readonly interval: Ms | undefined;
  /** The first row whose time cannot be read. */
  readonly fault: SkippedRow | undefined;
}

/** A wide file tells all by its beginning; the ids of a long one may stand in its last row. */
async function surveyRows(input: {
  readonly form: FileForm;
  readonly header: CsvHeader;
  readonly map: CsvMap;
  readonly reader: RowReader;
}): Promise<Survey> {
  const { form, header, map, reader } = input;
  const moments = new Map<string, EpochMs[]>();
  let fault: SkippedRow | undefined;
  for await (const row of readRows(form, header, map)) {
    const [[id] = [""]] = map.long === undefined ? [] : reader.cells(row);
    const known = moments.get(id) ?? [];
    if (known.length === 0) moments.set(id, known);
    if (known.length < INFERENCE_ROWS) {
      const moment = reader.moment(row, known.at(-1));
      if (typeof moment === "number") known.push(moment);
      else fault ??= { line: row.line, ...moment };
    } else if (map.long === undefined) break;
  }
  return {
    labels: map.long === undefined ? reader.labels : [...moments.keys()].sort(),
    interval: inferInterval(moments.values()),
    fault,
  };
}

function intervalOf(path: string, { time }: CsvMap, { interval, fault }: Survey): Ms {
  if (time.interval_minutes !== undefined) return Ms(Math.round(time.interval_minutes * 60_000));
  if (interval !== undefined) return interval;
  if (fault !== undefined) throw rowError(path, fault.line, fault);
  throw unfitting(path, [
    { message: "no two rows tell how long an interval is", remedy: "Write time.interval_minutes in the map." },
  ]);
}

function mapFits<T extends object>(path: string, result: T | CsvProblem): T {
  if ("remedy" in result && "message" in result) throw unfitting(path, [result as CsvProblem]);
  return result as T;
}

function unfitting(path: string, problems: readonly CsvProblem[]): HubError {
  const [first, ...more] = problems;
  if (first !== undefined && more.length === 0) {
    return new HubError("REPLAY_MAP_INVALID", `${path} and the map do not fit: ${first.message}`, {
      remedy: first.remedy,
    });
  }
  const lines = problems.map(({ message, remedy }) => `${message}. ${remedy}`);
  return new HubError("REPLAY_MAP_INVALID", [`${path} and the map do not fit`, ...lines].join("\n"), {
    remedy: "Correct the map in the places named above.",
  });
}
