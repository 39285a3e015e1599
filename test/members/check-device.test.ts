import { expect, test } from "vitest";
import { checkDevice } from "../../hub/members/check-device.ts";
import type { Device } from "../../hub/members/device.ts";

const known = { profiles: ["eastron-sdm630", "sunspec"], dialects: ["tasmota", "plain"] };
const sound: readonly Device[] = [
  { id: "a", profile: "sunspec", modbus: { host: "192.168.1.20" } },
  { id: "b", profile: "eastron-sdm630", modbus: { serial: "/dev/ttyUSB0", baud: 9600, parity: "none", unit: 3 } },
  { id: "c", mqtt: { dialect: "tasmota", topic: "plug", time_zone: "Europe/Vienna" } },
  { id: "d", mqtt: { dialect: "plain", topic: "x", fields: { p: { series: "active_power/l1", unit: "kW" } } } },
];

test("sound documents have no problem", () => {
  expect(sound.flatMap((device) => checkDevice(device, known))).toEqual([]);
});

const plain = (fields: NonNullable<Device["mqtt"]>["fields"]): Device => ({
  id: "d",
  mqtt: { dialect: "plain", topic: "x", ...(fields && { fields }) },
});

test.each<[string, Device, readonly (string | number)[], RegExp, RegExp]>([
  ["no way to reach it", { id: "a" }, [], /neither/, /modbus: \{host/],
  [
    "two ways",
    { id: "a", profile: "sunspec", modbus: { host: "h" }, mqtt: { dialect: "tasmota", topic: "t" } },
    ["mqtt"],
    /counted twice/,
    /one of the two/,
  ],
  ["no profile", { id: "a", modbus: { host: "h" } }, ["profile"], /does not say what it is/, /device profiles/],
  [
    "a profile mistyped",
    { id: "a", profile: "eastron-sdm360", modbus: { host: "h" } },
    ["profile"],
    /no profile "eastron-sdm360"/,
    /eastron-sdm630/,
  ],
  ["no place", { id: "a", profile: "sunspec", modbus: {} }, ["modbus"], /found none/, /host/],
  ["two places", { id: "a", profile: "sunspec", modbus: { host: "h", serial: "/dev/x" } }, ["modbus"], /two/, /host/],
  [
    "a baud rate on a network",
    { id: "a", profile: "sunspec", modbus: { host: "h", baud: 9600 } },
    ["modbus", "baud"],
    /means nothing/,
    /Remove baud/,
  ],
  [
    "a port on a serial line",
    { id: "a", profile: "sunspec", modbus: { serial: "/dev/x", port: 502 } },
    ["modbus", "port"],
    /means nothing/,
    /Remove port/,
  ],
  [
    "a dialect mistyped",
    { id: "a", mqtt: { dialect: "tasmotta", topic: "t" } },
    ["mqtt", "dialect"],
    /no dialect/,
    /tasmota/,
  ],
  [
    "the hub's own topic",
    { id: "a", mqtt: { dialect: "tasmota", topic: "readings/b" } },
    ["mqtt", "topic"],
    /the hub's own/,
    /Name the topic/,
  ],
  [
    "a zone that is none",
    { id: "a", mqtt: { dialect: "tasmota", topic: "t", time_zone: "Europe/Wien" } },
    ["mqtt", "time_zone"],
    /no time zone/,
    /IANA/,
  ],
  [
    "a field of no quantity",
    plain({ p: { series: "power", unit: "W" } }),
    ["mqtt", "fields", "p", "series"],
    /which is not/,
    /active_power/,
  ],
  [
    "a field of a foreign unit",
    plain({ p: { series: "active_power", unit: "kWh" } }),
    ["mqtt", "fields", "p", "unit"],
    /foreign to active_power/,
    /W/,
  ],
])("%s", (_name, device, path, message, remedy) => {
  const problems = checkDevice(device, known);
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]?.message).toMatch(message);
  expect(problems[0]?.remedy).toMatch(remedy);
});
