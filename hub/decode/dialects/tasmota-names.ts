import type { Quantity } from "../../quantity.ts";
import type { UnitWord } from "../unit-words.ts";

/** What a name means: a series key without the device or channel, and the unit of the number. */
export interface NameMeaning {
  readonly quantity: Quantity;
  readonly part?: "l1" | "l2" | "l3" | "t1" | "t2";
  readonly unit: UnitWord;
}

/**
 * `ENERGY` of an energy sensor (Tasmota driver xdrv_03): one number, or a list with one a channel. `Today`, `Yesterday`
 * and `Period` begin anew and are no registers; `ImportActive` repeats `Total`.
 */
export const energyNames: Readonly<Record<string, NameMeaning>> = {
  Total: { quantity: "active_energy_import", unit: "kWh" },
  ExportActive: { quantity: "active_energy_export", unit: "kWh" },
  Power: { quantity: "active_power", unit: "W" },
  ApparentPower: { quantity: "apparent_power", unit: "VA" },
  ReactivePower: { quantity: "reactive_power", unit: "var" },
  Factor: { quantity: "power_factor", unit: "1" },
  Voltage: { quantity: "voltage", unit: "V" },
  Current: { quantity: "current", unit: "A" },
  Frequency: { quantity: "frequency", unit: "Hz" },
};

/** Registers a tariff: always a list of two, high tariff named t1 by the device. */
export const tariffNames: Readonly<Record<string, Quantity>> = {
  TotalTariff: "active_energy_import",
  ExportTariff: "active_energy_export",
};

/** Sensors beside the meter, by the names Tasmota gives them in every object; temperature follows `TempUnit`. */
export const sensorNames: Readonly<Record<string, Quantity>> = {
  Temperature: "temperature",
  Humidity: "humidity",
};

const energy = (quantity: Quantity, ...names: readonly string[]) =>
  names.map((name) => [name, { quantity, unit: "kWh" }] as const);
const tariffs = (quantity: Quantity, ...names: readonly string[]) =>
  names.flatMap((name) => [
    [`${name}1`, { quantity, part: "t1", unit: "kWh" }] as const,
    [`${name}2`, { quantity, part: "t2", unit: "kWh" }] as const,
  ]);
const phases = (quantity: Quantity, unit: UnitWord, ...names: readonly string[]) =>
  names.flatMap((name) => [
    [`${name}1`, { quantity, part: "l1", unit }] as const,
    [`${name}2`, { quantity, part: "l2", unit }] as const,
    [`${name}3`, { quantity, part: "l3", unit }] as const,
  ]);

/**
 * Names in the published scripts of the smart meter interface, in small letters, with the units those scripts use. The
 * names are free text of whoever wrote the script; what is named otherwise needs `fields`.
 */
export const meterNames: ReadonlyMap<string, NameMeaning> = new Map<string, NameMeaning>([
  ...energy("active_energy_import", "total_in", "e_in", "energy_in", "enrg_imp", "1_8_0", "1.8.0"),
  ...energy("active_energy_export", "total_out", "e_out", "energy_out", "enrg_exp", "2_8_0", "2.8.0"),
  ...tariffs("active_energy_import", "total_in_t", "e_in_t", "enrg_imp_t", "1_8_", "1.8."),
  ...tariffs("active_energy_export", "total_out_t", "e_out_t", "enrg_exp_t", "2_8_", "2.8."),
  ...["power_curr", "power_cur", "power_total", "power", "curr_w", "p", "16_7_0", "16.7.0"].map(
    (name) => [name, { quantity: "active_power", unit: "W" }] as const,
  ),
  ...phases("active_power", "W", "power_l", "power_p", "p_l", "p"),
  ...phases("voltage", "V", "voltage_l", "voltage_p", "volt_p", "volt_l", "volts_l", "u_l", "u"),
  ...phases("current", "A", "current_l", "current_p", "curr_l", "amperage_p", "amps_l", "i_l", "i"),
  ...["freq", "frequency", "hz"].map((name) => [name, { quantity: "frequency", unit: "Hz" }] as const),
]);
