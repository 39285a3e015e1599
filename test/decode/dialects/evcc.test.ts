import { expect, test } from "vitest";
import { evcc } from "../../../hub/decode/dialects/evcc.ts";
import { converse } from "./conversation.ts";

const hear = (tail: string, payload: string) => converse(evcc, { topic: "evcc" }).readings(`evcc/${tail}`, payload);

// The values of one state of a live system: kWh totals, Wh sessions.
test.each([
  ["site/grid/power", "10", [["grid/active_power", 10]]],
  ["site/gridPower", "-2031.5", [["grid/active_power", -2031.5]]],
  ["site/grid/energy", "14044.923", [["grid/active_energy_import", 14_044_923]]],
  ["site/gridEnergy", "14044.923", [["grid/active_energy_import", 14_044_923]]],
  ["site/grid/powers", "3", []],
  ["site/grid/powers/1", "-700", [["grid/active_power/l1", -700]]],
  ["site/gridPowers/l3", "-440", [["grid/active_power/l3", -440]]],
  ["site/grid/currents/2", "5.8", [["grid/current/l2", 5.8]]],
  ["site/pvPower", "2385.52", [["pv/active_power", -2385.52]]],
  ["site/pvPower", "0", [["pv/active_power", 0]]],
  ["site/pvEnergy", "31.02", [["pv/active_energy_export", 31_020]]],
  ["site/pv/2/power", "1000", [["pv-2/active_power", -1000]]],
  ["site/pv/2/energy", "1.5", [["pv-2/active_energy_export", 1500]]],
  ["site/batteryPower", "-140", [["battery/active_power", 140]]],
  ["site/battery/power", "140", [["battery/active_power", -140]]],
  ["site/battery/soc", "63", [["battery/state_of_charge", 63]]],
  ["site/battery/1/power", "-140", [["battery-1/active_power", 140]]],
  ["site/battery/devices/1/soc", "63", [["battery-1/state_of_charge", 63]]],
  ["site/homePower", "2515.52", [["home/active_power", 2515.52]]],
  ["loadpoints/1/chargePower", "3847.48", [["loadpoint-1/active_power", 3847.48]]],
  ["loadpoints/2/chargeTotalImport", "6663.93", [["loadpoint-2/active_energy_import", 6_663_930]]],
  ["loadpoints/1/chargeCurrents/1", "6.049", [["loadpoint-1/current/l1", 6.049]]],
  ["loadpoints/1/chargeCurrents/l2", "6.093", [["loadpoint-1/current/l2", 6.093]]],
  ["loadpoints/1/vehicleSoc", "77.761", [["loadpoint-1/state_of_charge", 77.761]]],
  ["loadpoints/1/chargePower", "", [["loadpoint-1/active_power", "not_available"]]],
  ["loadpoints/1/chargePower", "-0", [["loadpoint-1/active_power", 0]]],
  ["loadpoints/1/chargedEnergy", "7420.896", []],
  ["loadpoints/1/mode", "pv", []],
  ["loadpoints", "2", []],
  ["updated", "1790000000", []],
  ["status", "online", []],
])("%s %s", (tail, payload, readings) => {
  expect(hear(tail, payload)).toEqual(readings);
});

test("text where a number belongs", () => {
  expect(converse(evcc, { topic: "evcc/" }).refusals("evcc/site/pvPower", "on")).toEqual([
    "site/pvPower is text, not a number",
  ]);
});

test("`fields` takes what evcc has besides", () => {
  const fields = { "site/aux/1/power": { series: "heater/active_power", unit: "W" } };
  const site = converse(evcc, { topic: "evcc", fields });
  expect(site.readings("evcc/site/aux/1/power", "20")).toEqual([["heater/active_power", 20]]);
});
