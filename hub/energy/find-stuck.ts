import type { Reading } from "../reading.ts";
import { type EpochMs, HOUR, type Ms } from "../units.ts";

/** A stretch in which a value stood still although what it measures does not. From the first to the last equal reading. */
export interface StuckStretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly value: number;
  readonly readings: number;
}

/** A measured power that stays equal this long is no measurement: noise alone moves the last digit. */
export const STUCK_AFTER: Ms = HOUR;
/** Fewer equal readings may be chance, as where a slow device repeats itself between two updates. */
export const STUCK_READINGS = 4;
/** Near its rated power an inverter is held at one value, and rightly so. */
const HELD_FROM = 0.9;
/** Power a register must show within its own step, W: below it a register in whole kWh may stand still for a night. */
const LEAST_POWER_W = 50;
/** A register in whole kWh that stands still while this much energy passed is stuck. */
const REGISTER_STEP_WH = 1_000;

/**
 * Stretches of equal, non-zero power. Zero is what a plant makes at night and proves nothing.
 * @param readings one gauge by time; other outcomes than "value" end a stretch
 * @param ratedW   rated power; values near it are an inverter that limits itself
 */
export function findStuckPower(readings: readonly Reading[], ratedW?: number): readonly StuckStretch[] {
  return equalStretches(readings).filter(({ from, to, value, readings: count }) => {
    const isHeld = ratedW !== undefined && Math.abs(value) >= HELD_FROM * ratedW;
    return value !== 0 && !isHeld && count >= STUCK_READINGS && to - from >= STUCK_AFTER - 1;
  });
}

/**
 * Stretches in which a register stands still while power flows: more energy passed than its coarsest step.
 * @param registers one register by time, Wh
 * @param power     power of the same device by time, W
 */
export function findStuckRegister(registers: readonly Reading[], power: readonly Reading[]): readonly StuckStretch[] {
  return equalStretches(registers).filter(({ from, to, readings: count }) => {
    if (count < STUCK_READINGS || to - from < STUCK_AFTER) return false;
    const during = power.flatMap(({ at, value }) => (value !== null && at >= from && at <= to ? Math.abs(value) : []));
    if (during.length < STUCK_READINGS) return false;
    const mean = during.reduce((sum, watts) => sum + watts, 0) / during.length;
    return mean >= LEAST_POWER_W && (mean * (to - from)) / HOUR > 2 * REGISTER_STEP_WH;
  });
}

function equalStretches(readings: readonly Reading[]): readonly StuckStretch[] {
  const stretches: { from: EpochMs; to: EpochMs; value: number; readings: number }[] = [];
  let isOpen = false;
  for (const { at, outcome, value } of readings) {
    const last = stretches.at(-1);
    if (outcome !== "value" || value === null) isOpen = false;
    else if (isOpen && last !== undefined && last.value === value) {
      last.to = at;
      last.readings += 1;
    } else {
      stretches.push({ from: at, to: at, value, readings: 1 });
      isOpen = true;
    }
  }
  return stretches;
}
