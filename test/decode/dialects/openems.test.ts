import { describe, expect, test } from "vitest";
import { openems } from "../../../hub/decode/dialects/openems.ts";
import { converse } from "./conversation.ts";

// component, channel, payload, readings
test.each([
  ["_sum", "GridActivePower", "1234", [["grid/active_power", 1234]]],
  ["_sum", "GridActivePowerL2", "-7", [["grid/active_power/l2", -7]]],
  ["_sum", "GridBuyActiveEnergy", "5000", [["grid/active_energy_import", 5000]]],
  ["_sum", "GridSellActiveEnergy", "6000", [["grid/active_energy_export", 6000]]],
  ["_sum", "ProductionActivePower", "3000", [["pv/active_power", -3000]]],
  ["_sum", "ProductionActivePower", "0", [["pv/active_power", 0]]],
  ["_sum", "ProductionActiveEnergy", "90000", [["pv/active_energy_export", 90_000]]],
  ["_sum", "ConsumptionActivePower", "800", [["consumption/active_power", 800]]],
  ["_sum", "EssActivePower", "500", [["ess/active_power", -500]]],
  ["_sum", "EssDischargePower", "-500", [["battery/active_power", 500]]],
  ["_sum", "EssSoc", "88", [["ess/state_of_charge", 88]]],
  ["_sum", "GridActivePower", "null", [["grid/active_power", "not_available"]]],
  ["_sum", "GridActivePower", "", [["grid/active_power", "not_available"]]],
  ["_sum", "GridMode", "1", []],
  ["_sum", "State", "0", []],
  ["meter0", "ActivePower", "-450", [["active_power", -450]]],
  ["meter0", "ActiveProductionEnergy", "10", [["active_energy_import", 10]]],
  ["meter0", "ActiveConsumptionEnergyL3", "11", [["active_energy_export/l3", 11]]],
  ["meter0", "VoltageL1", "224588", [["voltage/l1", 224.588]]],
  ["meter0", "CurrentL1", "6049", [["current/l1", 6.049]]],
  ["meter0", "Frequency", "50010", [["frequency", 50.01]]],
  ["pvInverter0", "ActivePower", "2500", [["active_power", -2500]]],
  ["pvInverter0", "ActiveProductionEnergy", "77", [["active_energy_export", 77]]],
  ["charger0", "ActualPower", "1500", [["active_power", -1500]]],
  ["ess0", "ActivePower", "-900", [["active_power", 900]]],
  ["ess0", "ActiveChargeEnergy", "4", [["active_energy_import", 4]]],
  ["ess0", "Soc", "55", [["state_of_charge", 55]]],
  ["evcs0", "ChargePower", "11000", [["active_power", 11_000]]],
])("%s/%s %s", (component, channel, payload, readings) => {
  const topic = `home/edge/edge0/channel/${component}`;
  const edge = converse(openems, { topic });
  expect(edge.readings(`${topic}/${channel}`, payload)).toEqual(readings);
});

describe("what is known and wrong", () => {
  test.each([
    ["true", "GridActivePower is true or false, not a number"],
    ["UNDEFINED", ""],
    ["soon", "GridActivePower is text, not a number"],
    ["1e999", "GridActivePower is out of range"],
  ])("%s", (payload, reason) => {
    const edge = converse(openems, { topic: "edge/edge0/channel/_sum" });
    expect(edge.refusals("edge/edge0/channel/_sum/GridActivePower", payload)).toEqual(reason === "" ? [] : [reason]);
  });
});

test("`fields` adds what the dialect does not know, and counts before what it knows", () => {
  const fields = {
    Temperature: { series: "temperature", unit: "°C" },
    ActivePower: { series: "roof/active_power", unit: "W" },
  };
  const edge = converse(openems, { topic: "edge/edge0/channel/pvInverter0", fields });
  expect(edge.readings("edge/edge0/channel/pvInverter0/Temperature", "31")).toEqual([["temperature", 31]]);
  expect(edge.readings("edge/edge0/channel/pvInverter0/ActivePower", "31")).toEqual([["roof/active_power", 31]]);
});

test.each([
  ["channel/_sum/GridActivePower", "12", [["grid/active_power", 12]]],
  ["channel/meter0/ActivePowerL1", "5", [["meter0/active_power/l1", 5]]],
  ["channel/pvInverter1/ActivePower", "5", [["pvInverter1/active_power", -5]]],
  ["channel/ess0/DcDischargePower", "7", [["ess0-battery/active_power", -7]]],
  ["channel/_power/ActivePower", "7", []],
  ["channel/lastUpdate", "1790000000", []],
  ["edgeConfig", "{}", []],
])("a whole edge: %s", (tail, payload, readings) => {
  const fields = { lastUpdate: { series: "voltage", unit: "V" } };
  expect(converse(openems, { topic: "edge/edge0", fields }).readings(`edge/edge0/${tail}`, payload)).toEqual(readings);
});
