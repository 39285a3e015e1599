import type { SeriesKey } from "../../reading.ts";
import { EpochMs, type Ms } from "../../units.ts";
import { type CsvMap, type CsvProblem, type CsvUnit, isCsvProblem } from "./csv-map.ts";
import { type ExactEnergy, exactEnergy, isBeyond, wattHoursOf, wholeMilliWattHours } from "./exact-energy.ts";
import type { CsvSeries } from "./match-columns.ts";
import { type NumberStyle, readDecimal } from "./read-decimal.ts";
import type { CsvRow, RowReader } from "./read-row.ts";
import { GAP_FALL_MWH, type IntervalRegister, intervalRegister } from "./register-of-intervals.ts";

/** A register reading to be published for a device. */
export interface CsvReading {
  readonly device: string;
  readonly series: SeriesKey;
  readonly at: EpochMs;
  readonly wattHours: number;
}

export interface RowDecoderInput {
  readonly map: CsvMap;
  readonly reader: RowReader;
  /** By label: name of the column, or id in a long file. */
  readonly series: ReadonlyMap<string, CsvSeries>;
  /** Length of the file's intervals; needed by interval columns only. */
  readonly interval: Ms;
  /** Nothing may be later: the hub would not believe a stamp of the future. */
  readonly latest: EpochMs;
}

/** What was in one series of the file. */
export interface SeriesTally {
  readonly label: string;
  readonly series: SeriesKey;
  /** Cells with a number. */
  readonly known: number;
  /** Cells that say "no reading". */
  readonly nothing: number;
  /** Interval energies below 0 that the map said to take as 0 or as missing. */
  readonly negative: number;
  /** Stretches without a known interval between known ones. */
  readonly gaps: number;
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
  /** Sum of the known intervals, rounded once; null for a register column. */
  readonly energy_mwh: number | null;
}

export interface RowDecoder {
  /** Readings of one row, or what is wrong with it; a wrong row changes nothing. Rows come in the order of the file. */
  decode(row: CsvRow): readonly CsvReading[] | CsvProblem;
  tally(): readonly SeriesTally[];
}

/** The hub takes an earlier stamp for a clock that was never set: 2000-01-01T00:00Z. */
const EARLIEST_STAMP = 946_684_800_000;
/** Beyond 4 TWh the hub takes a register for "not available". */
const REGISTER_LIMIT_MWH = 4_000_000_000_000_000;

/** Rows of a table to register readings. Deterministic: the same rows always give the same readings. */
export function createRowDecoder(input: RowDecoderInput): RowDecoder {
  const { map, reader, series } = input;
  const style: NumberStyle = {
    decimal: map.decimal,
    noReading: new Set(map.no_reading.map((word) => word.trim().toLowerCase())),
  };
  const states = new Map([...series].map(([label, csv]) => [label, beginSeries(csv, style)]));
  const isLong = map.long !== undefined;
  /** A wide row has one clock for all of its columns; in a long file each series has its own. */
  let newestRow: EpochMs | undefined;
  return {
    tally: () => [...states.values()].map(toTally),
    decode(row) {
      const fault = reader.fault(row);
      if (fault !== undefined) return fault;
      const cells = reader.cells(row).flatMap(([label, cell]) => {
        const state = states.get(label);
        return state === undefined ? [] : [{ state, cell }];
      });
      if (cells.length === 0) return [];
      const newest = isLong ? cells[0]?.state.newest : newestRow;
      const moment = reader.moment(row, newest);
      if (typeof moment !== "number") return moment;
      const disorder = faultOfOrder(moment, newest, input);
      if (disorder !== undefined) return disorder;
      const steps: Step[] = [];
      for (const { state, cell } of cells) {
        const step = readCell(state, cell, moment, { ...input, style });
        if (isCsvProblem(step)) return { ...step, message: `column "${state.csv.label}": ${step.message}` };
        steps.push(step);
      }
      newestRow = moment;
      return steps.flatMap((step) => takeStep(step, moment));
    },
  };
}

interface SeriesState {
  readonly csv: CsvSeries;
  readonly register: IntervalRegister;
  newest: EpochMs | undefined;
  end: EpochMs | undefined;
  from: EpochMs | undefined;
  energy: ExactEnergy;
  known: number;
  nothing: number;
  negative: number;
}

/** What one cell does to its series; nothing has happened before every cell of the row is read. */
interface Step {
  readonly state: SeriesState;
  readonly known: boolean;
  readonly negative: boolean;
  readonly wattHours?: number;
  readonly interval?: { readonly from: EpochMs; readonly to: EpochMs; readonly energy: ExactEnergy };
}

/** @throws RangeError for a start that is no number; check-map.ts looks before */
function beginSeries(csv: CsvSeries, style: NumberStyle): SeriesState {
  const start = csv.column.start === undefined ? null : readDecimal(csv.column.start, { ...style, decimal: "." });
  if (isCsvProblem(start)) throw new RangeError(start.message);
  const energy = start === null ? 0n : exactEnergy(start, energyUnit(csv.column.unit), 0 as Ms);
  if (typeof energy !== "bigint") throw new RangeError(energy.message);
  return {
    csv,
    register: intervalRegister(energy),
    newest: undefined,
    end: undefined,
    from: undefined,
    energy: 0n,
    known: 0,
    nothing: 0,
    negative: 0,
  };
}

/** The register behind a column of mean power in kW stands in kWh. */
function energyUnit(unit: CsvUnit): CsvUnit {
  const energies = { W: "Wh", kW: "kWh", MW: "MWh" } as const;
  return unit === "W" || unit === "kW" || unit === "MW" ? energies[unit] : unit;
}

function readCell(
  state: SeriesState,
  cell: string,
  moment: EpochMs,
  { map, interval, style }: RowDecoderInput & { readonly style: NumberStyle },
): Step | CsvProblem {
  const { unit, kind, negative } = state.csv.column;
  const number = readDecimal(cell, style);
  if (number === null) return { state, known: false, negative: false };
  if (isCsvProblem(number)) return number;
  const energy = exactEnergy(number, unit, interval);
  if (typeof energy !== "bigint") return energy;
  if (isTooLarge(energy, kind)) {
    return {
      message: `${cell.trim()} ${unit} is more than any meter counts`,
      remedy: "Check unit and decimal in the map.",
    };
  }
  if (kind === "register") {
    return { state, known: true, negative: false, wattHours: wattHoursOf(wholeMilliWattHours(energy)) };
  }
  if (energy < 0n && negative === "refuse") {
    return {
      message: `an interval of ${cell.trim()} ${unit} is below 0`,
      remedy: "Write negative: zero or negative: missing for this column in the map, or correct the cell.",
    };
  }
  if (energy < 0n && negative === "missing") return { state, known: false, negative: true };
  const from = map.time.stamps === "start" ? moment : EpochMs(moment - interval);
  if (state.end !== undefined && from < state.end) {
    return {
      message: `the interval begins at ${isoOf(from)}, before the one before it ends at ${isoOf(state.end)}`,
      remedy: `Write time.interval_minutes in the map; intervals were taken to be ${interval / 60_000} minutes long.`,
    };
  }
  const counted = energy < 0n ? 0n : energy;
  return {
    state,
    known: true,
    negative: energy < 0n,
    interval: { from, to: EpochMs(from + interval), energy: counted },
  };
}

function isTooLarge(energy: ExactEnergy, kind: "register" | "interval"): boolean {
  return isBeyond(energy, kind === "register" ? REGISTER_LIMIT_MWH : GAP_FALL_MWH);
}

function takeStep({ state, known, negative, wattHours, interval }: Step, moment: EpochMs): readonly CsvReading[] {
  const { device, series } = state.csv;
  state.newest = moment;
  state.known += known ? 1 : 0;
  state.nothing += known || negative ? 0 : 1;
  state.negative += negative ? 1 : 0;
  if (wattHours !== undefined) {
    state.from ??= moment;
    state.end = moment;
    return [{ device, series, at: moment, wattHours }];
  }
  if (interval === undefined) return [];
  state.from ??= interval.from;
  state.end = interval.to;
  state.energy += interval.energy;
  return state.register.count(interval).map((reading) => ({ device, series, ...reading }));
}

function faultOfOrder(
  moment: EpochMs,
  newest: EpochMs | undefined,
  { map, interval, latest }: RowDecoderInput,
): CsvProblem | undefined {
  if (newest !== undefined && moment <= newest) {
    const message =
      moment === newest ? `the time ${isoOf(moment)} stands twice` : `${isoOf(moment)} comes after ${isoOf(newest)}`;
    return { message, remedy: "Sort the file by time and leave each time once, or write bad_rows: skip in the map." };
  }
  if (moment < EARLIEST_STAMP + interval) {
    return {
      message: `${isoOf(moment)} is before the year 2000, which the hub takes for a clock that was never set`,
      remedy: "Check time.format in the map; move older recordings to later years.",
    };
  }
  const countsInterval = map.columns.some(({ kind }) => kind === "interval");
  const end = map.time.stamps === "start" && countsInterval ? moment + interval : moment;
  if (end <= latest) return undefined;
  return {
    message: `${isoOf(end)} lies in the future`,
    remedy:
      "Check time.zone and time.format in the map, and this machine's clock; the hub keeps no readings of the future.",
  };
}

function toTally({ csv, register, from, end, energy, known, nothing, negative }: SeriesState): SeriesTally {
  return {
    label: csv.label,
    series: csv.series,
    known,
    nothing,
    negative,
    gaps: register.gaps(),
    from: from ?? null,
    to: end ?? null,
    energy_mwh: csv.column.kind === "interval" ? wholeMilliWattHours(energy) : null,
  };
}

function isoOf(at: number): string {
  return new Date(at).toISOString().replace(":00.000Z", "Z");
}
