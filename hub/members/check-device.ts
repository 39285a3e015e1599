import { placesOf } from "../decode/unit-words.ts";
import { remedyForUnknown } from "../nearest-word.ts";
import { quantities } from "../quantity.ts";
import { parseSeriesKey } from "../reading.ts";
import { isTimeZone } from "../time-zone.ts";
import type { Device, DialectTopic, ModbusAddress } from "./device.ts";

/** What is wrong with a device document, where, and what to do about it. */
export interface DeviceProblem {
  /** From the document's root, such as ["modbus", "host"]. */
  readonly path: readonly (string | number)[];
  /** Without a full stop. */
  readonly message: string;
  /** What to do next, one imperative sentence. */
  readonly remedy: string;
}

/** What this hub knows how to read. */
export interface KnownKinds {
  readonly profiles: readonly string[];
  readonly dialects: readonly string[];
}

/**
 * What the schema cannot see of a device document: one way to reach it, a kind that exists, fields that mean something.
 * Pure.
 * @returns every problem; an empty list for a document that can work
 */
export function checkDevice({ id, profile, modbus, mqtt }: Device, known: KnownKinds): readonly DeviceProblem[] {
  if (modbus === undefined && mqtt === undefined) {
    const message = `device ${id} says neither where it is on Modbus nor how it speaks MQTT`;
    return [{ path: [], message, remedy: "Add modbus: {host: ...}, modbus: {serial: ...} or mqtt: {dialect: ...}." }];
  }
  if (modbus !== undefined && mqtt !== undefined) {
    const message = `device ${id} is said to speak Modbus and MQTT, and its readings would be counted twice`;
    return [{ path: ["mqtt"], message, remedy: "Keep one of the two, or give each a device id of its own." }];
  }
  if (modbus === undefined) return mqtt === undefined ? [] : checkTopic(id, mqtt, known.dialects);
  return [...checkProfile(id, profile, known.profiles), ...checkAddress(id, modbus)];
}

/** All devices of one list, each by itself and each id once. Pure. */
export function checkDevices(devices: readonly Device[], known: KnownKinds): readonly DeviceProblem[] {
  return devices.flatMap((device, index) => {
    const isRepeated = devices.findIndex(({ id }) => id === device.id) < index;
    const message = `the device ${device.id} is described twice`;
    return [
      ...(isRepeated ? [{ path: [index, "id"], message, remedy: "Give each device an id of its own." }] : []),
      ...checkDevice(device, known).map((problem) => ({ ...problem, path: [index, ...problem.path] })),
    ];
  });
}

function checkProfile(id: string, profile: string | undefined, names: readonly string[]): readonly DeviceProblem[] {
  if (profile === undefined) {
    const remedy = "Add profile, such as sunspec; millrace device profiles lists them all.";
    return [{ path: ["profile"], message: `device ${id} speaks Modbus and does not say what it is`, remedy }];
  }
  if (names.includes(profile)) return [];
  const message = `there is no profile "${profile}" for device ${id}`;
  return [{ path: ["profile"], message, remedy: remedyForUnknown(profile, names) }];
}

function checkAddress(id: string, { host, serial, ...line }: ModbusAddress): readonly DeviceProblem[] {
  if ((host === undefined) === (serial === undefined)) {
    const message = `device ${id} needs one place on Modbus, found ${host === undefined ? "none" : "two"}`;
    return [{ path: ["modbus"], message, remedy: "Write either host (a network address) or serial (a serial port)." }];
  }
  const foreign = host === undefined ? (["port", "framing"] as const) : (["baud", "parity", "stop_bits"] as const);
  const place = host === undefined ? "a serial port" : "a network address";
  return foreign
    .filter((key) => line[key] !== undefined)
    .map((key) => ({
      path: ["modbus", key],
      message: `modbus.${key} of device ${id} means nothing at ${place}`,
      remedy: `Remove ${key}.`,
    }));
}

function checkTopic(
  id: string,
  { dialect, topic, time_zone, fields = {} }: DialectTopic,
  names: readonly string[],
): readonly DeviceProblem[] {
  const problems: DeviceProblem[] = [];
  if (!names.includes(dialect)) {
    const message = `there is no dialect "${dialect}" for device ${id}`;
    problems.push({ path: ["mqtt", "dialect"], message, remedy: remedyForUnknown(dialect, names) });
  }
  if (topic.startsWith("$") || topic.startsWith("readings/") || topic.startsWith("commands/")) {
    const message = `the topic ${topic} of device ${id} is the hub's own`;
    problems.push({ path: ["mqtt", "topic"], message, remedy: "Name the topic the device publishes on by itself." });
  }
  if (time_zone !== undefined && !isTimeZone(time_zone)) {
    const message = `there is no time zone "${time_zone}" for device ${id}`;
    problems.push({ path: ["mqtt", "time_zone"], message, remedy: "Write an IANA zone such as Europe/Vienna." });
  }
  for (const [name, { series, unit }] of Object.entries(fields)) {
    const quantity = parseSeriesKey(`${id}/${series}`)?.quantity;
    const path = ["mqtt", "fields", name];
    if (quantity === undefined) {
      const message = `field ${name} of device ${id} means "${series}", which is not [channel/]quantity[/l1|l2|l3|t1|t2]`;
      problems.push({
        path: [...path, "series"],
        message,
        remedy: `Use one of ${Object.keys(quantities).join(", ")}.`,
      });
    } else if (placesOf(quantity, unit) === undefined) {
      const message = `the unit "${unit}" of field ${name} of device ${id} is foreign to ${quantity}`;
      problems.push({ path: [...path, "unit"], message, remedy: `Write the unit as in ${quantities[quantity]}.` });
    }
  }
  return problems;
}
