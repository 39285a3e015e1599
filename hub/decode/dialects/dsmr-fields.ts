import type { FieldMeaning } from "./dialect.ts";

/** Half of a power: what is delivered to the client, or what the client returns. Never negative. */
export interface PowerHalf {
  readonly half: "delivered" | "returned";
  /** The power both halves make. */
  readonly series: string;
  readonly unit: "kW" | "W";
}

interface DsmrField extends FieldMeaning {
  /** The program sends whole numbers; a decimal shows that it is another program that counts in another unit. */
  readonly isWhole?: true;
}

const LINES = [1, 2, 3] as const;

/** Fields that mean something by themselves: registers of both tariffs, voltages and currents. */
export const dsmrFields: Readonly<Record<string, DsmrField>> = {
  electricity_delivered_1: { series: "active_energy_import/t1", unit: "kWh" },
  electricity_delivered_2: { series: "active_energy_import/t2", unit: "kWh" },
  electricity_returned_1: { series: "active_energy_export/t1", unit: "kWh" },
  electricity_returned_2: { series: "active_energy_export/t2", unit: "kWh" },
  ...forEachLine((line) => [`phase_voltage_l${line}`, { series: `voltage/l${line}`, unit: "V" }]),
  ...forEachLine((line) => [`phase_power_current_l${line}`, { series: `current/l${line}`, unit: "A" }]),
  consumption_low_tarif: { series: "active_energy_import/t1", unit: "Wh", isWhole: true },
  consumption_high_tarif: { series: "active_energy_import/t2", unit: "Wh", isWhole: true },
  returndelivery_low_tarif: { series: "active_energy_export/t1", unit: "Wh", isWhole: true },
  returndelivery_high_tarif: { series: "active_energy_export/t2", unit: "Wh", isWhole: true },
  ...forEachLine((line) => [`l${line}_voltage`, { series: `voltage/l${line}`, unit: "mV", isWhole: true }]),
  ...forEachLine((line) => [
    `l${line}_instant_power_current`,
    { series: `current/l${line}`, unit: "mA", isWhole: true },
  ]),
};

/** Fields that are half of a power. */
export const powerHalves: Readonly<Record<string, PowerHalf>> = {
  electricity_currently_delivered: { half: "delivered", series: "active_power", unit: "kW" },
  electricity_currently_returned: { half: "returned", series: "active_power", unit: "kW" },
  ...forEachLine((line) => [
    `phase_currently_delivered_l${line}`,
    { half: "delivered", series: `active_power/l${line}`, unit: "kW" },
  ]),
  ...forEachLine((line) => [
    `phase_currently_returned_l${line}`,
    { half: "returned", series: `active_power/l${line}`, unit: "kW" },
  ]),
  actual_consumption: { half: "delivered", series: "active_power", unit: "W" },
  actual_returndelivery: { half: "returned", series: "active_power", unit: "W" },
};

function forEachLine<T>(name: (line: number) => [string, T]): Readonly<Record<string, T>> {
  return Object.fromEntries(LINES.map(name));
}
