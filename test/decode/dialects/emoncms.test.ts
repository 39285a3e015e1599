import { describe, expect, test } from "vitest";
import { emoncms } from "../../../hub/decode/dialects/emoncms.ts";
import { ARRIVED, reasonsOf, startSpeaking, valuesOf } from "./speak.ts";

const fields = {
  "1": { series: "active_power", unit: "W" },
  "3": { series: "voltage", unit: "mV" },
  ct1: { series: "pv/active_power", unit: "kW" },
  heat_pump: { series: "heat/active_power", unit: "W" },
  "deep.inside": { series: "irradiance", unit: "W/m2" },
};
const hear = (tail: string, payload: unknown, own = {}) =>
  startSpeaking(emoncms, { topic: "emon/emontx", fields: own })(`emon/emontx${tail}`, payload);

describe("what a node says", () => {
  test.each([
    ["one name a topic", "/power", "10", {}, { active_power: 10 }],
    ["names that count clamps", "/power2", "-40", {}, { "2/active_power": -40 }],
    ["JSON", "", { power: 10, vrms: 230.1, time: 1_789_999_990, rssi: -40 }, {}, { active_power: 10, voltage: 230.1 }],
    [
      "an emonTx4",
      "",
      { MSG: 7, Vrms: 240.2, P1: 12, E1: 3000, T1: 21.5 },
      {},
      { voltage: 240.2, "1/active_power": 12, "1/active_energy_import": 3000, "1/temperature": 21.5 },
    ],
    ["nested", "", { power: { name: "ct1", value: 10 } }, {}, { active_power: 10 }],
    ["nested, by its own name", "", { power: { name: "ct1", value: 10 } }, fields, { "pv/active_power": 10_000 }],
    ["null is not available", "", { power: null, vrms: "nan" }, {}, { active_power: null, voltage: null }],
    ["by position", "", "10,11,230100", fields, { active_power: 10, voltage: 230.1 }],
    ["a single one by position", "", "10", fields, { active_power: 10 }],
    ["names of the owner", "/heat/pump", "500", fields, { "heat/active_power": 500 }],
    ["JSON below the node", "/heat", { pump: 500 }, fields, { "heat/active_power": 500 }],
    ["deeper", "", { deep: { inside: 800 } }, fields, { irradiance: 800 }],
    ["unknown names", "/pulses", "500", {}, {}],
  ])("%s", (_name, tail, payload, own, values) => {
    const heard = hear(tail, payload, own);
    expect(reasonsOf(heard)).toEqual([]);
    expect(valuesOf(heard)).toEqual(values);
  });

  test.each([
    [
      "positions that nobody named",
      "",
      "10,11,12",
      'values by position mean nothing by themselves: name them "1", "2" ... in fields',
    ],
    ["nothing", "", "", "empty payload"],
    ["too many", "", Array.from({ length: 201 }, () => 1).join(","), "more than 200 values"],
    ["words", "/power", "much", "power is text, not a number"],
    ["an object where a number belongs", "", { power: {} }, "power is an object, not a number"],
  ])("%s: refused", (_name, tail, payload, reason) => {
    expect(reasonsOf(hear(tail, payload))).toEqual([reason]);
  });
});

test("the node's time is the stamp: seconds, or text with an offset", () => {
  const at = (time: unknown) => hear("", { power: 1, time }).readings[0];
  expect(at(ARRIVED / 1000 - 10.5)).toMatchObject({ at: ARRIVED - 10_500, stampedBy: "device" });
  expect(at("2026-09-21T14:13:10Z")).toMatchObject({ at: ARRIVED - 10_000, stampedBy: "device" });
  expect(at("2026-09-21 14:13:10")).toMatchObject({ at: ARRIVED, stampedBy: "arrival" });
  expect(at({})).toMatchObject({ at: ARRIVED, stampedBy: "arrival" });
});
