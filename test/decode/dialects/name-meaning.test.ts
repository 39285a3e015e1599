import fc from "fast-check";
import { expect, test } from "vitest";
import { meaningOfName } from "../../../hub/decode/dialects/name-meaning.ts";
import { parseSeriesKey } from "../../../hub/reading.ts";

test.each([
  ["power", "W", "active_power"],
  ["Power/Active Power L1", "kW", "active_power/l1"],
  ["ActivePowerPhaseB", "W", "active_power/l2"],
  ["power phase 3", "W", "active_power/l3"],
  ["PV power", "W", "pv/active_power turned"],
  ["power_production", "kW", "active_power turned"],
  ["power_consumption", "W", "active_power"],
  ["energy", "kWh", "active_energy_import"],
  ["Energy Export", "Wh", "active_energy_export"],
  ["energy_imported_tariff_2", "kWh", "active_energy_import/t2"],
  ["energy_returned_t1", "kWh", "active_energy_export/t1"],
  ["voltage", "mV", "voltage"],
  ["current", "A", "current"],
  ["reactive_power", "var", "reactive_power"],
  ["apparent power", "VA", "apparent_power"],
  ["grid frequency", "Hz", "grid/frequency"],
  ["power factor", "%", "power_factor"],
  ["cosphi", "1", "power_factor"],
  ["State of Charge", "%", "state_of_charge"],
  ["battery_soc", "%", "battery/state_of_charge"],
  ["battery_voltage", "V", "battery/voltage"],
  ["humidity", "%", "humidity"],
  ["Außentemperatur", "°C", "undefined"],
  ["outdoor temperature", "°C", "outdoor/temperature"],
  ["irradiance", "W/m²", "irradiance"],
  ["brightness", "%", "undefined"],
  ["energy_today", "kWh", "undefined"],
  ["energy import export", "kWh", "undefined"],
  ["energy_delivered", "kWh", "undefined"],
  ["net energy", "kWh", "undefined"],
  ["power_export", "W", "undefined"],
  ["max power", "W", "undefined"],
  ["battery power", "W", "undefined"],
  ["battery charge energy", "kWh", "undefined"],
  ["gas", "m³", "undefined"],
  ["power", "horses", "undefined"],
])("%s in %s is %s", (name, unit, told) => {
  const meaning = meaningOfName({ name, unit });
  expect(meaning === undefined ? "undefined" : `${meaning.series}${meaning.isTurned ? " turned" : ""}`).toBe(told);
});

test("what it tells is a series of a device, whatever the name", () => {
  const unit = fc.constantFrom("W", "kWh", "V", "%", "°C", "constructor");
  fc.assert(
    fc.property(fc.string(), unit, fc.option(fc.string(), { nil: undefined }), (name, unit, node) => {
      const meaning = meaningOfName({ name, unit, ...(node !== undefined && { node }) });
      if (meaning !== undefined) expect(parseSeriesKey(`d/${meaning.series}`)?.device).toBe("d");
    }),
  );
});
