import { describe, expect, test } from "vitest";
import { dsmrReader } from "../../../hub/decode/dialects/dsmr-reader.ts";
import { ARRIVED, converse } from "./conversation.ts";

const meter = () => converse(dsmrReader, { topic: "dsmr/reading" });

describe("registers on topics of their own", () => {
  test.each([
    ["electricity_delivered_1", "1050.39", [["active_energy_import/t1", 1_050_390]]],
    ["electricity_delivered_2", "00746.379", [["active_energy_import/t2", 746_379]]],
    ["electricity_returned_1", "0.000", [["active_energy_export/t1", 0]]],
    ["electricity_returned_2", "1722.431", [["active_energy_export/t2", 1_722_431]]],
    [
      "electricity_delivered_1",
      '{"value": 3382.357, "time": "2021-12-16T09:40:26.000Z"}',
      [["active_energy_import/t1", 3_382_357, "2021-12-16T09:40:26.000Z"]],
    ],
    ["electricity_delivered_1", "", [["active_energy_import/t1", "not_available"]]],
    ["electricity_delivered_1", "None", [["active_energy_import/t1", "not_available"]]],
    ["phase_voltage_l1", "235.0", [["voltage/l1", 235]]],
    ["phase_power_current_l3", "4", [["current/l3", 4]]],
    ["timestamp", "2021-12-16T09:40:26Z", []],
    ["extra_device_delivered", "8950.179", []],
    ["id", "4343119", []],
  ])("%s %s", (field, payload, readings) => {
    expect(meter().readings(`dsmr/reading/${field}`, payload)).toEqual(readings);
  });

  test("text where a number belongs", () => {
    expect(meter().refusals("dsmr/reading/electricity_delivered_1", "ERROR")).toEqual([
      "electricity_delivered_1 is text, not a number",
    ]);
  });
});

describe("power in two halves", () => {
  const delivered = "dsmr/reading/electricity_currently_delivered";
  const returned = "dsmr/reading/electricity_currently_returned";

  test.each([
    ["import", "0.313", "0.000", [["active_power", 313]]],
    ["export", "0.000", "1.644", [["active_power", -1644]]],
    ["none at all", "0", "0", [["active_power", 0]]],
    ["both, at a meter that does not net", "0.700", "0.100", [["active_power", 600]]],
    ["one not available", "0.313", "", [["active_power", "not_available"]]],
  ])("%s", (_name, one, other, readings) => {
    const device = meter();
    expect(device.readings(delivered, one, ARRIVED)).toEqual([]);
    expect(device.readings(returned, other, ARRIVED + 20)).toEqual(readings);
  });

  test("halves of two telegrams make no power", () => {
    const device = meter();
    expect(device.readings(delivered, "0.313", ARRIVED)).toEqual([]);
    // A telegram later: the half before was alone, and told all there was.
    expect(device.readings(returned, "0", ARRIVED + 1000)).toEqual([["active_power", 313, "arrived -1000"]]);
    expect(device.readings(delivered, "0.5", ARRIVED + 1010)).toEqual([["active_power", 500]]);
  });

  test("a half alone: 0 says nothing, anything else is the power, told a telegram later as of its arrival", () => {
    const device = meter();
    expect(device.readings(delivered, "0", ARRIVED)).toEqual([]);
    expect(device.readings(delivered, "0.2", ARRIVED + 1000)).toEqual([]);
    expect(device.readings(delivered, "0.4", ARRIVED + 2000)).toEqual([["active_power", 200, "arrived -1000"]]);
    const solar = meter();
    expect(solar.readings(returned, "1.5", ARRIVED)).toEqual([]);
    expect(solar.readings(returned, "1.6", ARRIVED + 1000)).toEqual([["active_power", -1500, "arrived -1000"]]);
  });

  test("times decide where both halves have one", () => {
    const device = meter();
    const stamped = (value: number, second: string) => JSON.stringify({ value, time: `2021-12-16T09:40:${second}Z` });
    expect(device.readings(delivered, stamped(0.1, "26"))).toEqual([]);
    expect(device.readings(returned, stamped(0, "26"))).toEqual([["active_power", 100, "2021-12-16T09:40:26.000Z"]]);
    expect(device.readings(delivered, stamped(0.2, "27"))).toEqual([]);
    expect(device.readings(returned, stamped(0, "28"))).toEqual([["active_power", 200, "2021-12-16T09:40:27.000Z"]]);
  });

  test("a half that a broker replays meets no fresh one", () => {
    const device = meter();
    device.replay(returned, "1.5");
    expect(device.readings(delivered, "0.2")).toEqual([]);
    expect(device.readings(returned, "0")).toEqual([["active_power", 200]]);
  });

  test("phases wait each for their own", () => {
    const device = meter();
    expect(device.readings("dsmr/reading/phase_currently_delivered_l1", "0.2")).toEqual([]);
    expect(device.readings("dsmr/reading/phase_currently_delivered_l2", "0")).toEqual([]);
    expect(device.readings("dsmr/reading/phase_currently_returned_l1", "0")).toEqual([["active_power/l1", 200]]);
    expect(device.readings("dsmr/reading/phase_currently_returned_l2", "0.3")).toEqual([["active_power/l2", -300]]);
  });

  test("a negative half is refused", () => {
    expect(meter().refusals(delivered, "-0.5")).toEqual([
      "electricity_currently_delivered is negative: half of a power never is",
    ]);
  });

  test("a half with a meaning of its own is no half", () => {
    const fields = { electricity_currently_delivered: { series: "drawn/active_power", unit: "kW" } };
    const device = converse(dsmrReader, { topic: "dsmr/reading", fields });
    expect(device.readings(delivered, "0.5")).toEqual([["drawn/active_power", 500]]);
  });
});

describe("a JSON telegram", () => {
  const telegram = {
    id: 2864217,
    timestamp: "2020-10-24T22:12:13.990Z",
    electricity_delivered_1: "12972.117",
    electricity_returned_1: "00746.379",
    electricity_delivered_2: "14730.900",
    electricity_returned_2: "01722.431",
    electricity_currently_delivered: "0000.43",
    electricity_currently_returned: "0000.00",
    phase_currently_delivered_l1: null,
    phase_currently_returned_l1: null,
    extra_device_timestamp: "2020-10-24T22:00:00Z",
    extra_device_delivered: "08950.179",
  };
  const json = () => converse(dsmrReader, { topic: "dsmr/json" });
  const at = "2020-10-24T22:12:13.990Z";

  test("is one stamp and one power", () => {
    expect(json().readings("dsmr/json", JSON.stringify(telegram))).toEqual([
      ["active_energy_import/t1", 12_972_117, at],
      ["active_energy_export/t1", 746_379, at],
      ["active_energy_import/t2", 14_730_900, at],
      ["active_energy_export/t2", 1_722_431, at],
      ["active_power", 430, at],
      ["active_power/l1", "not_available", at],
    ]);
  });

  test("a local time without its zone is not believed", () => {
    const local = { timestamp: "2026-09-21T16:13:19", electricity_delivered_1: "1" };
    expect(json().readings("dsmr/json", JSON.stringify(local))).toEqual([["active_energy_import/t1", 1000]]);
    const zoned = converse(dsmrReader, { topic: "dsmr/json", timeZone: "Europe/Amsterdam" });
    expect(zoned.readings("dsmr/json", JSON.stringify(local))).toEqual([
      ["active_energy_import/t1", 1000, "2026-09-21T14:13:19.000Z"],
    ]);
  });

  test("the topic above both is enough", () => {
    const both = converse(dsmrReader, { topic: "dsmr" });
    expect(both.readings("dsmr/json", '{"electricity_delivered_1":"1"}')).toEqual([["active_energy_import/t1", 1000]]);
    expect(both.readings("dsmr/reading/electricity_delivered_2", "2")).toEqual([["active_energy_import/t2", 2000]]);
    expect(both.readings("dsmr/day-consumption/electricity1", "2")).toEqual([]);
  });

  test("half a power without the other is none", () => {
    expect(json().readings("dsmr/json", '{"electricity_currently_delivered":"0.5"}')).toEqual([]);
  });

  test.each(["12", "[1]", "raw /ISK5", ""])("%j is no telegram", (payload) => {
    expect(json().refusals("dsmr/json", payload)).toEqual(["not a telegram: a JSON object is expected"]);
  });
});

describe("the ESP8266 P1 meter", () => {
  const p1 = () => converse(dsmrReader, { topic: "sensors/power/p1meter" });

  test.each([
    ["consumption_low_tarif", "2209397", [["active_energy_import/t1", 2_209_397]]],
    ["consumption_high_tarif", "1964962", [["active_energy_import/t2", 1_964_962]]],
    ["returndelivery_low_tarif", "12", [["active_energy_export/t1", 12]]],
    ["l1_instant_power_current", "1000", [["current/l1", 1]]],
    ["l2_voltage", "231400", [["voltage/l2", 231.4]]],
    ["gas_meter_m3", "968922", []],
    ["short_power_outages", "3", []],
  ])("%s %s", (field, payload, readings) => {
    expect(p1().readings(`sensors/power/p1meter/${field}`, payload)).toEqual(readings);
  });

  test("power in W", () => {
    const device = p1();
    expect(device.readings("sensors/power/p1meter/actual_consumption", "313")).toEqual([]);
    expect(device.readings("sensors/power/p1meter/actual_returndelivery", "0")).toEqual([["active_power", 313]]);
  });

  test("a namesake that counts in kWh is asked about, not believed", () => {
    expect(p1().refusals("sensors/power/p1meter/consumption_low_tarif", "2209.397")).toEqual([
      "consumption_low_tarif is no whole number of Wh: say its unit in fields",
    ]);
    const fields = { consumption_low_tarif: { series: "active_energy_import/t1", unit: "kWh" } };
    const named = converse(dsmrReader, { topic: "sensors/power/p1meter", fields });
    expect(named.readings("sensors/power/p1meter/consumption_low_tarif", "2209.397")).toEqual([
      ["active_energy_import/t1", 2_209_397],
    ]);
  });
});
