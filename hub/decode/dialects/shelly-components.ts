import type { Quantity } from "../../quantity.ts";
import type { UnitWord } from "../unit-words.ts";

/** A number of a component's status: where it stands in it, and what it means. */
export interface ComponentName {
  /** Path in the status object. */
  readonly path: string;
  readonly quantity: Quantity;
  readonly part?: "l1" | "l2" | "l3";
  readonly unit: UnitWord;
  /** Word in `errors` that says this number is out of range. */
  readonly fault?: string;
  /** Where the errors of this number stand. */
  readonly errors: string;
}

const errors = "errors";
const outlet: readonly ComponentName[] = [
  { path: "apower", quantity: "active_power", unit: "W", errors },
  { path: "voltage", quantity: "voltage", unit: "V", errors },
  { path: "current", quantity: "current", unit: "A", errors },
  { path: "freq", quantity: "frequency", unit: "Hz", errors },
  { path: "pf", quantity: "power_factor", unit: "1", errors },
  { path: "temperature.tC", quantity: "temperature", unit: "°C", errors: "" },
];

const clamp = (letter: string, part?: "l1" | "l2" | "l3"): readonly ComponentName[] => {
  const base = { errors: `${letter}errors`, ...(part !== undefined && { part }) };
  return [
    { ...base, path: `${letter}act_power`, quantity: "active_power", unit: "W", fault: "act_power" },
    { ...base, path: `${letter}aprt_power`, quantity: "apparent_power", unit: "VA", fault: "aprt_power" },
    { ...base, path: `${letter}voltage`, quantity: "voltage", unit: "V", fault: "voltage" },
    { ...base, path: `${letter}current`, quantity: "current", unit: "A", fault: "current" },
    { ...base, path: `${letter}freq`, quantity: "frequency", unit: "Hz" },
    { ...base, path: `${letter}pf`, quantity: "power_factor", unit: "1" },
  ];
};

const counters = (letter: string, part?: "l1" | "l2" | "l3"): readonly ComponentName[] => {
  const base = { errors: "", unit: "Wh", ...(part !== undefined && { part }) } as const;
  return [
    { ...base, path: `${letter}total_act_energy`, quantity: "active_energy_import" },
    { ...base, path: `${letter}total_act_ret_energy`, quantity: "active_energy_export" },
  ];
};

const threePhases: readonly ComponentName[] = [
  ...clamp("a_", "l1"),
  ...clamp("b_", "l2"),
  ...clamp("c_", "l3"),
  { path: "total_act_power", quantity: "active_power", unit: "W", errors },
  { path: "total_aprt_power", quantity: "apparent_power", unit: "VA", errors },
  { path: "total_current", quantity: "current", unit: "A", errors },
];

const threeCounters: readonly ComponentName[] = [
  ...counters("a_", "l1"),
  ...counters("b_", "l2"),
  ...counters("c_", "l3"),
  { path: "total_act", quantity: "active_energy_import", unit: "Wh", errors: "" },
  { path: "total_act_ret", quantity: "active_energy_export", unit: "Wh", errors: "" },
];

/** What components say that we know, by the kind in front of the colon. Energy is in Wh, `by_minute` in mWh is left out. */
export const componentNames: ReadonlyMap<string, readonly ComponentName[]> = new Map([
  ["switch", outlet],
  ["pm1", outlet],
  ["cover", outlet],
  ["light", outlet],
  ["em", threePhases],
  ["em1", clamp("")],
  ["emdata", threeCounters],
  ["em1data", counters("")],
  ["temperature", [{ path: "tC", quantity: "temperature", unit: "°C", errors }]],
  ["humidity", [{ path: "rh", quantity: "humidity", unit: "%RH", errors }]],
]);

/** Kinds whose energy is `aenergy`, in which what was returned is counted too. */
export const kindsWithAenergy: ReadonlySet<string> = new Set(["switch", "pm1", "cover", "light"]);

/** Add-ons count their sensors from here and not from 0. */
const FIRST_OF_ADD_ON = 100;

/** A component such as `em1:1`, taken apart. */
export interface ComponentKey {
  readonly kind: string;
  readonly id: number;
  /** Channel of its series: none for the first, "2" for the second, and so on. It never depends on how many there are. */
  readonly channel: string | undefined;
}

/** Take a component's name apart, or undefined when it is none that says readings. */
export function readComponentKey(name: string): ComponentKey | undefined {
  const [, kind = "", number = ""] = /^([a-z0-9]{1,20}):(\d{1,3})$/.exec(name) ?? [];
  if (!componentNames.has(kind)) return undefined;
  const id = Number(number);
  return { kind, id, channel: id === 0 ? undefined : String(id < FIRST_OF_ADD_ON ? id + 1 : id) };
}

/** Series key of a number, without the device. */
export function seriesOfComponent(channel: string | undefined, quantity: Quantity, part?: string): string {
  return [channel, quantity, part].filter((word) => word !== undefined).join("/");
}
