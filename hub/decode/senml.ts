import { parseSeriesKey, type Reading, type SeriesKey, seriesParts } from "../reading.ts";
import { EpochMs, shiftDecimal } from "../units.ts";
import { type ArrivalStamp, EARLIEST_STAMP, type HubClock, LATEST_AHEAD_MS, stampReading } from "./device-stamp.ts";
import { ownSenmlUnit, senmlUnits } from "./senml-units.ts";

/** A record that could not be taken, with the reason in words. `record` is what to keep: a pack of that record alone, or all that arrived. */
export interface SenmlRefusal {
  readonly reason: string;
  readonly record: string;
}

export interface DecodedPack {
  readonly readings: readonly Reading[];
  readonly refusals: readonly SenmlRefusal[];
}

/** Most records in one pack; a year of quarter-hours of one day's series fits many times over. */
export const MAX_RECORDS = 20_000;
/** RFC 8428 section 4.5.3: smaller resolved times are relative to now. */
const RELATIVE_BELOW_S = 2 ** 28;
/** How old a buffered reading may be when the hub cannot tell what year it is: a year. */
const LONGEST_BUFFERED_MS = 31_622_400_000;
/** RFC 8428 section 4.4: the version this decoder speaks. */
const SENML_VERSION = 10;

const KNOWN_FIELDS = new Set(["bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut"]);

/**
 * Decode one SenML JSON pack (RFC 8428) that arrived for a device. Pure.
 * Faults of form refuse the whole pack; a record with a foreign name, unit or value is refused alone and the others stand.
 * @param device    the device the topic speaks of; names are relative to it
 * @param text      the payload as text
 * @param arrivedAt the stamp of records without one, and of those whose own stamp is not plausible
 * @param hubClock  a clock in doubt judges no device: its stamps are taken as they are when they are of this century
 * @returns         readings in our units; `v: null` is "not available", never 0
 */
export function decodeSenml(
  device: string,
  text: string,
  arrivedAt: EpochMs,
  hubClock: HubClock = "known_good",
): DecodedPack {
  const arrival = { at: arrivedAt, hubClock };
  const pack = parsePack(text);
  if (typeof pack === "string") return { readings: [], refusals: [{ reason: pack, record: text }] };
  const readings: Reading[] = [];
  const refusals: SenmlRefusal[] = [];
  const base: Base = { name: "", time: 0, unit: undefined, value: 0, stamped: false };
  for (const record of pack) {
    const fault = updateBase(base, record);
    if (fault !== undefined) return { readings: [], refusals: [{ reason: fault, record: text }] };
    if (isBaseOnly(record)) continue;
    const reading = toReading(device, base, record, arrival);
    if (typeof reading === "string") refusals.push({ reason: reading, record: standAlone(base, record) });
    else readings.push(reading);
  }
  return { readings, refusals };
}

/** Readings of one device as a SenML pack, in our own units, stamped in seconds since 1970. */
export function encodeSenml(
  device: string,
  readings: readonly { readonly series: SeriesKey; readonly at: EpochMs; readonly value: number }[],
): string {
  const records = readings.map(({ series, at, value }) => ({
    n: series.slice(device.length + 1),
    u: ownSenmlUnit(seriesParts(series).quantity),
    t: at / 1000,
    v: value,
  }));
  return JSON.stringify(records.map((record, index) => (index === 0 ? { bn: `${device}/`, ...record } : record)));
}

type SenmlRecord = Readonly<Record<string, unknown>>;

interface Base {
  name: string;
  time: number;
  unit: string | undefined;
  value: number;
  stamped: boolean;
}

function parsePack(text: string): readonly SenmlRecord[] | string {
  if (text.trim() === "") return "empty payload";
  let pack: unknown;
  try {
    pack = JSON.parse(text);
  } catch {
    return "not JSON";
  }
  if (!Array.isArray(pack)) return "not a SenML pack: the outermost value must be a list";
  if (pack.length === 0) return "empty SenML pack";
  if (pack.length > MAX_RECORDS) return `more than ${MAX_RECORDS} records in one pack`;
  if (!pack.every((record) => typeof record === "object" && record !== null && !Array.isArray(record))) {
    return "not a SenML pack: every record must be an object";
  }
  return pack;
}

/** Base fields hold for their own record and all later ones (RFC 8428 section 4.1). Returns what is wrong with the form. */
function updateBase(base: Base, record: SenmlRecord): string | undefined {
  for (const field of Object.keys(record)) {
    if (field.endsWith("_") && !KNOWN_FIELDS.has(field)) return `field "${field}" must be understood and is not`;
  }
  const { bn, bt, bu, bv, bs, bver, n, u, t } = record;
  if (bver !== undefined && !(typeof bver === "number" && bver <= SENML_VERSION))
    return `SenML version ${bver} is not known`;
  if (bs !== undefined) return "base sums (bs) are not supported";
  for (const [field, value] of Object.entries({ bn, bu, n, u })) {
    if (value !== undefined && typeof value !== "string") return `field "${field}" must be text`;
  }
  for (const [field, value] of Object.entries({ bt, bv, t })) {
    if (value !== undefined && !Number.isFinite(value)) return `field "${field}" must be a number`;
  }
  if (typeof bn === "string") base.name = bn;
  if (typeof bt === "number") {
    base.time = bt;
    base.stamped = true;
  }
  if (typeof bu === "string") base.unit = bu;
  if (typeof bv === "number") base.value = bv;
  return undefined;
}

function isBaseOnly(record: SenmlRecord): boolean {
  return ["n", "u", "v", "vs", "vb", "vd", "s", "t"].every((field) => !(field in record));
}

/** One record as a pack of its own, with what it had from the base, so that it can be decoded again by itself. */
function standAlone(base: Base, record: SenmlRecord): string {
  const { n, u, t, bn: _bn, bt: _bt, bu: _bu, bv: _bv, bver: _bver, ...rest } = record;
  const name = `${base.name}${n ?? ""}`;
  const unit = u ?? base.unit;
  const seconds = t === undefined && !base.stamped ? undefined : base.time + Number(t ?? 0);
  const known = { n: name, ...(unit !== undefined && { u: unit }), ...(seconds !== undefined && { t: seconds }) };
  return JSON.stringify([{ ...(base.value !== 0 && { bv: base.value }), ...known, ...rest }]);
}

function toReading(device: string, base: Base, record: SenmlRecord, arrival: ArrivalStamp): Reading | string {
  const series = seriesOf(device, `${base.name}${(record.n as string | undefined) ?? ""}`);
  if (series === undefined) {
    return `name "${base.name}${record.n ?? ""}" is not [channel/]quantity[/l1|l2|l3|t1|t2] of ${device}`;
  }
  const { quantity } = seriesParts(series);
  const unit = (record.u as string | undefined) ?? base.unit;
  if (unit === undefined) return `no unit for ${series}`;
  const places = Object.hasOwn(senmlUnits[quantity], unit) ? senmlUnits[quantity][unit] : undefined;
  if (places === undefined)
    return `unit "${unit}" is foreign to ${quantity}: use ${Object.keys(senmlUnits[quantity]).join(" or ")}`;
  const stamp = stampOf(base, record.t as number | undefined, arrival);
  const { v } = record;
  if (v === null) return { series, ...stamp, outcome: "not_available", value: null };
  if (typeof v !== "number") return `no number for ${series}`;
  const value = base.value === 0 ? v : base.value + v;
  // A value of 1e308 kWh shifts past the largest float: it is no reading.
  const shifted = places === 0 ? value : shiftDecimal(value, places);
  if (!Number.isFinite(shifted)) return `value of ${series} is out of range`;
  return { series, ...stamp, outcome: "value", value: shifted === 0 ? 0 : shifted };
}

/** The topic already names the device: a global SenML name such as `urn:dev:mac:...:voltage` keeps only its last word. */
function seriesOf(device: string, name: string): SeriesKey | undefined {
  const local = name.startsWith("urn:") ? name.slice(name.lastIndexOf(":") + 1) : name;
  const key = local.startsWith(`${device}/`) ? local : `${device}/${local}`;
  return parseSeriesKey(key)?.device === device ? (key as SeriesKey) : undefined;
}

function stampOf(base: Base, t: number | undefined, arrival: ArrivalStamp): Pick<Reading, "at" | "stampedBy"> {
  if (t === undefined && !base.stamped) return { at: arrival.at, stampedBy: "arrival" };
  const seconds = base.time + (t ?? 0);
  if (seconds < RELATIVE_BELOW_S) return { at: relativeStamp(seconds * 1000, arrival), stampedBy: "arrival" };
  return stampReading(seconds * 1000, arrival);
}

/** A relative time of decades ago (a device counting from its own start) is no time at all. */
function relativeStamp(byMs: number, { at: arrivedAt, hubClock }: ArrivalStamp): EpochMs {
  const at = Math.round(arrivedAt + byMs);
  const earliest = hubClock === "known_good" ? EARLIEST_STAMP : Math.max(0, arrivedAt - LONGEST_BUFFERED_MS);
  return at < earliest || at > arrivedAt + LATEST_AHEAD_MS ? arrivedAt : EpochMs(at);
}
