import type { org } from "sparkplug-payload/lib/sparkplugPayloadProto.js";

type Payload = org.eclipse.tahu.protobuf.IPayload;
type Metric = org.eclipse.tahu.protobuf.Payload.IMetric;
type Long = Exclude<Metric["timestamp"], number | null | undefined>;

/** Codes of the data types that need care, as Sparkplug 3.0 lists them. */
const INT8 = 1;
const INT16 = 2;
const INT32 = 3;
const INT64 = 4;
const BOOLEAN = 11;
/** Properties in which programs say the unit of a metric; the first is Ignition's. */
const UNIT_PROPERTIES = ["engUnit", "Engineering Units", "unit", "units"];

/** A metric as it stands in one message; after the birth most of it is left out. */
export interface SparkplugMetric {
  readonly name: string | undefined;
  /** As text, so that all 64 bits of it count. */
  readonly alias: string | undefined;
  /** Code of the data type; births say it. */
  readonly type: number | undefined;
  readonly stampMs: number | undefined;
  readonly isHistorical: boolean;
  /** Undefined where the metric says neither a value nor that it has none. Whole numbers are still without sign. */
  readonly value: RawValue | null | undefined;
  readonly unit: string | undefined;
}

export type RawValue =
  | { readonly kind: "whole"; readonly value: number | Long }
  | { readonly kind: "other"; readonly value: unknown };

export interface SparkplugPayload {
  readonly stampMs: number | undefined;
  readonly seq: number | undefined;
  readonly metrics: readonly SparkplugMetric[];
}

interface Codec {
  readonly Payload: typeof org.eclipse.tahu.protobuf.Payload;
}

/** The generated codec, once it is there. It is always the same, so that decoding stays a function of its arguments. */
const loaded: { codec?: Codec } = {};

/** Load the codec: 7 MB and some 15 ms, which only hubs with a Sparkplug device pay. */
export async function loadSparkplugCodec(): Promise<void> {
  const module = await import("sparkplug-payload/lib/sparkplugPayloadProto.js");
  loaded.codec = module.default.org.eclipse.tahu.protobuf;
}

/**
 * A Sparkplug B payload, or why there is none. The package's own reader of payloads is passed by: it turns a metric
 * without a data type into null and a whole number in the field it does not expect into 0.
 */
export function readSparkplugPayload(bytes: Uint8Array): SparkplugPayload | { readonly reason: string } {
  if (loaded.codec === undefined) return { reason: "Sparkplug is not loaded yet" };
  let payload: Payload;
  try {
    payload = loaded.codec.Payload.decode(bytes);
  } catch {
    // A protobuf reader throws for anything that is not its message.
    return { reason: "not a Sparkplug B payload" };
  }
  const { timestamp, seq, metrics } = payload;
  return {
    stampMs: numberIn(payload, "timestamp", timestamp),
    seq: numberIn(payload, "seq", seq),
    metrics: (metrics ?? []).map(metricOf),
  };
}

/**
 * The command with which a host asks an edge node for its births (Sparkplug 3.0, "Node Control/Rebirth").
 * @param atMs when it is sent, ms since 1970
 * @throws Error before any payload was read: there is nothing to ask about then
 */
export function rebirthCommand(atMs: number): Uint8Array {
  if (loaded.codec === undefined) throw new Error("a rebirth is asked for before any payload was read");
  const rebirth = { name: "Node Control/Rebirth", timestamp: atMs, datatype: BOOLEAN, booleanValue: true };
  return loaded.codec.Payload.encode({ timestamp: atMs, metrics: [rebirth] }).finish();
}

/**
 * A value as a number where its type makes one. Negative whole numbers travel as two's complement of their width; how
 * wide, only the type tells.
 * @param type code of the data type, from the message or from the birth
 */
export function valueOfType(raw: RawValue, type: number | undefined): unknown {
  if (raw.kind === "other") return Number.isNaN(raw.value) ? null : raw.value;
  const { value } = raw;
  if (typeof value !== "number") return numberOfLong(type === INT64 ? value.toSigned() : value);
  if (type === INT8) return (value << 24) >> 24;
  if (type === INT16) return (value << 16) >> 16;
  return type === INT32 ? value | 0 : value;
}

function metricOf(metric: Metric): SparkplugMetric {
  return {
    name: Object.hasOwn(metric, "name") ? (metric.name ?? undefined) : undefined,
    alias: Object.hasOwn(metric, "alias") ? String(metric.alias) : undefined,
    type: Object.hasOwn(metric, "datatype") ? (metric.datatype ?? undefined) : undefined,
    stampMs: numberIn(metric, "timestamp", metric.timestamp),
    isHistorical: metric.isHistorical === true,
    value: rawValueOf(metric),
    unit: unitOf(metric),
  };
}

function rawValueOf(metric: Metric): RawValue | null | undefined {
  if (metric.isNull === true) return null;
  // What a message leaves out stands in its prototype as 0: only what is its own was sent.
  if (Object.hasOwn(metric, "intValue")) return { kind: "whole", value: metric.intValue ?? 0 };
  if (Object.hasOwn(metric, "longValue")) return { kind: "whole", value: metric.longValue ?? 0 };
  if (Object.hasOwn(metric, "floatValue")) return { kind: "other", value: metric.floatValue };
  if (Object.hasOwn(metric, "doubleValue")) return { kind: "other", value: metric.doubleValue };
  if (Object.hasOwn(metric, "booleanValue")) return { kind: "other", value: metric.booleanValue };
  if (Object.hasOwn(metric, "stringValue")) return { kind: "other", value: metric.stringValue };
  const isOther = ["bytesValue", "datasetValue", "templateValue", "extensionValue"].some((each) =>
    Object.hasOwn(metric, each),
  );
  return isOther ? { kind: "other", value: {} } : undefined;
}

function unitOf({ properties }: Metric): string | undefined {
  const { keys, values } = properties ?? {};
  for (const name of UNIT_PROPERTIES) {
    const unit = values?.[keys?.indexOf(name) ?? -1]?.stringValue;
    if (typeof unit === "string" && unit.trim() !== "") return unit.trim();
  }
  return undefined;
}

function numberIn(message: object, field: string, value: number | Long | null | undefined): number | undefined {
  if (!Object.hasOwn(message, field) || value === null || value === undefined) return undefined;
  return typeof value === "number" ? value : numberOfLong(value);
}

function numberOfLong(value: Long): number {
  return value.toNumber();
}
