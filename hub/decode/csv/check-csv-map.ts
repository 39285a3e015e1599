import { isTimeZone } from "../../time-zone.ts";
import { type CsvMap, type CsvProblem, isCsvProblem } from "./csv-map.ts";
import { isPowerUnit } from "./exact-energy.ts";
import { readDecimal } from "./read-decimal.ts";
import { stampReader } from "./read-stamp.ts";

export interface CsvMapProblem extends CsvProblem {
  readonly path: readonly (string | number)[];
}

/** What the schema of a map cannot see. Pure; columns are compared with the file by match-columns.ts. */
export function checkCsvMap(map: CsvMap): readonly CsvMapProblem[] {
  const { time, columns } = map;
  const problems: CsvMapProblem[] = [];
  if (time.zone !== undefined && !isTimeZone(time.zone)) {
    problems.push({
      path: ["time", "zone"],
      message: `there is no time zone "${time.zone}"`,
      remedy: 'Write an IANA zone such as Europe/Vienna, or a fixed offset in quotes such as "-08:00".',
    });
  }
  const origin = time.origin === undefined ? undefined : plainStampOf(time.origin);
  if (origin !== undefined && isCsvProblem(origin)) problems.push({ path: ["time", "origin"], ...origin });
  else {
    const reader = stampReader(time.format, origin);
    if (isCsvProblem(reader)) problems.push({ path: ["time", "format"], ...reader });
  }
  columns.forEach((column, index) => {
    const at = (key: string) => ["columns", index, key];
    if (column.kind === "register" && isPowerUnit(column.unit)) {
      problems.push({
        path: at("unit"),
        message: `columns[${index}] is a register and its unit ${column.unit} is a power`,
        remedy: "Write Wh, kWh or MWh, or kind: interval for a mean power.",
      });
    }
    const start = column.start === undefined ? null : readDecimal(column.start, { decimal: ".", noReading: new Set() });
    if (isCsvProblem(start)) problems.push({ path: at("start"), ...start });
    if ((column.name === undefined) === (column.match === undefined)) {
      problems.push({
        path: ["columns", index],
        message: `columns[${index}] needs either name or match`,
        remedy: "Write the name of one column, or a match for several.",
      });
    }
  });
  return problems;
}

function plainStampOf(text: string) {
  const reader = stampReader("auto", undefined);
  return isCsvProblem(reader) ? reader : reader(text);
}
