import Type, { type Static } from "typebox";

/**
 * How a CSV file is to be read, as somebody writes it down once for a file of that kind: where the time is, which
 * columns are which series, and how numbers are written. `docs/replay.md` is the page for people.
 */

const closed = { additionalProperties: false } as const;
const Label = Type.String({ minLength: 1, maxLength: 200 });

export const CsvTimeSchema = Type.Object(
  {
    column: Type.Union([Label, Type.Array(Label, { minItems: 1, maxItems: 7 })], {
      description: "the column of the time, or several (date, time) that are joined by one space",
    }),
    format: Type.String({
      default: "auto",
      minLength: 1,
      maxLength: 40,
      description: "auto, epoch_s, epoch_ms, elapsed_minutes, or a pattern such as DD/MM/YYYY HH:mm",
    }),
    zone: Type.Optional(
      Type.String({ description: "IANA zone such as Europe/Vienna or a fixed offset such as -08:00" }),
    ),
    origin: Type.Optional(Type.String({ description: "ISO time that elapsed_* columns count from" })),
    stamps: Type.Union([Type.Literal("start"), Type.Literal("end")], {
      default: "start",
      description: "whether a row's time is the start or the end of its interval",
    }),
    interval_minutes: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1440, description: "length of an interval; found when left out" }),
    ),
  },
  closed,
);

const Unit = Type.Union([
  Type.Literal("Wh"),
  Type.Literal("kWh"),
  Type.Literal("MWh"),
  Type.Literal("W"),
  Type.Literal("kW"),
  Type.Literal("MW"),
]);

export const CsvColumnSchema = Type.Object(
  {
    name: Type.Optional(Label),
    match: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    device: Type.String({ minLength: 1, maxLength: 80 }),
    channel: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    quantity: Type.Union([Type.Literal("active_energy_import"), Type.Literal("active_energy_export")]),
    unit: Unit,
    kind: Type.Union([Type.Literal("register"), Type.Literal("interval")]),
    start: Type.Optional(
      Type.String({ description: "register at the first interval's start, in the column's unit; quoted" }),
    ),
    negative: Type.Union([Type.Literal("refuse"), Type.Literal("zero"), Type.Literal("missing")], {
      default: "refuse",
      description: "what an interval below 0 is: an error, 0, or no reading",
    }),
    role: Type.Optional(Type.Union([Type.Literal("consumption"), Type.Literal("generation")])),
    member: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    rated_kw: Type.Optional(
      Type.Union([
        Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }),
        Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 })),
      ]),
    ),
  },
  closed,
);

export const CsvLongSchema = Type.Object(
  {
    id: Label,
    kind: Type.Optional(Label),
    value: Label,
  },
  closed,
);

/** The part of a replay map that says how to read the file. */
export const csvMapProperties = {
  time: CsvTimeSchema,
  delimiter: Type.Optional(
    Type.Union([Type.Literal(","), Type.Literal(";"), Type.Literal("tab"), Type.Literal("|")], {
      description: "found from the header when left out",
    }),
  ),
  decimal: Type.Union([Type.Literal("."), Type.Literal(",")], { default: "." }),
  comment: Type.String({ default: "#", maxLength: 4, description: 'lines that begin so are left out; "" for none' }),
  encoding: Type.Union([Type.Literal("utf-8"), Type.Literal("windows-1252"), Type.Literal("utf-16le")], {
    default: "utf-8",
  }),
  header: Type.Optional(
    Type.Array(Label, { minItems: 1, description: "names of the columns, for a file without a header row" }),
  ),
  no_reading: Type.Array(Type.String({ maxLength: 40 }), {
    default: [],
    description: "further words that stand for no reading; empty, -, NaN and null always do",
  }),
  bad_rows: Type.Union([Type.Literal("refuse"), Type.Literal("skip")], { default: "refuse" }),
  long: Type.Optional(CsvLongSchema),
  columns: Type.Array(CsvColumnSchema, { minItems: 1 }),
};

export const CsvMapSchema = Type.Object(csvMapProperties, closed);

export type CsvMap = Static<typeof CsvMapSchema>;
export type CsvColumn = Static<typeof CsvColumnSchema>;
export type CsvTime = Static<typeof CsvTimeSchema>;
export type CsvUnit = Static<typeof Unit>;

/** Why a row, or the header, cannot be taken: what is wrong, without a full stop, and one imperative sentence. */
export interface CsvProblem {
  readonly message: string;
  readonly remedy: string;
}

export function isCsvProblem(value: object | null): value is CsvProblem {
  return value !== null && "remedy" in value;
}
