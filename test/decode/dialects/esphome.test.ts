import { describe, expect, test } from "vitest";
import { esphome } from "../../../hub/decode/dialects/esphome.ts";
import { ARRIVED, converse } from "./conversation.ts";

const plug = () => converse(esphome, { topic: "kitchen-plug" });
const announce = (name: string, unit: string | undefined, more: object = {}) =>
  JSON.stringify({ name, stat_t: `kitchen-plug/sensor/${name}/state`, ...(unit && { unit_of_meas: unit }), ...more });
const config = "homeassistant/sensor/kitchen-plug/kitchen_plug_power/config";

test("listens to its own topics and to what it announces under its name", () => {
  expect(esphome.topicsOf("home/kitchen-plug/")).toEqual([
    "home/kitchen-plug/#",
    "homeassistant/sensor/kitchen-plug/+/config",
  ]);
});

describe("units", () => {
  test.each([
    ["power", "W", "56", [["active_power", 56]]],
    ["kitchen_plug_power", "W", "56", [["active_power", 56]]],
    ["total_energy", "kWh", "514.153", [["active_energy_import", 514_153]]],
    ["energy_returned", "kWh", "1.5", [["active_energy_export", 1500]]],
    ["solar_power", "W", "900", [["solar/active_power", -900]]],
    ["heater_voltage", "V", "231.25", [["heater/voltage", 231.25]]],
    ["power_factor", "", "0.9", []],
    ["total_daily_energy", "kWh", "0.5", []],
    ["power_returned", "kW", "0.5", []],
    ["wifi_signal", "dBm", "-60", []],
    ["power", "W", "nan", [["active_power", "not_available"]]],
  ])("%s in %s", (name, unit, payload, readings) => {
    const device = plug();
    expect(device.readings(config, announce(name, unit))).toEqual([]);
    expect(device.readings(`kitchen-plug/sensor/${name}/state`, payload)).toEqual(readings);
  });

  test("long names of the keys, and a shortened topic", () => {
    const device = plug();
    const said = { "~": "kitchen-plug/sensor/power", state_topic: "~/state", unit_of_measurement: "kW" };
    device.hear(config, JSON.stringify(said));
    expect(device.readings("kitchen-plug/sensor/power/state", "1.2")).toEqual([["active_power", 1200]]);
  });

  test("a value that comes first waits", () => {
    const device = plug();
    expect(device.readings("kitchen-plug/sensor/power/state", "7", ARRIVED)).toEqual([]);
    expect(device.readings(config, announce("power", "W"), ARRIVED + 10)).toEqual([["active_power", 7, "arrived -10"]]);
  });

  test("`fields` needs no announcement", () => {
    const fields = { import_counter: { series: "active_energy_import", unit: "kWh" } };
    const device = converse(esphome, { topic: "p1", fields });
    expect(device.readings("p1/sensor/import_counter/state", "12.5")).toEqual([["active_energy_import", 12_500]]);
    expect(device.refusals("p1/sensor/import_counter/state", "low")).toEqual(["import_counter is text, not a number"]);
  });
});

test.each([
  ["kitchen-plug/status", "online"],
  ["kitchen-plug/debug", "[D][sensor:094]: 'power': Sending state 5.00000 W"],
  ["kitchen-plug/switch/relay/state", "ON"],
  ["kitchen-plug/binary_sensor/button/state", "OFF"],
  ["homeassistant/switch/kitchen-plug/relay/config", "{}"],
  [config, ""],
  [config, "{"],
  [config, "[]"],
  [config, '{"stat_t":"other/sensor/power/state","unit_of_meas":"W"}'],
])("%s %s says nothing", (topic, payload) => {
  expect(plug().hear(topic, payload)).toMatchObject({ readings: [], refusals: [] });
});
