import type { ModelDefinition } from "./model-definition.ts";

/**
 * The direct-current side: strings, ports and batteries. What flows into the inverter (from modules, or out of a battery)
 * is positive in these models; we count it as negative power and as exported energy, as on the other side of the inverter.
 * Offsets and lengths of 160 from its SunSpec definition (smdx); of 713, 714 and 802 from tables that another
 * implementation generated from theirs. The definition of 802 does not say its sign; evcc takes positive for discharging.
 */

const gauge = { kind: "gauge" } as const;
const given = { kind: "gauge", unit: "W", isTurned: true } as const;

/** 8 registers and 20 for every string: the scale factors stand in the first ones, so about six strings are in reach. */
const strings: ModelDefinition = {
  id: 160,
  name: "strings (MPPT)",
  length: 28,
  points: {},
  group: {
    from: 10,
    length: 20,
    labelOffset: 1,
    points: {
      current: { offset: 9, encoding: "uint16", unit: "A", scaleOffset: 2, ...gauge },
      voltage: { offset: 10, encoding: "uint16", unit: "V", scaleOffset: 3, ...gauge },
      active_power: { offset: 11, encoding: "uint16", scaleOffset: 4, ...given },
      active_energy_export: { offset: 12, encoding: "acc32", unit: "Wh", kind: "counter", scaleOffset: 5 },
    },
  },
};

/** 18 registers and 25 for every port. */
const ports: ModelDefinition = {
  id: 714,
  name: "DER DC measurement",
  length: 43,
  points: {
    "dc/current": { offset: 5, encoding: "int16", unit: "A", scaleOffset: 15, ...gauge },
    "dc/active_power": { offset: 6, encoding: "int16", scaleOffset: 17, ...given },
    "dc/active_energy_export": { offset: 7, encoding: "uint64", unit: "Wh", kind: "counter", scaleOffset: 18 },
    "dc/active_energy_import": { offset: 11, encoding: "uint64", unit: "Wh", kind: "counter", scaleOffset: 18 },
  },
  group: {
    from: 20,
    length: 25,
    typeOffset: 0,
    labelOffset: 2,
    points: {
      current: { offset: 10, encoding: "int16", unit: "A", scaleOffset: 15, ...gauge },
      voltage: { offset: 11, encoding: "uint16", unit: "V", scaleOffset: 16, ...gauge, absent: [0x8000] },
      active_power: { offset: 12, encoding: "int16", scaleOffset: 17, ...given },
      active_energy_export: { offset: 13, encoding: "uint64", unit: "Wh", kind: "counter", scaleOffset: 18 },
      active_energy_import: { offset: 17, encoding: "uint64", unit: "Wh", kind: "counter", scaleOffset: 18 },
    },
  },
};

const storageCapacity: ModelDefinition = {
  id: 713,
  name: "DER storage capacity",
  length: 7,
  points: { state_of_charge: { offset: 4, encoding: "uint16", unit: "%", scaleOffset: 8, ...gauge } },
};

const battery: ModelDefinition = {
  id: 802,
  name: "battery",
  length: 62,
  points: {
    state_of_charge: { offset: 11, encoding: "uint16", unit: "%", scaleOffset: 56, ...gauge },
    voltage: { offset: 34, encoding: "uint16", unit: "V", scaleOffset: 59, ...gauge },
    current: { offset: 44, encoding: "int16", unit: "A", scaleOffset: 61, ...gauge },
    active_power: { offset: 47, encoding: "int16", scaleOffset: 63, ...given },
  },
};

export const stringModels: readonly ModelDefinition[] = [strings];
export const portModels: readonly ModelDefinition[] = [ports];
export const batteryModels: readonly ModelDefinition[] = [battery];
export const storageModels: readonly ModelDefinition[] = [storageCapacity];
