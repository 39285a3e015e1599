import type { RegisterWords } from "./simulated-unit.ts";
import { type ModelPoint, sunSpecImage } from "./sunspec-image.ts";

/** What a three-phase inverter shows at a moment; power is what it generates, positive. */
export interface InverterState {
  readonly power_w: number;
  /** Whole counts of ENERGY_STEP_MWH. */
  readonly energy_wh: number;
  readonly voltage_v: number;
  readonly frequency_hz: number;
  readonly cabinet_degc: number;
}

export interface InverterPlate {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly serial: string;
}

/** The register counts tenths of a Wh: its 32 bits last for 429 MWh; in hundredths a roof would fill them in a few years. */
const ENERGY_PLACES = -1;
export const ENERGY_STEP_MWH = 100;
const CURRENT_PLACES = -2;
const VOLTAGE_PLACES = -1;
const FREQUENCY_PLACES = -2;
const TEMPERATURE_PLACES = -1;
/** Its panels' string, and what becomes of direct current on its way. */
const STRING_V = 620;
const EFFICIENCY = 0.97;
/** Operating states of the SunSpec inverter models. */
const SLEEPING = 2;
const PRODUCING = 4;
/** Power factor in percent, with two places. */
const FULL_POWER_FACTOR = 10_000;
const ABSENT_INT16 = 0x8000;
const ACC32_COUNTS = 2 ** 32;

/**
 * The registers of an inverter with SunSpec models 1 and 103 (whole numbers with scale factors), the usual pair.
 * Offsets from the published definitions of both models, counted from the id register.
 */
export function sunSpecInverter(plate: InverterPlate, state: InverterState): RegisterWords {
  return sunSpecImage({
    models: [
      { id: 1, length: 66, points: plateOf(plate) },
      { id: 103, length: 50, points: stateOf(state) },
    ],
  });
}

function plateOf({ manufacturer, model, firmware, serial }: InverterPlate): readonly ModelPoint[] {
  const text = (at: number, registers: number, word: string): ModelPoint => ({
    at,
    encoding: "text",
    registers,
    text: word,
  });
  return [
    text(2, 16, manufacturer),
    text(18, 16, model),
    text(34, 8, ""),
    text(42, 8, firmware),
    text(50, 16, serial),
    { at: 66, encoding: "uint16", raw: 1 },
    { at: 67, encoding: "uint16", raw: ABSENT_INT16 },
  ];
}

function stateOf(state: InverterState): readonly ModelPoint[] {
  const { power_w, energy_wh, voltage_v, frequency_hz, cabinet_degc } = state;
  const isProducing = power_w > 0;
  const counts = (value: number, places: number): number => Math.round(value * 10 ** -places);
  const number = (at: number, encoding: "uint16" | "int16" | "acc32", raw: number): ModelPoint => ({
    at,
    encoding,
    raw,
  });
  const scale = (at: number, places: number): ModelPoint => number(at, "int16", places);
  const phaseCurrent = counts(power_w / 3 / voltage_v, CURRENT_PLACES);
  const voltage = counts(voltage_v, VOLTAGE_PLACES);
  const phaseToPhase = counts(voltage_v * Math.sqrt(3), VOLTAGE_PLACES);
  const stringPower = power_w / EFFICIENCY;
  return [
    number(2, "uint16", 3 * phaseCurrent),
    ...[3, 4, 5].map((at) => number(at, "uint16", phaseCurrent)),
    scale(6, CURRENT_PLACES),
    ...[7, 8, 9].map((at) => number(at, "uint16", phaseToPhase)),
    ...[10, 11, 12].map((at) => number(at, "uint16", voltage)),
    scale(13, VOLTAGE_PLACES),
    number(14, "int16", power_w),
    scale(15, 0),
    number(16, "uint16", counts(frequency_hz, FREQUENCY_PLACES)),
    scale(17, FREQUENCY_PLACES),
    number(18, "int16", power_w),
    scale(19, 0),
    number(20, "int16", 0),
    scale(21, 0),
    number(22, "int16", FULL_POWER_FACTOR),
    scale(23, -2),
    number(24, "acc32", counts(energy_wh, ENERGY_PLACES) % ACC32_COUNTS),
    scale(26, ENERGY_PLACES),
    number(27, "uint16", isProducing ? counts(stringPower / STRING_V, CURRENT_PLACES) : 0),
    scale(28, CURRENT_PLACES),
    number(29, "uint16", isProducing ? counts(STRING_V, VOLTAGE_PLACES) : 0),
    scale(30, VOLTAGE_PLACES),
    number(31, "int16", Math.round(stringPower)),
    scale(32, 0),
    number(33, "int16", counts(cabinet_degc, TEMPERATURE_PLACES)),
    ...[34, 35, 36].map((at) => number(at, "int16", ABSENT_INT16)),
    scale(37, TEMPERATURE_PLACES),
    number(38, "uint16", isProducing ? PRODUCING : SLEEPING),
    ...[40, 41, 42, 43].map((at) => number(at, "uint16", 0)),
  ];
}
