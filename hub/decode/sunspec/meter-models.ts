import { byPhase, inRow, type ModelDefinition, type ModelPoint } from "./model-definition.ts";

/**
 * Meters. The models name their counters imported and exported and leave it to the meter which way is which; power has the
 * sign of the quadrant, so positive is what is imported (the reactive counters of the same models call quadrants 1 and 2
 * import). A maker who has it otherwise is in maker-quirks.ts, an installation turned round is for whoever installs it.
 * Offsets and lengths of 203 and 213 from their SunSpec definitions (smdx), 203 compared with a generated table of another
 * implementation; the other connections are laid out like them.
 */

const int16 = { encoding: "int16", kind: "gauge" } as const;
const float32 = { encoding: "float32", kind: "gauge" } as const;

/** Where the exported counter stands in the integer meters: what KOSTAL's sign is seen by. */
export const EXPORT_OFFSET = 38;

/** A total and its phases, in registers one after the other. */
function withPhases(quantity: string, phases: number, total: ModelPoint, registers: number) {
  return inRow([quantity, ...(phases > 1 ? byPhase(quantity, phases) : [])], total, registers);
}

/** Integers with scale factors: 105 registers. */
function integerMeter(id: number, name: string, phases: number): ModelDefinition {
  const counter = { encoding: "acc32", unit: "Wh", kind: "counter", scaleOffset: 54 } as const;
  const volts = { offset: 8, unit: "V", scaleOffset: 15, ...int16 } as const;
  return {
    id,
    name,
    length: 105,
    points: {
      ...withPhases("current", phases, { offset: 2, unit: "A", scaleOffset: 6, ...int16 }, 1),
      ...inRow(phases > 1 ? byPhase("voltage", phases) : ["voltage"], volts, 1),
      frequency: { offset: 16, unit: "Hz", scaleOffset: 17, ...int16 },
      ...withPhases("active_power", phases, { offset: 18, unit: "W", scaleOffset: 22, ...int16 }, 1),
      ...withPhases("apparent_power", phases, { offset: 23, unit: "VA", scaleOffset: 27, ...int16 }, 1),
      ...withPhases("reactive_power", phases, { offset: 28, unit: "var", scaleOffset: 32, ...int16 }, 1),
      ...withPhases("power_factor", phases, { offset: 33, unit: "%", scaleOffset: 37, ...int16 }, 1),
      ...withPhases("active_energy_export", phases, { offset: EXPORT_OFFSET, ...counter }, 2),
      ...withPhases("active_energy_import", phases, { offset: 46, ...counter }, 2),
    },
  };
}

/** The same in floats: 124 registers. Here the power factor is a fraction. */
function floatMeter(id: number, name: string, phases: number): ModelDefinition {
  const counter = { encoding: "float32", unit: "Wh", kind: "counter" } as const;
  return {
    id,
    name,
    length: 124,
    points: {
      ...withPhases("current", phases, { offset: 2, unit: "A", ...float32 }, 2),
      ...inRow(phases > 1 ? byPhase("voltage", phases) : ["voltage"], { offset: 12, unit: "V", ...float32 }, 2),
      frequency: { offset: 26, unit: "Hz", ...float32 },
      ...withPhases("active_power", phases, { offset: 28, unit: "W", ...float32 }, 2),
      ...withPhases("apparent_power", phases, { offset: 36, unit: "VA", ...float32 }, 2),
      ...withPhases("reactive_power", phases, { offset: 44, unit: "var", ...float32 }, 2),
      ...withPhases("power_factor", phases, { offset: 52, unit: "1", ...float32 }, 2),
      ...withPhases("active_energy_export", phases, { offset: 60, ...counter }, 2),
      ...withPhases("active_energy_import", phases, { offset: 68, ...counter }, 2),
    },
  };
}

export const integerMeters: readonly ModelDefinition[] = [
  integerMeter(201, "meter, single phase", 1),
  integerMeter(202, "meter, split phase", 2),
  integerMeter(203, "meter, three phases, wye", 3),
  integerMeter(204, "meter, three phases, delta", 3),
];

export const floatMeters: readonly ModelDefinition[] = [
  floatMeter(211, "meter, single phase, floats", 1),
  floatMeter(212, "meter, split phase, floats", 2),
  floatMeter(213, "meter, three phases, wye, floats", 3),
  floatMeter(214, "meter, three phases, delta, floats", 3),
];
