import { describe, expect, test } from "vitest";
import { shellyGen1 } from "../../../hub/decode/dialects/shelly-gen1.ts";
import { reasonsOf, startSpeaking, valuesOf } from "./speak.ts";

const hear = (topic: string, tail: string, payload: unknown) =>
  startSpeaking(shellyGen1, { topic })(`${topic}/${tail}`, payload);

describe("one number a topic", () => {
  test.each([
    ["power of a clamp", "shellies/shellyem-1", "emeter/0/power", "-620.34", { "1/active_power": -620.34 }],
    ["its register in Wh", "shellies/shellyem-1", "emeter/1/total", "173411.3", { "2/active_energy_import": 173411.3 }],
    [
      "its other register",
      "shellies/shellyem3-1",
      "emeter/2/total_returned",
      "294.2",
      { "3/active_energy_export": 294.2 },
    ],
    ["its voltage", "shellies/shellyem-1", "emeter/0/voltage", "235.68", { "1/voltage": 235.68 }],
    ["its power factor", "shellies/shellyem3-1", "emeter/0/pf", "-0.66", { "1/power_factor": -0.66 }],
    ["its reactive power", "shellies/shellyem-1", "emeter/0/reactive_power", "714.48", { "1/reactive_power": 714.48 }],
    ["a counter that begins anew", "shellies/shellyem-1", "emeter/0/energy", "123", {}],
    ["power of a plug", "shellies/shellyplug-s-1", "relay/0/power", "41.3", { active_power: 41.3 }],
    [
      "its register in watt-minutes",
      "shellies/shellyplug-s-1",
      "relay/0/energy",
      "6472560",
      { active_energy_import: 107876 },
    ],
    ["the first of several relays", "shellies/shellyswitch25-1", "relay/0/power", "5", { "1/active_power": 5 }],
    ["a second relay", "shellies/named-by-hand", "relay/1/power", "5", { "2/active_power": 5 }],
    ["temperature", "shellies/shellyplug-s-1", "temperature", "31.2", { temperature: 31.2 }],
    ["in Fahrenheit too: once is enough", "shellies/shellyplug-s-1", "temperature_f", "88.2", {}],
    ["not a number", "shellies/shellyem-1", "emeter/0/power", "nan", { "1/active_power": null }],
    ["the state of a relay", "shellies/shellyplug-s-1", "relay/0", "on", {}],
    ["whether it is there", "shellies/shellyplug-s-1", "online", "true", {}],
  ])("%s", (_name, topic, tail, payload, values) => {
    const heard = hear(topic, tail, payload);
    expect(reasonsOf(heard)).toEqual([]);
    expect(valuesOf(heard)).toEqual(values);
  });

  test("words are refused", () => {
    expect(reasonsOf(hear("shellies/em", "emeter/0/power", "much"))).toEqual(["emeter/0/power is text, not a number"]);
  });
});

describe("the status document", () => {
  test.each([
    [
      "an EM counts Wh; clamps are channels",
      {
        emeters: [
          {
            power: -620.34,
            reactive: 714.48,
            pf: -0.66,
            voltage: 235.68,
            is_valid: true,
            total: 401472.9,
            total_returned: 653673.7,
          },
          { power: 0, voltage: 0, is_valid: false, total: 173411.3 },
        ],
      },
      {
        "1/active_power": -620.34,
        "1/reactive_power": 714.48,
        "1/power_factor": -0.66,
        "1/voltage": 235.68,
        "1/active_energy_import": 401472.9,
        "1/active_energy_export": 653673.7,
        "2/active_power": null,
        "2/voltage": null,
        "2/active_energy_import": null,
      },
    ],
    [
      "a 1PM counts watt-minutes; one meter is the device",
      {
        relays: [{ ison: false }],
        meters: [
          { power: 4711.12, overpower: 0, is_valid: true, timestamp: 1676138370, counters: [0, 0, 0], total: 6472513 },
        ],
        temperature: 16.79,
        tmp: { tC: 16.79, tF: 62.22, is_valid: true },
      },
      { active_power: 4711.12, active_energy_import: 6472513 / 60, temperature: 16.79 },
    ],
    [
      "several meters are channels",
      {
        meters: [
          { power: 1, total: 60 },
          { power: 2, total: 120 },
        ],
      },
      { "1/active_power": 1, "1/active_energy_import": 1, "2/active_power": 2, "2/active_energy_import": 2 },
    ],
    ["nothing metered", { meters: [{ is_valid: true }], wifi_sta: { connected: true } }, {}],
  ])("%s", (_name, status, values) => {
    const heard = hear("shellies/x", "status", status);
    expect(reasonsOf(heard)).toEqual([]);
    expect(valuesOf(heard)).toEqual(values);
    expect(valuesOf(hear("shellies/x", "info", status))).toEqual(values);
  });

  test("of a wrong form is refused", () => {
    expect(reasonsOf(hear("shellies/x", "status", "[]"))).toEqual(["not a JSON object"]);
    expect(reasonsOf(hear("shellies/x", "status", { emeters: 5, meters: [{ power: "x" }] }))).toEqual([
      "emeters is no list of meters",
      "meters.0.power is text, not a number",
    ]);
  });
});

test("what the owner says of a topic", () => {
  const fields = {
    "relay/0/energy": { series: "active_energy_export", unit: "Wh" },
    "adc/0": { series: "voltage", unit: "V" },
  };
  const speak = startSpeaking(shellyGen1, { topic: "shellies/x", fields });
  expect(valuesOf(speak("shellies/x/relay/0/energy", "120"))).toEqual({ active_energy_export: 2 });
  expect(valuesOf(speak("shellies/x/adc/0", "12.5"))).toEqual({ voltage: 12.5 });
});
