import { expect, test } from "vitest";
import { plain } from "../../../hub/decode/dialects/plain.ts";
import { converse } from "./conversation.ts";

const fields = {
  Import: { series: "active_energy_import", unit: "kWh" },
  "l1/Power": { series: "active_power/l1", unit: "W" },
  value: { series: "temperature", unit: "°C" },
  wrong: { series: "voltage", unit: "kWh" },
};
const mbmd = { topic: "/mbmd/sdm630-1", fields };

test.each([
  ["a register", "/mbmd/sdm630-1/Import", "1.001", [["active_energy_import", 1001]]],
  ["deeper, signed", "/mbmd/sdm630-1/l1/Power", "-12.5\n", [["active_power/l1", -12.5]]],
  ["on the topic itself", "/mbmd/sdm630-1", "21.5", [["temperature", 21.5]]],
  ["NaN", "/mbmd/sdm630-1/Import", "nan", [["active_energy_import", "not_available"]]],
  ["empty", "/mbmd/sdm630-1/Import", "", [["active_energy_import", "not_available"]]],
  ["unnamed", "/mbmd/sdm630-1/Export", "5", []],
  ["inherited name", "/mbmd/sdm630-1/constructor", "5", []],
  ["another device's", "/mbmd/sdm630-10/Import", "5", []],
])("%s", (_name, topic, payload, readings) => {
  expect(converse(plain, mbmd).readings(topic, payload)).toEqual(readings);
});

test.each([
  ["Import", "12 kWh", "Import is text, not a number"],
  ["Import", '{"value":1}', "Import is text, not a number"],
  ["wrong", "1", 'wrong: unit "kWh" is foreign to voltage: use V or mV or kV'],
])("%s %s", (name, payload, reason) => {
  const decoded = converse(plain, mbmd).hear(`/mbmd/sdm630-1/${name}`, payload);
  expect(decoded).toEqual({ readings: [], refusals: [{ reason }], memory: undefined });
});

test("a payload that no meter sends", () => {
  expect(converse(plain, mbmd).refusals("/mbmd/sdm630-1/Import", "1".repeat(300_000))).toEqual([
    "more than 262144 bytes",
  ]);
});
