import type { Quantity } from "../../quantity.ts";
import type { UnitWord } from "../unit-words.ts";

interface ZigbeeName {
  readonly quantity: Quantity;
  readonly unit: UnitWord;
}

/** Names that zigbee-herdsman-converters gives what we know; all others are ignored. */
const names: Readonly<Record<string, ZigbeeName>> = {
  power: { quantity: "active_power", unit: "W" },
  power_reactive: { quantity: "reactive_power", unit: "var" },
  power_apparent: { quantity: "apparent_power", unit: "VA" },
  power_factor: { quantity: "power_factor", unit: "1" },
  voltage: { quantity: "voltage", unit: "V" },
  current: { quantity: "current", unit: "A" },
  ac_frequency: { quantity: "frequency", unit: "Hz" },
  energy: { quantity: "active_energy_import", unit: "kWh" },
  consumed_energy: { quantity: "active_energy_import", unit: "kWh" },
  produced_energy: { quantity: "active_energy_export", unit: "kWh" },
  energy_produced: { quantity: "active_energy_export", unit: "kWh" },
  temperature: { quantity: "temperature", unit: "°C" },
  humidity: { quantity: "humidity", unit: "%RH" },
};

const ENDPOINT = /^(.+)_l([1-8])$/;
const PHASE = /^(.+?)(?:_phase)?_([abc])$/;
const TARIFF = /^(energy|produced_energy|energy_produced)_(?:tier_|t)([12])$/;
const PHASES: Readonly<Record<string, "l1" | "l2" | "l3">> = { a: "l1", b: "l2", c: "l3" };

export interface ZigbeeMeaning extends ZigbeeName {
  /** Series key without the device. */
  readonly series: string;
  /** What the name ends in where it speaks of one phase: `_a`; else empty. */
  readonly suffix: string;
}

/**
 * What a name in a Zigbee2MQTT payload means. `_l1` to `_l8` are endpoints of a device with several outlets or clamps, so
 * they are channels; `_a _b _c` and `_phase_b` are phases; `_t1 _t2` and `_tier_1` are tariffs.
 */
export function readZigbeeName(name: string): ZigbeeMeaning | undefined {
  const plain = ownName(name);
  if (plain !== undefined) return { ...plain, series: plain.quantity, suffix: "" };
  const [, tariffed = "", tariff] = TARIFF.exec(name) ?? [];
  const ofTariff = ownName(tariffed);
  if (ofTariff !== undefined) return { ...ofTariff, series: `${ofTariff.quantity}/t${tariff}`, suffix: "" };
  const [, outlet = "", channel] = ENDPOINT.exec(name) ?? [];
  const ofOutlet = ownName(outlet);
  if (ofOutlet !== undefined) return { ...ofOutlet, series: `${channel}/${ofOutlet.quantity}`, suffix: "" };
  const [, phased = "", phase = ""] = PHASE.exec(name) ?? [];
  const ofPhase = ownName(phased);
  if (ofPhase === undefined) return undefined;
  return { ...ofPhase, series: `${ofPhase.quantity}/${PHASES[phase]}`, suffix: `_${phase}` };
}

const ownName = (name: string): ZigbeeName | undefined => (Object.hasOwn(names, name) ? names[name] : undefined);
