import type { Quantity } from "../quantity.ts";

/**
 * Units a device may name for a quantity, and by how many decimal places its value moves to reach ours.
 * Source: RFC 8428 section 12.1 and RFC 8798 (secondary units). A unit that is not here is foreign and goes to quarantine.
 */
export const senmlUnits: { readonly [quantity in Quantity]: Readonly<Record<string, number>> } = {
  active_power: { W: 0, kW: 3 },
  active_energy_import: { Wh: 0, kWh: 3 },
  active_energy_export: { Wh: 0, kWh: 3 },
  reactive_power: { var: 0, kvar: 3 },
  apparent_power: { VA: 0, kVA: 3 },
  voltage: { V: 0, mV: -3 },
  current: { A: 0, mA: -3 },
  frequency: { Hz: 0 },
  power_factor: { "/": 0, "/100": -2 },
  state_of_charge: { "%": 0, "%EL": 0, "/100": 0, "/": 2 },
  irradiance: { "W/m2": 0 },
  temperature: { Cel: 0 },
  humidity: { "%RH": 0 },
  spindle_speed: { "1/min": 0 },
  execution: { count: 0 },
  share: { "/": 0, "/100": -2 },
};

/** The unit we write ourselves: the one whose value needs no shift. */
export function ownSenmlUnit(quantity: Quantity): string {
  const [unit] = Object.entries(senmlUnits[quantity]).find(([, places]) => places === 0) ?? [];
  if (unit === undefined) throw new RangeError(`no SenML unit for ${quantity}`);
  return unit;
}
