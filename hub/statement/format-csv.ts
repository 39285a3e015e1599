import { type TimeZone, zoneOffset } from "../time-zone.ts";
import { type EpochMs, MINUTE } from "../units.ts";
import { kwhDecimals } from "./energy-decimals.ts";
import type { IntervalCounts, MemberAmounts } from "./member-intervals.ts";
import { rangeOfPeriod } from "./period.ts";
import type { Statement } from "./statement.ts";

type Cell = string | number | null;

const dayColumns = [
  ...["kind", "day", "corrected_day", "entry", "corrects", "from_utc", "to_utc", "from_local", "to_local"],
  ...["consumption_kwh", "from_community_kwh", "from_grid_kwh", "own_use_kwh", "beyond_kwh", "pool_kwh"],
  ...["intervals", "measured", "interpolated", "recovered", "estimated", "held", "unmeasured", "by", "reason"],
];
const intervalColumns = [
  ...["kind", "entry", "from_utc", "to_utc", "from_local", "to_local", "state", "quality"],
  ...["consumption_kwh", "from_community_kwh", "from_grid_kwh", "own_use_kwh", "beyond_kwh", "pool_kwh"],
];

/**
 * A table as RFC 4180 says: commas, CRLF, a header line, UTF-8. A row a day and correction, or a row an interval when
 * the statement has them. Energies are kWh with a decimal point and all six decimals, empty where they are not known;
 * the rows of a column sum to the total of the period, so no row is a sum of others.
 */
export function formatCsv(statement: Statement): string {
  const rows = statement.intervals === undefined ? dayRows(statement) : intervalRows(statement, statement.intervals);
  return rows.map((row) => `${row.map(quote).join(",")}\r\n`).join("");
}

function dayRows({ days, corrections, community: { time_zone } }: Statement): readonly (readonly Cell[])[] {
  return [
    dayColumns,
    ...days.map((line) => [
      ...["settlement", line.day, "", line.entry, ""],
      ...stamps(time_zone, line.from_ms, line.to_ms),
      ...energies(line),
      ...counts(line.intervals),
      ...["", ""],
    ]),
    ...corrections.map((line) => {
      const { from, to } = rangeOfPeriod(time_zone, { first: line.corrected_day, last: line.corrected_day });
      return [
        ...["correction", line.day, line.corrected_day, line.entry, line.corrects],
        ...stamps(time_zone, from, to),
        ...energies(line),
        ...counts(line.intervals),
        ...[line.by, line.reason],
      ];
    }),
  ];
}

function intervalRows(
  { entries, community: { time_zone } }: Statement,
  intervals: NonNullable<Statement["intervals"]>,
): readonly (readonly Cell[])[] {
  const kinds = new Map(entries.map(({ id, kind }) => [id, kind]));
  return [
    intervalColumns,
    ...intervals.map((line) => [
      ...[kinds.get(line.entry) ?? "", line.entry],
      ...stamps(time_zone, line.from_ms, line.to_ms),
      ...[line.state, line.quality],
      ...energies(line),
    ]),
  ];
}

function energies(line: MemberAmounts): readonly Cell[] {
  const { consumption_mwh, from_community_mwh, from_grid_mwh, own_use_mwh, beyond_mwh, pool_mwh } = line;
  return [consumption_mwh, from_community_mwh, from_grid_mwh, own_use_mwh, beyond_mwh, pool_mwh].map((energy) =>
    energy === null ? null : kwhDecimals(energy),
  );
}

function counts(intervals: IntervalCounts | null): readonly Cell[] {
  if (intervals === null) return Array.from({ length: 7 }, () => null);
  const { expected, measured, interpolated, recovered, estimated, held, unmeasured } = intervals;
  return [expected, measured, interpolated, recovered, estimated, held, unmeasured];
}

function stamps(zone: TimeZone, from: EpochMs, to: EpochMs): readonly Cell[] {
  return [utcStamp(from), utcStamp(to), localStamp(zone, from), localStamp(zone, to)];
}

function utcStamp(at: EpochMs): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** With its offset, so that the hour that autumn repeats is told apart. */
function localStamp(zone: TimeZone, at: EpochMs): string {
  const offset = zoneOffset(zone, at);
  const minutes = Math.abs(offset) / MINUTE;
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return `${new Date(at + offset).toISOString().slice(0, 19)}${offset < 0 ? "-" : "+"}${hour}:${minute}`;
}

/** A number begins with a sign and is one; a text that begins like a formula is kept from becoming one. */
function quote(cell: Cell): string {
  const text = String(cell ?? "");
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
