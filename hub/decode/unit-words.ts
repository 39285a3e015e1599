import type { Quantity } from "../quantity.ts";
import { shiftDecimal } from "../units.ts";

/**
 * Units as devices, profiles and dialects write them, and by how many decimal places a value moves to reach our unit of
 * that quantity. A word that is not here is foreign: what it says goes to the quarantine, never to a guess.
 */
const watts = { W: 0, kW: 3, MW: 6, mW: -3 };
const wattHours = { Wh: 0, kWh: 3, MWh: 6, mWh: -3 };

export const unitWords = {
  active_power: watts,
  active_energy_import: wattHours,
  active_energy_export: wattHours,
  reactive_power: { var: 0, VAr: 0, VAR: 0, kvar: 3, kVAr: 3 },
  apparent_power: { VA: 0, kVA: 3 },
  voltage: { V: 0, mV: -3, kV: 3 },
  current: { A: 0, mA: -3 },
  frequency: { Hz: 0, mHz: -3 },
  power_factor: { "1": 0, "%": -2 },
  state_of_charge: { "%": 0, "1": 2 },
  irradiance: { "W/m2": 0, "W/m²": 0 },
  temperature: { degC: 0, "°C": 0, C: 0 },
  humidity: { "%RH": 0, "%": 0 },
  spindle_speed: { rpm: 0, "1/min": 0 },
  execution: { state: 0 },
  share: { "1": 0, "%": -2 },
} as const satisfies { readonly [quantity in Quantity]: Readonly<Record<string, number>> };

/** Every unit word that some quantity takes. */
export type UnitWord = { [Q in Quantity]: keyof (typeof unitWords)[Q] }[Quantity] & string;

/**
 * A value in our unit of its quantity, moved by decimal places and never multiplied: 1.001 kWh is 1001 Wh.
 * @param word unit as the device names it, such as `kWh`
 * @returns undefined when the word is foreign to the quantity or the result is not finite
 */
export function inOwnUnit(quantity: Quantity, value: number, word: string): number | undefined {
  const places = placesOf(quantity, word);
  if (places === undefined) return undefined;
  const shifted = places === 0 ? value : shiftDecimal(value, places);
  if (!Number.isFinite(shifted)) return undefined;
  return shifted === 0 ? 0 : shifted;
}

/** Decimal places from a unit word to our unit; undefined for a foreign one. */
export function placesOf(quantity: Quantity, word: string): number | undefined {
  const words: Readonly<Record<string, number>> = unitWords[quantity];
  return Object.hasOwn(words, word) ? words[word] : undefined;
}
