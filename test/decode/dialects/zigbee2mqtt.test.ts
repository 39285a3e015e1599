import { describe, expect, test } from "vitest";
import { zigbee2mqtt } from "../../../hub/decode/dialects/zigbee2mqtt.ts";
import { ARRIVED, reasonsOf, startSpeaking, valuesOf } from "./speak.ts";

const TOPIC = "zigbee2mqtt/kitchen plug";
const speak = () => startSpeaking(zigbee2mqtt, { topic: TOPIC });

describe("what a device says", () => {
  test.each([
    [
      "a plug",
      {
        ac_frequency: 50,
        current: 0.35,
        device_temperature: 30,
        energy: 31.02,
        linkquality: 76,
        power: 63,
        power_reactive: -33,
        power_factor: 0.9,
        state: "ON",
        update: { state: null },
        voltage: 236.19,
      },
      {
        frequency: 50,
        current: 0.35,
        temperature: 30,
        active_energy_import: 31_020,
        active_power: 63,
        reactive_power: -33,
        power_factor: 0.9,
        voltage: 236.19,
      },
    ],
    [
      "null is not available",
      { energy: null, power: 12, update_available: null },
      { active_energy_import: null, active_power: 12 },
    ],
    [
      "produced energy",
      { energy: 5, produced_energy: 1.25 },
      { active_energy_import: 5000, active_energy_export: 1250 },
    ],
    ["power factor in percent", { power_factor: 98 }, { power_factor: 0.98 }],
    [
      "outlets are channels",
      { power_l1: 5, power_l2: 6, energy_l2: 1 },
      { "1/active_power": 5, "2/active_power": 6, "2/active_energy_import": 1000 },
    ],
    [
      "phases",
      { power_phase_b: 7, voltage_c: 231, power_a: 5 },
      { "active_power/l2": 7, "voltage/l3": 231, "active_power/l1": 5 },
    ],
    [
      "tariffs",
      { energy_tier_1: 1, energy_t2: 2 },
      { "active_energy_import/t1": 1000, "active_energy_import/t2": 2000 },
    ],
    [
      "the way energy flows tells the sign",
      { power_a: 500, energy_flow_a: "producing", power_b: 20, energy_flow_b: "consuming" },
      { "active_power/l1": -500, "active_power/l2": 20 },
    ],
    [
      "a battery's voltage is not measured",
      { battery: 97, voltage: 3005, temperature: 21.5, humidity: 55, soil_moisture: 20, illuminance: 4 },
      { temperature: 21.5, humidity: 55 },
    ],
    ["nothing known", { action: "single", state_l1: "ON" }, {}],
  ])("%s", (_name, payload, values) => {
    const heard = speak()(TOPIC, payload);
    expect(reasonsOf(heard)).toEqual([]);
    expect(valuesOf(heard)).toEqual(values);
  });

  test("a wrong kind is refused alone", () => {
    const heard = speak()(TOPIC, { power: "lots", voltage: 230 });
    expect(valuesOf(heard)).toEqual({ voltage: 230 });
    expect(reasonsOf(heard)).toEqual(["power is text, not a number"]);
    expect(reasonsOf(speak()(TOPIC, "on"))).toEqual(["not JSON"]);
  });

  test("availability and commands say nothing", () => {
    for (const tail of ["availability", "set", "get", "set/state"]) {
      expect(speak()(`${TOPIC}/${tail}`, '{"power":5}')).toEqual({ readings: [], refusals: [], requests: [] });
    }
  });

  test("one topic a value", () => {
    expect(valuesOf(speak()(`${TOPIC}/power`, "12.5"))).toEqual({ active_power: 12.5 });
    expect(speak()(`${TOPIC}/state`, "ON")).toEqual({ readings: [], refusals: [], requests: [] });
  });
});

describe("last_seen", () => {
  test.each([
    ["with an offset", "2026-09-21T16:13:10+02:00", ARRIVED - 10_000, "device"],
    ["ms since 1970", ARRIVED - 1234, ARRIVED - 1234, "device"],
    ["local, without an offset", "2026-09-21T16:13:10", ARRIVED, "arrival"],
    ["not sent", undefined, ARRIVED, "arrival"],
  ])("%s", (_name, last_seen, at, stampedBy) => {
    expect(speak()(TOPIC, { power: 5, last_seen }).readings).toMatchObject([{ at, stampedBy }]);
  });

  test("a copy is the same reading again; news under the same second is stamped by arrival, its copy is nothing", () => {
    const hear = speak();
    const last_seen = "2026-09-21T14:13:10+00:00";
    const seen = { at: ARRIVED - 10_000, stampedBy: "device" };
    const say = (power: number, at: number) => hear(TOPIC, { power, energy: 1, last_seen }, at).readings;
    const energy = { series: "d1/active_energy_import", ...seen, value: 1000 };
    expect(say(5, ARRIVED)).toMatchObject([{ series: "d1/active_power", ...seen, value: 5 }, energy]);
    expect(say(5, ARRIVED + 1)).toMatchObject([{ series: "d1/active_power", ...seen, value: 5 }, energy]);
    expect(say(6, ARRIVED + 2)).toMatchObject([
      { series: "d1/active_power", at: ARRIVED + 2, stampedBy: "arrival", value: 6 },
      energy,
    ]);
    expect(say(6, ARRIVED + 3)).toMatchObject([energy]);
    expect(say(5, ARRIVED + 4)).toMatchObject([{ at: ARRIVED + 4, stampedBy: "arrival", value: 5 }, energy]);
    const next = hear(TOPIC, { power: 7, last_seen: "2026-09-21T14:13:11+00:00" }).readings;
    expect(next).toMatchObject([{ at: ARRIVED - 9000, stampedBy: "device", value: 7 }]);
  });
});

test("what the owner says of a name", () => {
  const fields = {
    energy: { series: "active_energy_export", unit: "kWh" },
    soil_temperature: { series: "soil/temperature", unit: "°C" },
  };
  const heard = startSpeaking(zigbee2mqtt, { topic: TOPIC, fields })(TOPIC, { energy: 2, soil_temperature: 11 });
  expect(valuesOf(heard)).toEqual({ active_energy_export: 2000, "soil/temperature": 11 });
});
