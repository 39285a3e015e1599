import { describe, expect, test } from "vitest";
import { tasmota } from "../../../hub/decode/dialects/tasmota.ts";
import { reasonsOf, startSpeaking, valuesOf } from "./speak.ts";

const energy = { Total: 514.153, Yesterday: 1.495, Today: 0.537, Period: 0, Power: 56, ApparentPower: 92 };
const plug = startSpeaking(tasmota, { topic: "desk" });
const sensor = (payload: unknown) => plug("tele/desk/SENSOR", payload);

describe("what SENSOR says", () => {
  test.each([
    [
      "one channel; today and yesterday are no registers",
      { ENERGY: { ...energy, ReactivePower: 73, Factor: 0.61, Voltage: 234, Current: 0.392, Frequency: 50 } },
      {
        active_energy_import: 514_153,
        active_power: 56,
        apparent_power: 92,
        reactive_power: 73,
        power_factor: 0.61,
        voltage: 234,
        current: 0.392,
        frequency: 50,
      },
    ],
    [
      "two channels with one voltage",
      { ENERGY: { Total: [2.813, 0.254], Power: [52, 5], Voltage: 235 } },
      {
        "1/active_energy_import": 2813,
        "2/active_energy_import": 254,
        "1/active_power": 52,
        "2/active_power": 5,
        voltage: 235,
      },
    ],
    [
      "sum and tariffs of one channel",
      { ENERGY: { Total: [30, 10, 20], ExportActive: [3, 1, 2], Power: -400 } },
      {
        active_energy_import: 30_000,
        "active_energy_import/t1": 10_000,
        "active_energy_import/t2": 20_000,
        active_energy_export: 3000,
        "active_energy_export/t1": 1000,
        "active_energy_export/t2": 2000,
        active_power: -400,
      },
    ],
    [
      "tariffs of their own",
      { ENERGY: { Total: 30, TotalTariff: [10, 20], Power: 1 } },
      {
        active_energy_import: 30_000,
        "active_energy_import/t1": 10_000,
        "active_energy_import/t2": 20_000,
        active_power: 1,
      },
    ],
    [
      "null is not available",
      { ENERGY: { Power: null, Total: [null, 1] } },
      {
        active_power: null,
        "1/active_energy_import": null,
        "2/active_energy_import": 1000,
      },
    ],
    [
      "a meter read by script, and a sensor beside it",
      {
        HTU21: { Temperature: 25.2, Humidity: 45.5 },
        SML: { Total_in: 34507.4761, Total_out: 14737.1422, Power_curr: -894, Meter_number: "0901454d48" },
        Gas: { Count: 1.84 },
        TempUnit: "C",
      },
      {
        temperature: 25.2,
        humidity: 45.5,
        active_energy_import: 34_507_476.1,
        active_energy_export: 14_737_142.2,
        active_power: -894,
      },
    ],
    [
      "other names of other scripts",
      { MT175: { E_in: 1.5, E_out: 0.25, P: 120, Power_p1: 40, Volt_p2: 231, Amperage_p3: 0.5 } },
      {
        active_energy_import: 1500,
        active_energy_export: 250,
        active_power: 120,
        "active_power/l1": 40,
        "voltage/l2": 231,
        "current/l3": 0.5,
      },
    ],
    [
      "two sensors of one kind: the second by its name",
      {
        "DS18B20-1": { Id: "01", Temperature: 21.3 },
        "DS18B20-2": { Id: "02", Temperature: null },
        ESP32: { Temperature: 53 },
      },
      { temperature: 21.3, "DS18B20-2/temperature": null },
    ],
    ["Fahrenheit", { AM2301: { Temperature: 212, Humidity: 50 }, TempUnit: "F" }, { temperature: 100, humidity: 50 }],
    ["nothing known", { Switch1: "ON", "": {}, ANALOG: { A0: 512 } }, {}],
  ])("%s", (_name, payload, values) => {
    const heard = sensor({ Time: "2023-05-19T20:52:56", ...payload });
    expect(reasonsOf(heard)).toEqual([]);
    expect(valuesOf(heard)).toEqual(values);
  });

  test("a known name of a wrong kind is refused alone", () => {
    const heard = sensor({
      ENERGY: { Power: "high", Voltage: 231, Total: true, Current: [0, 0, 0, 0, 0, 0, 0, 0, 0] },
    });
    expect(valuesOf(heard)).toEqual({ voltage: 231 });
    expect(reasonsOf(heard)).toEqual([
      "ENERGY.Total is true or false, not a number",
      "ENERGY.Power is text, not a number",
      "ENERGY.Current has more than 8 channels",
    ]);
    expect(reasonsOf(sensor({ ENERGY: 5 }))).toEqual(["ENERGY is not an object"]);
    expect(reasonsOf(sensor("12"))).toEqual(["not a JSON object"]);
  });
});

test("an answer to STATUS 8 or 10 says the same inside StatusSNS", () => {
  for (const topic of ["stat/desk/STATUS8", "desk/stat/STATUS10"]) {
    expect(valuesOf(plug(topic, { StatusSNS: { ENERGY: { Power: 5 } } }))).toEqual({ active_power: 5 });
  }
});

test("any FullTopic", () => {
  const payload = { ENERGY: { Power: 5 } };
  expect(valuesOf(plug("desk/tele/SENSOR", payload))).toEqual({ active_power: 5 });
  for (const topic of ["home/tele/desk", "home/tele/desk/SENSOR"]) {
    const speak = startSpeaking(tasmota, { topic });
    expect(valuesOf(speak("home/tele/desk/SENSOR", payload))).toEqual({ active_power: 5 });
    expect(valuesOf(speak("home/stat/desk/STATUS8", { StatusSNS: payload }))).toEqual({ active_power: 5 });
    expect(tasmota.topicsOf(topic)).toEqual(["home/tele/desk/#", "home/stat/desk/#"]);
    expect(tasmota.commandsOf?.(topic)).toContain("home/cmnd/desk/#");
  }
  expect(tasmota.topicsOf("desk")).toEqual(["tele/desk/#", "desk/tele/#", "stat/desk/#", "desk/stat/#"]);
});

test("chatter is neither a reading nor refused", () => {
  for (const [topic, payload] of [
    ["tele/desk/LWT", "Online"],
    ["tele/desk/STATE", { POWER: "ON" }],
    ["stat/desk/RESULT", { POWER: "ON" }],
    ["stat/desk/POWER", "ON"],
    ["tele/desk/INFO1", { Info1: {} }],
    ["tele/other/SENSOR", { ENERGY: { Power: 5 } }],
  ]) {
    expect(plug(topic as string, payload)).toEqual({ readings: [], refusals: [], requests: [] });
  }
});

describe("stamps", () => {
  const stampOf = (time: string, timeZone?: string) => {
    const speak = startSpeaking(tasmota, { topic: "desk", ...(timeZone !== undefined && { timeZone }) });
    const [reading] = speak("tele/desk/SENSOR", { Time: time, ENERGY: { Power: 5 } }).readings;
    return reading?.stampedBy === "device" ? new Date(reading.at).toISOString() : reading?.stampedBy;
  };
  test.each([
    ["local time without a zone is not believed", "2026-09-18T11:19:21", undefined, "arrival"],
    ["local time in its zone", "2026-09-18T11:19:21", "Europe/Madrid", "2026-09-18T09:19:21.000Z"],
    ["the hour autumn repeats", "2025-10-26T02:19:21", "Europe/Madrid", "arrival"],
    ["SetOption52 adds the offset", "2026-09-18T11:19:21+02:00", undefined, "2026-09-18T09:19:21.000Z"],
    ["a clock that was never set", "1970-01-01T00:00:12", "Europe/Madrid", "arrival"],
  ])("%s", (_name, time, zone, stamp) => {
    expect(stampOf(time, zone)).toBe(stamp);
  });
});

test("what the owner says of a name", () => {
  const fields = {
    "ENERGY.Total": { series: "active_energy_export", unit: "kWh" },
    "SML.96_1": { series: "2/active_power", unit: "kW" },
  };
  const speak = startSpeaking(tasmota, { topic: "desk", fields });
  const heard = speak("tele/desk/SENSOR", { ENERGY: { Total: 1.5 }, SML: { "96_1": 0.2 } });
  expect(valuesOf(heard)).toEqual({ active_energy_export: 1500, "2/active_power": 200 });
});
