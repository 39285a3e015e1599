/** What is measured, each quantity with its one unit. Adding a quantity is one line here. */
export const quantities = {
  active_power: "W",
  active_energy_import: "Wh",
  active_energy_export: "Wh",
  reactive_power: "var",
  apparent_power: "VA",
  voltage: "V",
  current: "A",
  frequency: "Hz",
  power_factor: "1",
  state_of_charge: "%",
  irradiance: "W/m2",
  temperature: "degC",
  humidity: "%RH",
  spindle_speed: "rpm",
  execution: "state",
  share: "1",
} as const;

export type Quantity = keyof typeof quantities;

export function isQuantity(word: string): word is Quantity {
  return Object.hasOwn(quantities, word);
}

/** Quantities that are registers: they only ever rise, and energy is their difference. */
export const registerQuantities: readonly Quantity[] = ["active_energy_import", "active_energy_export"];

/** Quantities that settlement rests on: registers, and the shares that an operator names. */
export const settledQuantities: readonly Quantity[] = [...registerQuantities, "share"];
