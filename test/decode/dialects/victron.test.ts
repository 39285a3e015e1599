import { describe, expect, test } from "vitest";
import { victron } from "../../../hub/decode/dialects/victron.ts";
import { reasonsOf, startSpeaking, valuesOf } from "./speak.ts";

const hear = (service: string, path: string, payload: unknown) =>
  startSpeaking(victron, { topic: `N/c0619ab1/${service}` })(`N/c0619ab1/${service}/${path}`, payload);

describe("signs and units by service", () => {
  test.each([
    ["grid/30", "Ac/Power", 936, { active_power: 936 }],
    ["grid/30", "Ac/L2/Power", -40, { "active_power/l2": -40 }],
    ["grid/30", "Ac/Energy/Forward", 1234.567, { active_energy_import: 1_234_567 }],
    ["grid/30", "Ac/L1/Energy/Reverse", 0.5, { "active_energy_export/l1": 500 }],
    ["grid/30", "Ac/L3/Voltage", 231.4, { "voltage/l3": 231.4 }],
    ["grid/30", "Ac/Frequency", 50.01, { frequency: 50.01 }],
    ["pvinverter/20", "Ac/Power", 936, { active_power: -936 }],
    ["pvinverter/20", "Ac/Power", 0, { active_power: 0 }],
    ["pvinverter/20", "Ac/Energy/Forward", 5000.1, { active_energy_export: 5_000_100 }],
    ["pvinverter/20", "Ac/Energy/Reverse", 1, { active_energy_import: 1000 }],
    ["pvinverter/20", "Ac/L1/Current", 4.1, { "current/l1": 4.1 }],
    ["acload/33", "Ac/Power", 12, { active_power: 12 }],
    ["vebus/276", "Ac/ActiveIn/L1/P", 500, { "ac-in/active_power/l1": 500 }],
    ["vebus/276", "Ac/Out/P", 300, { "ac-out/active_power": -300 }],
    ["vebus/276", "Ac/Out/L1/V", 230, { "ac-out/voltage/l1": 230 }],
    ["battery/512", "Dc/0/Power", -120, { active_power: -120 }],
    ["battery/512", "Soc", 81.5, { state_of_charge: 81.5 }],
    ["battery/512", "History/DischargedEnergy", 10.5, { active_energy_export: 10_500 }],
    ["solarcharger/279", "Yield/Power", 210, { active_power: -210 }],
    ["solarcharger/279", "Yield/System", 12.3, { active_energy_export: 12_300 }],
    ["system/0", "Ac/Consumption/L1/Power", 300, { "consumption/active_power/l1": 300 }],
    ["system/0", "Ac/PvOnGrid/L1/Power", 900, { "pv-on-grid/active_power/l1": -900 }],
    ["system/0", "Dc/Battery/Power", 50, { "battery/active_power": 50 }],
    ["meteo/1", "Irradiance", 812, { irradiance: 812 }],
    ["grid/30", "ProductName", "EM24", {}],
    ["grid/30", "Ac/Energy/ForwardX", 5, {}],
    ["toString/1", "Ac/Power", 5, {}],
  ])("%s %s %s", (service, path, value, values) => {
    const heard = hear(service, path, { value });
    expect(reasonsOf(heard)).toEqual([]);
    expect(valuesOf(heard)).toEqual(values);
  });
});

test("null, an empty list and a device that is gone are not available", () => {
  for (const payload of ['{"value": null}', '{"value": []}', ""]) {
    expect(valuesOf(hear("pvinverter/20", "Ac/Power", payload))).toEqual({ active_power: null });
  }
});

test("what a known path cannot say is refused", () => {
  expect(reasonsOf(hear("grid/30", "Ac/Power", "936"))).toEqual(["Ac/Power: not a JSON object"]);
  expect(reasonsOf(hear("grid/30", "Ac/Power", { v: 1 }))).toEqual(["Ac/Power: no value"]);
  expect(reasonsOf(hear("grid/30", "Ac/Power", { value: true }))).toEqual(["Ac/Power: value is no number"]);
  expect(reasonsOf(hear("grid/30", "Ac/Power", { value: "much" }))).toEqual(["Ac/Power is text, not a number"]);
});

test("a topic that names no service is refused with what to write", () => {
  const heard = startSpeaking(victron, { topic: "N/c0619ab1" })("N/c0619ab1/grid/30/Ac/Power", { value: 1 });
  expect(reasonsOf(heard)).toEqual(["topic N/c0619ab1 names no service: write N/<portal>/<service>/<instance>"]);
});

test("what the owner says of a path", () => {
  const fields = {
    "Ac/Power": { series: "active_power", unit: "kW" },
    "Tank/Level": { series: "humidity", unit: "%" },
  };
  const speak = startSpeaking(victron, { topic: "c0619ab1/pvinverter/20", fields });
  expect(valuesOf(speak("N/c0619ab1/pvinverter/20/Ac/Power", { value: 2 }))).toEqual({ active_power: 2000 });
  expect(valuesOf(speak("N/c0619ab1/pvinverter/20/Tank/Level", { value: 7 }))).toEqual({ humidity: 7 });
});

test("the device is kept talking more often than it demands", () => {
  const { everyMs = 0, requests } = victron.keepAlive ?? {};
  expect(everyMs).toBeLessThanOrEqual(30_000);
  expect(requests?.("N/c0619ab1/grid/30")).toEqual([{ topic: "R/c0619ab1/keepalive", payload: "" }]);
  expect(victron.commandsOf?.("N/c0619ab1/grid/30")).toContain("R/c0619ab1/#");
  expect(victron.topicsOf("c0619ab1/grid/30")).toEqual(["N/c0619ab1/grid/30/#"]);
});
