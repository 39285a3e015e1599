import type { Quantity } from "../../quantity.ts";
import type { UnitWord } from "../unit-words.ts";

/** What a path of a Victron service means. */
export interface VictronPath {
  /** Series key without the device. */
  readonly series: string;
  readonly unit: UnitWord;
  readonly isTurned?: true;
}

/** Services that measure alternating current, and whether they generate: then positive is out of the unit for us. */
const acServices: Readonly<Record<string, "consumes" | "generates">> = {
  grid: "consumes",
  acload: "consumes",
  heatpump: "consumes",
  evcharger: "consumes",
  pvinverter: "generates",
  genset: "generates",
};

const AC = /^Ac\/(?:L([123])\/)?(Power|Voltage|Current|Frequency|PowerFactor|Energy\/Forward|Energy\/Reverse)$/;
const MULTI = /^Ac\/(ActiveIn|Out)\/(?:L([123])\/)?([PVIFS])$/;
const SYSTEM = /^Ac\/(Grid|Genset|Consumption|PvOnGrid|PvOnOutput|PvOnGenset)\/L([123])\/(Power|Current)$/;

const acNames: Readonly<Record<string, { readonly quantity: Quantity; readonly unit: UnitWord }>> = {
  Power: { quantity: "active_power", unit: "W" },
  P: { quantity: "active_power", unit: "W" },
  Voltage: { quantity: "voltage", unit: "V" },
  V: { quantity: "voltage", unit: "V" },
  Current: { quantity: "current", unit: "A" },
  I: { quantity: "current", unit: "A" },
  Frequency: { quantity: "frequency", unit: "Hz" },
  F: { quantity: "frequency", unit: "Hz" },
  S: { quantity: "apparent_power", unit: "VA" },
  PowerFactor: { quantity: "power_factor", unit: "1" },
};

const dc: Readonly<Record<string, VictronPath>> = {
  "Dc/0/Voltage": { series: "voltage", unit: "V" },
  "Dc/0/Current": { series: "current", unit: "A" },
};

/** Paths that stand for themselves, by service. Energy in kWh, power in W as everywhere on the D-Bus of Venus OS. */
const plainPaths: Readonly<Record<string, Readonly<Record<string, VictronPath>>>> = {
  // Positive is charging: into the battery.
  battery: {
    ...dc,
    "Dc/0/Power": { series: "active_power", unit: "W" },
    "Dc/0/Temperature": { series: "temperature", unit: "°C" },
    Soc: { series: "state_of_charge", unit: "%" },
    "History/ChargedEnergy": { series: "active_energy_import", unit: "kWh" },
    "History/DischargedEnergy": { series: "active_energy_export", unit: "kWh" },
  },
  // Yield/User can be set to nothing by its owner; Yield/System never.
  solarcharger: {
    ...dc,
    "Yield/Power": { series: "active_power", unit: "W", isTurned: true },
    "Yield/System": { series: "active_energy_export", unit: "kWh" },
    "Pv/V": { series: "pv/voltage", unit: "V" },
  },
  vebus: {
    "Dc/0/Voltage": { series: "dc/voltage", unit: "V" },
    Soc: { series: "state_of_charge", unit: "%" },
  },
  system: {
    "Dc/Battery/Power": { series: "battery/active_power", unit: "W" },
    "Dc/Battery/Voltage": { series: "battery/voltage", unit: "V" },
    "Dc/Battery/Current": { series: "battery/current", unit: "A" },
    "Dc/Battery/Soc": { series: "state_of_charge", unit: "%" },
    "Dc/Battery/Temperature": { series: "battery/temperature", unit: "°C" },
    "Dc/Pv/Power": { series: "pv-dc/active_power", unit: "W", isTurned: true },
  },
  temperature: {
    Temperature: { series: "temperature", unit: "°C" },
    Humidity: { series: "humidity", unit: "%RH" },
  },
  meteo: {
    Irradiance: { series: "irradiance", unit: "W/m2" },
    ExternalTemperature: { series: "temperature", unit: "°C" },
    CellTemperature: { series: "cell/temperature", unit: "°C" },
  },
};

const systemChannels: Readonly<Record<string, string>> = {
  Grid: "grid",
  Genset: "genset",
  Consumption: "consumption",
  PvOnGrid: "pv-on-grid",
  PvOnOutput: "pv-on-output",
  PvOnGenset: "pv-on-genset",
};

/**
 * What a path below a service means in our signs; undefined for the many that say nothing we keep.
 * @param service `grid`, `pvinverter`, `vebus`, `battery`, `system`, `solarcharger` and the like
 * @param path    below the instance, such as `Ac/L1/Power`
 */
export function readVictronPath(service: string, path: string): VictronPath | undefined {
  const plain = Object.hasOwn(plainPaths, service) ? plainPaths[service] : undefined;
  if (plain !== undefined && Object.hasOwn(plain, path)) return plain[path];
  const role = Object.hasOwn(acServices, service) ? acServices[service] : undefined;
  if (role !== undefined) return readAcPath(path, role === "generates");
  if (service === "vebus" || service === "inverter" || service === "acsystem") return readMultiPath(path);
  return service === "system" ? readSystemPath(path) : undefined;
}

/** Forward counts what a meter took and what a generator gave: for us the one is import, the other export. */
function readAcPath(path: string, generates: boolean): VictronPath | undefined {
  const [, phase, word = ""] = AC.exec(path) ?? [];
  if (word.startsWith("Energy/")) {
    const isExport = (word === "Energy/Reverse") !== generates;
    return { series: inPhase(isExport ? "active_energy_export" : "active_energy_import", phase), unit: "kWh" };
  }
  return ofName(word, phase, generates);
}

/** What goes out to the loads leaves the unit, so it is negative. */
function readMultiPath(path: string): VictronPath | undefined {
  const [, side, phase, word = ""] = MULTI.exec(path) ?? [];
  const found = ofName(word, phase, side === "Out");
  return found && { ...found, series: `${side === "Out" ? "ac-out" : "ac-in"}/${found.series}` };
}

function readSystemPath(path: string): VictronPath | undefined {
  const [, place = "", phase, word = ""] = SYSTEM.exec(path) ?? [];
  const found = ofName(word, phase, place.startsWith("Pv") || place === "Genset");
  return found && { ...found, series: `${systemChannels[place]}/${found.series}` };
}

function ofName(word: string, phase: string | undefined, isTurned: boolean): VictronPath | undefined {
  const name = Object.hasOwn(acNames, word) ? acNames[word] : undefined;
  if (name === undefined) return undefined;
  const found = { series: inPhase(name.quantity, phase), unit: name.unit };
  return isTurned && name.quantity === "active_power" ? { ...found, isTurned } : found;
}

const inPhase = (quantity: Quantity, phase: string | undefined): string =>
  phase === undefined ? quantity : `${quantity}/l${phase}`;
