import { stampReading } from "../device-stamp.ts";
import {
  type DecodedMessage,
  type DialectDevice,
  type DialectMessage,
  defineDialect,
  type Request,
} from "./dialect.ts";
import { isJsonObject, type JsonObject, parseObject, propertyOf, valueAtPath } from "./payload-json.ts";
import { readNumber } from "./payload-number.ts";
import { type Gathering, gatherReadings } from "./reading-maker.ts";
import {
  type ComponentKey,
  type ComponentName,
  componentNames,
  kindsWithAenergy,
  readComponentKey,
  seriesOfComponent,
} from "./shelly-components.ts";
import { type ReturnedEnergy, readSwitchEnergy } from "./shelly-energy.ts";
import { fillGap, LONGEST_WITHOUT_GAP_MS, openGap, type RecordGap, type RegisterState } from "./shelly-records.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

/** What is remembered of a device between messages, by component such as `switch:0`. */
interface ShellyMemory {
  readonly returned: ReadonlyMap<string, ReturnedEnergy>;
  readonly registers: ReadonlyMap<string, RegisterState>;
  readonly gaps: ReadonlyMap<string, RecordGap>;
  /** When the whole status was asked for last, ms since 1970. */
  readonly askedAt: number | undefined;
}

/** A component's status on its way into readings. */
interface ComponentStatus {
  readonly name: string;
  readonly key: ComponentKey;
  readonly status: JsonObject;
  /** The whole status, or only what changed of it. */
  readonly isFull: boolean;
}

const NOTHING_KNOWN: ShellyMemory = { returned: new Map(), registers: new Map(), gaps: new Map(), askedAt: undefined };
/** A device that does not answer is asked again no sooner than this. */
const ASK_AGAIN_MS = 60_000;
/** Ids of our requests: an answer says nothing but the id of what it answers. Components are added to these. */
const STATUS_REQUEST = 1;
const recordRequests = { emdata: 1_000, em1data: 2_000 } as const;
const MOST_COMPONENTS = 100;
/** Parts of a device that listen to commands of their own. */
const ACTORS = ["switch:0", "switch:1", "switch:2", "switch:3", "cover:0", "light:0"];

/**
 * Shelly devices since the second generation. `status/COMPONENT` carries a component's whole status, `events/rpc` carries
 * notifications with a stamp and only what changed, and answers to the hub's own questions come on `hub/rpc`.
 */
export const shelly = defineDialect<ShellyMemory>({
  name: "shelly",
  title: "Shelly Plus, Pro, Gen3, Gen4",
  source: "Shelly Gen2 API documentation: Notifications, RPC channels, Switch, PM1, EM, EM1, EMData, EM1Data",
  topicHint: "the MQTT prefix of the device, as in shellypro3em-08f9e0e5c790",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`],
  chatter: ["shellies/announce"],
  commandsOf: (topic) => {
    const base = trimTopic(topic);
    const actors = ACTORS.map((actor) => `${base}/command/${actor}`);
    return [`${base}/rpc`, "shellies/command", `${base}/command`, `${base}/command/#`, ...actors];
  },
  decode: (device, message, memory) => decodeShelly(device, message, memory ?? NOTHING_KNOWN),
});

function decodeShelly(
  device: DialectDevice,
  message: DialectMessage,
  memory: ShellyMemory,
): DecodedMessage<ShellyMemory> {
  const tail = topicTail(message.topic, trimTopic(device.topic)) ?? "";
  const component = tail.startsWith("status/") ? tail.slice("status/".length) : "";
  const isStatus = readComponentKey(component) !== undefined;
  if (!isStatus && tail !== "events/rpc" && tail !== "hub/rpc") return { readings: [], refusals: [], memory };
  const parsed = parseObject(message.payload);
  if ("reason" in parsed) return { readings: [], refusals: [{ reason: parsed.reason }], memory };
  const { object } = parsed;
  if (isStatus) return takeComponents(device, message, memory, { components: { [component]: object }, isFull: true });
  return tail === "events/rpc"
    ? decodeNotification(device, message, memory, object)
    : decodeAnswer(device, message, memory, object);
}

function decodeNotification(
  device: DialectDevice,
  message: DialectMessage,
  memory: ShellyMemory,
  { method, params }: JsonObject,
): DecodedMessage<ShellyMemory> {
  const isFull = method === "NotifyFullStatus";
  if ((method !== "NotifyStatus" && !isFull) || params === undefined) return { readings: [], refusals: [], memory };
  if (!isJsonObject(params)) return { readings: [], refusals: [{ reason: "params is not an object" }], memory };
  return takeComponents(device, message, memory, { components: params, isFull, stampS: params.ts });
}

function decodeAnswer(
  device: DialectDevice,
  message: DialectMessage,
  memory: ShellyMemory,
  { id, result }: JsonObject,
): DecodedMessage<ShellyMemory> {
  if (id === STATUS_REQUEST && isJsonObject(result)) {
    const stampS = valueAtPath(result, "sys.unixtime");
    return takeComponents(device, message, memory, { components: result, isFull: true, stampS });
  }
  const component = [...memory.gaps.keys()].find((name) => recordRequestOf(name) === id);
  const gap = component === undefined ? undefined : memory.gaps.get(component);
  const key = component === undefined ? undefined : readComponentKey(component);
  if (component === undefined || gap === undefined || key === undefined) return { readings: [], refusals: [], memory };
  return takeRecords(device, message, memory, { component, key, gap, result });
}

/** Turn the device's stored minutes into the registers that were not heard. */
function takeRecords(
  device: DialectDevice,
  message: DialectMessage,
  memory: ShellyMemory,
  { component, key, gap, result }: { component: string; key: ComponentKey; gap: RecordGap; result: unknown },
): DecodedMessage<ShellyMemory> {
  const gathering = gatherReadings(device, message);
  const filled = result === undefined ? undefined : fillGap(gap, result);
  if (typeof filled === "string") gathering.refuse(`${component}: ${filled}`);
  const found = typeof filled === "object" ? filled : undefined;
  for (const { path, at, value } of found?.registers ?? []) {
    const name = componentNames.get(key.kind)?.find((known) => known.path === path);
    if (name !== undefined) takeNumber(`${component}.${path}`, name, key.channel, value, gathering, at);
  }
  const gaps = new Map(memory.gaps);
  if (found?.rest === undefined) gaps.delete(component);
  else gaps.set(component, found.rest);
  const requests = found?.rest === undefined ? undefined : [requestRecords(device, component, found.rest)];
  return gathering.decoded({ ...memory, gaps }, requests);
}

function takeComponents(
  device: DialectDevice,
  message: DialectMessage,
  memory: ShellyMemory,
  told: { readonly components: JsonObject; readonly isFull: boolean; readonly stampS?: unknown },
): DecodedMessage<ShellyMemory> {
  const seconds = told.stampS === undefined ? null : readNumber(told.stampS);
  const stampMs = typeof seconds === "number" ? seconds * 1000 : undefined;
  const gathering = gatherReadings(device, message, stampMs);
  const { at } = stampReading(stampMs, message.arrival);
  const learned = {
    returned: new Map(memory.returned),
    registers: new Map(memory.registers),
    gaps: new Map(memory.gaps),
  };
  const requests: Request[] = [];
  let isHalf = false;
  for (const [name, status] of Object.entries(told.components).slice(0, MOST_COMPONENTS)) {
    const key = readComponentKey(name);
    if (key === undefined || status === null) continue;
    if (!isJsonObject(status)) {
      gathering.refuse(`${name} is not an object`);
      continue;
    }
    const component = { name, key, status, isFull: told.isFull };
    takeStatus(component, gathering);
    isHalf = takeEnergy(component, learned.returned, gathering) || isHalf;
    const gap = learnRegisters(component, at, learned);
    if (gap !== undefined) requests.push(requestRecords(device, name, gap));
  }
  gathering.takeFields(told.components);
  const { askedAt } = memory;
  const mayAsk = askedAt === undefined || Math.abs(message.arrival.at - askedAt) >= ASK_AGAIN_MS;
  if (isHalf && mayAsk) requests.push(request(device, STATUS_REQUEST, "Shelly.GetStatus"));
  const asked = isHalf && mayAsk ? message.arrival.at : askedAt;
  return gathering.decoded({ ...learned, askedAt: asked }, requests.length > 0 ? requests : undefined);
}

function takeStatus({ name, key, status }: ComponentStatus, gathering: Gathering): void {
  for (const known of componentNames.get(key.kind) ?? []) {
    const value = valueAtPath(status, known.path);
    const said = value !== undefined && isFaulty(status, known) ? null : value;
    takeNumber(`${name}.${known.path}`, known, key.channel, said, gathering);
  }
}

/** A meter that failed, or a number that is out of range, has no value, whatever stands there. */
function isFaulty(status: JsonObject, { errors, fault }: ComponentName): boolean {
  const words = [propertyOf(status, errors), errors === "" ? undefined : propertyOf(status, "errors")].flat();
  return words.includes("power_meter_failure") || (fault !== undefined && words.includes(`out_of_range:${fault}`));
}

/** Returns whether half of what is needed is not known. */
function takeEnergy(component: ComponentStatus, returned: Map<string, ReturnedEnergy>, gathering: Gathering): boolean {
  const { name, key, status, isFull } = component;
  if (!kindsWithAenergy.has(key.kind)) return false;
  const energy = readSwitchEnergy(status, { isFull, known: returned.get(name) });
  returned.set(name, energy.returned);
  const told = [
    { path: "aenergy.total", quantity: "active_energy_import", value: energy.imported },
    { path: "ret_aenergy.total", quantity: "active_energy_export", value: energy.exported },
  ] as const;
  for (const { path, quantity, value } of told) {
    const series = seriesOfComponent(key.channel, quantity);
    gathering.take({ name: `${name}.${path}`, series, unit: "Wh", value });
  }
  return energy.isHalf;
}

/** Remember registers, and find the gap that the device's own records can fill. */
function learnRegisters(
  { name, key, status }: ComponentStatus,
  at: number,
  learned: { readonly registers: Map<string, RegisterState>; readonly gaps: Map<string, RecordGap> },
): RecordGap | undefined {
  if (!Object.hasOwn(recordRequests, key.kind)) return undefined;
  const last = learned.registers.get(name);
  const values = new Map(last?.values);
  for (const { path } of componentNames.get(key.kind) ?? []) {
    const value = valueAtPath(status, path);
    if (typeof value === "number" && Number.isFinite(value)) values.set(path, value);
  }
  const state = { at, values };
  if (last === undefined || at > last.at) learned.registers.set(name, state);
  if (last === undefined || last.values.size === 0 || at - last.at <= LONGEST_WITHOUT_GAP_MS) return undefined;
  const open = learned.gaps.get(name);
  const gap = open === undefined ? openGap(last, state) : { ...open, after: state };
  learned.gaps.set(name, gap);
  return gap;
}

function takeNumber(
  name: string,
  { quantity, part, unit }: ComponentName,
  channel: string | undefined,
  value: unknown,
  gathering: Gathering,
  stampMs?: number,
): void {
  gathering.take({ name, series: seriesOfComponent(channel, quantity, part), unit, value, stampMs });
}

function recordRequestOf(component: string): number | undefined {
  const key = readComponentKey(component);
  if (key?.kind === "emdata" || key?.kind === "em1data") return recordRequests[key.kind] + key.id;
  return undefined;
}

function requestRecords(device: DialectDevice, component: string, gap: RecordGap): Request {
  const key = readComponentKey(component);
  const method = key?.kind === "em1data" ? "EM1Data.GetData" : "EMData.GetData";
  const params = { id: key?.id ?? 0, ts: gap.nextS, end_ts: Math.floor(gap.after.at / 1000) };
  return request(device, recordRequestOf(component) ?? 0, method, params);
}

/** The device answers on `src` + "/rpc": below its own topic, so that it may publish there. */
function request(device: DialectDevice, id: number, method: string, params?: object): Request {
  const base = trimTopic(device.topic);
  return { topic: `${base}/rpc`, payload: JSON.stringify({ id, src: `${base}/hub`, method, params }) };
}
