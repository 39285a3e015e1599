import { describe, expect, test } from "vitest";
import { homie } from "../../../hub/decode/dialects/homie.ts";
import { ARRIVED, converse } from "./conversation.ts";

describe("Homie 4", () => {
  const device = () => converse(homie, { topic: "homie/device123" });

  test("attributes, then values", () => {
    const meter = device();
    for (const [topic, payload] of [
      ["$homie", "4.0.0"],
      ["$name", "Hall"],
      ["$state", "init"],
      ["$nodes", "meter"],
      ["meter/$properties", "power,energy"],
      ["meter/power/$name", "Power"],
      ["meter/power/$datatype", "float"],
      ["meter/power/$unit", "W"],
      ["meter/energy/$datatype", "float"],
      ["meter/energy/$unit", "kWh"],
      ["meter/energy-returned/$unit", "kWh"],
      ["$state", "ready"],
    ] as const) {
      expect(meter.readings(`homie/device123/${topic}`, payload)).toEqual([]);
    }
    expect(meter.readings("homie/device123/meter/power", "-56.5")).toEqual([["meter/active_power", -56.5]]);
    expect(meter.readings("homie/device123/meter/energy", "514.153")).toEqual([
      ["meter/active_energy_import", 514_153],
    ]);
    expect(meter.readings("homie/device123/meter/energy-returned", "1")).toEqual([
      ["meter/active_energy_export", 1000],
    ]);
    expect(meter.refusals("homie/device123/meter/power", "much")).toEqual(["meter/power is text, not a number"]);
    expect(meter.readings("homie/device123/meter/power/set", "5")).toEqual([]);
    expect(meter.readings("homie/device123/$state", "lost")).toEqual([]);
    expect(meter.readings("homie/device1234/meter/power", "5")).toEqual([]);
  });

  test("the newest value waits for its unit, and keeps the stamp it arrived with", () => {
    const thermostat = device();
    const topic = "homie/device123/mythermostat/temperature";
    expect(thermostat.readings(topic, "21", ARRIVED)).toEqual([]);
    expect(thermostat.readings(topic, "22", ARRIVED + 1000)).toEqual([]);
    expect(thermostat.readings(`${topic}/$datatype`, "float", ARRIVED + 2000)).toEqual([]);
    expect(thermostat.readings(`${topic}/$unit`, "°C", ARRIVED + 3000)).toEqual([
      ["mythermostat/temperature", 22, "arrived -2000"],
    ]);
    expect(thermostat.readings(`${topic}/$unit`, "°C", ARRIVED + 4000)).toEqual([]);
    expect(thermostat.readings(topic, "22.5", ARRIVED + 5000)).toEqual([["mythermostat/temperature", 22.5]]);
    thermostat.forget();
    expect(thermostat.readings(topic, "23")).toEqual([]);
  });

  test("what a broker replays tells units; its values wait for nothing", () => {
    const thermostat = device();
    const topic = "homie/device123/mythermostat/temperature";
    thermostat.replay(topic, "21");
    thermostat.replay(`${topic}/$datatype`, "float");
    expect(thermostat.readings(`${topic}/$unit`, "°C")).toEqual([]);
    thermostat.forget();
    thermostat.replay(`${topic}/$unit`, "°C");
    expect(thermostat.readings(topic, "22")).toEqual([["mythermostat/temperature", 22]]);
  });

  test("states and texts are no readings", () => {
    const plug = device();
    expect(plug.readings("homie/device123/plug/on", "true")).toEqual([]);
    expect(plug.readings("homie/device123/plug/on/$datatype", "boolean")).toEqual([]);
    expect(plug.hear("homie/device123/plug/on", "false")).toMatchObject({ readings: [], refusals: [] });
    expect(plug.readings("homie/device123/plug/mode/$unit", "#")).toEqual([]);
    expect(plug.readings("homie/device123/plug/mode", "3")).toEqual([]);
  });

  test("`fields` needs no unit from the device, and counts before it", () => {
    const fields = { "meter/power": { series: "active_power", unit: "kW" } };
    const meter = converse(homie, { topic: "homie/device123", fields });
    expect(meter.readings("homie/device123/meter/power", "1.5")).toEqual([["active_power", 1500]]);
    meter.readings("homie/device123/meter/power/$unit", "W");
    expect(meter.readings("homie/device123/meter/power", "1.5")).toEqual([["active_power", 1500]]);
    expect(meter.readings("homie/device123/meter/power", "")).toEqual([["active_power", "not_available"]]);
  });

  test("what is remembered has an end", () => {
    const flood = device();
    for (let n = 0; n < 1_100; n += 1) flood.hear(`homie/device123/node/p${n}`, "1");
    const memory = flood.hear("homie/device123/node/last", "1").memory as { waiting: object };
    expect(Object.keys(memory.waiting)).toHaveLength(1000);
  });
});

describe("Homie 5", () => {
  const description = JSON.stringify({
    homie: "5.0",
    name: "Inverter",
    version: 7,
    nodes: {
      grid: {
        properties: {
          "power-l1": { datatype: "float", unit: "kW" },
          produced: { datatype: "integer", unit: "Wh" },
          "energy-today": { datatype: "float", unit: "kWh" },
          mode: { datatype: "enum", format: "on,off" },
        },
      },
    },
  });

  test("one description tells all units", () => {
    const inverter = converse(homie, { topic: "homie/5/inverter" });
    expect(inverter.readings("homie/5/inverter/grid/power-l1", "-0.4", ARRIVED)).toEqual([]);
    expect(inverter.readings("homie/5/inverter/$state", "ready")).toEqual([]);
    expect(inverter.readings("homie/5/inverter/$description", description, ARRIVED + 50)).toEqual([
      ["grid/active_power/l1", -400, "arrived -50"],
    ]);
    expect(inverter.readings("homie/5/inverter/grid/produced", "90000")).toEqual([
      ["grid/active_energy_export", 90_000],
    ]);
    // A counter that begins anew each day is no register.
    expect(inverter.readings("homie/5/inverter/grid/energy-today", "3.5")).toEqual([]);
    expect(inverter.readings("homie/5/inverter/grid/mode", "on")).toEqual([]);
    expect(inverter.readings("homie/5/inverter/grid/produced/$target", "1")).toEqual([]);
  });

  test("a description that is none is refused; one that is taken back is not", () => {
    const inverter = converse(homie, { topic: "homie/5/inverter" });
    expect(inverter.refusals("homie/5/inverter/$description", "{")).toEqual(["$description: not JSON"]);
    expect(inverter.refusals("homie/5/inverter/$description", "")).toEqual([]);
    expect(inverter.refusals("homie/5/inverter/$description", '{"nodes":{"a":null,"b":{"properties":[1]}}}')).toEqual(
      [],
    );
  });
});
