import { byPhase, inRow, type ModelDefinition, type ModelPoint } from "./model-definition.ts";

/**
 * Inverters. What they generate is positive in all of these models; we count it as negative power and as exported energy.
 * Offsets and lengths of 103 and 113 from their SunSpec definitions (smdx), 103 compared with a generated table of another
 * implementation; 701 from such a table; the one- and two-phase models are laid out like them, which a recorded 101 shows.
 * The sign of 701 is in its own text: positive is generation.
 */

const gauge = { kind: "gauge" } as const;
const generated = { kind: "gauge", unit: "W", isTurned: true } as const;

/** Integers with scale factors: 50 registers. The total current is the sum of the phases. */
function integerInverter(id: number, name: string, phases: number): ModelDefinition {
  const current = { offset: 2, encoding: "uint16", unit: "A", scaleOffset: 6, ...gauge } as const satisfies ModelPoint;
  const voltage = {
    offset: 10,
    encoding: "uint16",
    unit: "V",
    scaleOffset: 13,
    ...gauge,
  } as const satisfies ModelPoint;
  const celsius = { encoding: "int16", unit: "degC", scaleOffset: 37, ...gauge } as const;
  return {
    id,
    name,
    length: 50,
    points: {
      current,
      ...(phases > 1 ? inRow(byPhase("current", phases), { ...current, offset: 3 }, 1) : {}),
      ...inRow(phases > 1 ? byPhase("voltage", phases) : ["voltage"], voltage, 1),
      active_power: { offset: 14, encoding: "int16", scaleOffset: 15, ...generated },
      frequency: { offset: 16, encoding: "uint16", unit: "Hz", scaleOffset: 17, ...gauge },
      apparent_power: { offset: 18, encoding: "int16", unit: "VA", scaleOffset: 19, ...gauge },
      reactive_power: { offset: 20, encoding: "int16", unit: "var", scaleOffset: 21, ...gauge },
      power_factor: { offset: 22, encoding: "int16", unit: "%", scaleOffset: 23, ...gauge },
      active_energy_export: { offset: 24, encoding: "acc32", unit: "Wh", kind: "counter", scaleOffset: 26 },
      "dc/current": { offset: 27, encoding: "uint16", unit: "A", scaleOffset: 28, ...gauge },
      "dc/voltage": { offset: 29, encoding: "uint16", unit: "V", scaleOffset: 30, ...gauge },
      "dc/active_power": { offset: 31, encoding: "int16", scaleOffset: 32, ...generated },
      temperature: { offset: 33, ...celsius },
      "heat-sink/temperature": { offset: 34, ...celsius },
    },
  };
}

/** The same in floats: 60 registers, no scale factors. */
function floatInverter(id: number, name: string, phases: number): ModelDefinition {
  const float = { encoding: "float32", ...gauge } as const;
  return {
    id,
    name,
    length: 60,
    points: {
      current: { offset: 2, unit: "A", ...float },
      ...(phases > 1 ? inRow(byPhase("current", phases), { offset: 4, unit: "A", ...float }, 2) : {}),
      ...inRow(phases > 1 ? byPhase("voltage", phases) : ["voltage"], { offset: 16, unit: "V", ...float }, 2),
      active_power: { offset: 22, encoding: "float32", ...generated },
      frequency: { offset: 24, unit: "Hz", ...float },
      apparent_power: { offset: 26, unit: "VA", ...float },
      reactive_power: { offset: 28, unit: "var", ...float },
      power_factor: { offset: 30, unit: "%", ...float },
      active_energy_export: { offset: 32, encoding: "float32", unit: "Wh", kind: "counter" },
      "dc/current": { offset: 34, unit: "A", ...float },
      "dc/voltage": { offset: 36, unit: "V", ...float },
      "dc/active_power": { offset: 38, encoding: "float32", ...generated },
      temperature: { offset: 40, unit: "degC", ...float },
      "heat-sink/temperature": { offset: 42, unit: "degC", ...float },
    },
  };
}

/** Scale factors stand at the end of model 701, 113 registers from the first point: within one request of 125. */
const derScale = { A: 113, V: 114, Hz: 115, W: 116, PF: 117, VA: 118, var: 119, Wh: 120, degC: 122 } as const;
/** Each phase of model 701 takes 23 registers, the first from 41 on. */
const derPhase = { from: 41, length: 23 } as const;

/** Definitions of different years say int16 or uint16 for voltages and the power factor: both sentinels are none. */
const eitherSentinel = { absent: [0x8000, 0xffff] } as const;

function derPoints(phase: number): Readonly<Record<string, ModelPoint>> {
  const from = derPhase.from + (phase - 1) * derPhase.length;
  const int16 = { encoding: "int16", ...gauge } as const;
  const energy = { encoding: "uint64", unit: "Wh", kind: "counter", scaleOffset: derScale.Wh } as const;
  return {
    [`active_power/l${phase}`]: { offset: from, encoding: "int16", scaleOffset: derScale.W, ...generated },
    [`apparent_power/l${phase}`]: { offset: from + 1, unit: "VA", scaleOffset: derScale.VA, ...int16 },
    [`reactive_power/l${phase}`]: { offset: from + 2, unit: "var", scaleOffset: derScale.var, ...int16 },
    [`power_factor/l${phase}`]: { offset: from + 3, unit: "1", scaleOffset: derScale.PF, ...int16, ...eitherSentinel },
    [`current/l${phase}`]: { offset: from + 4, unit: "A", scaleOffset: derScale.A, ...int16 },
    [`voltage/l${phase}`]: {
      offset: from + 6,
      encoding: "uint16",
      unit: "V",
      scaleOffset: derScale.V,
      ...gauge,
      ...eitherSentinel,
    },
    [`active_energy_export/l${phase}`]: { offset: from + 7, ...energy },
    [`active_energy_import/l${phase}`]: { offset: from + 11, ...energy },
  };
}

const derMeasurement: ModelDefinition = {
  id: 701,
  name: "DER AC measurement",
  length: 153,
  points: {
    active_power: { offset: 10, encoding: "int16", scaleOffset: derScale.W, ...generated },
    apparent_power: { offset: 11, encoding: "int16", unit: "VA", scaleOffset: derScale.VA, ...gauge },
    reactive_power: { offset: 12, encoding: "int16", unit: "var", scaleOffset: derScale.var, ...gauge },
    power_factor: { offset: 13, encoding: "int16", unit: "1", scaleOffset: derScale.PF, ...gauge, ...eitherSentinel },
    current: { offset: 14, encoding: "int16", unit: "A", scaleOffset: derScale.A, ...gauge },
    frequency: { offset: 17, encoding: "uint32", unit: "Hz", scaleOffset: derScale.Hz, ...gauge },
    active_energy_export: { offset: 19, encoding: "uint64", unit: "Wh", kind: "counter", scaleOffset: derScale.Wh },
    active_energy_import: { offset: 23, encoding: "uint64", unit: "Wh", kind: "counter", scaleOffset: derScale.Wh },
    temperature: { offset: 36, encoding: "int16", unit: "degC", scaleOffset: derScale.degC, ...gauge },
    "heat-sink/temperature": { offset: 37, encoding: "int16", unit: "degC", scaleOffset: derScale.degC, ...gauge },
    ...derPoints(1),
    ...derPoints(2),
    ...derPoints(3),
  },
};

export const integerInverters: readonly ModelDefinition[] = [
  integerInverter(101, "inverter, single phase", 1),
  integerInverter(102, "inverter, split phase", 2),
  integerInverter(103, "inverter, three phases", 3),
];

export const floatInverters: readonly ModelDefinition[] = [
  floatInverter(111, "inverter, single phase, floats", 1),
  floatInverter(112, "inverter, split phase, floats", 2),
  floatInverter(113, "inverter, three phases, floats", 3),
];

export const derMeasurements: readonly ModelDefinition[] = [derMeasurement];
