import type { Quantity } from "../../hub/quantity.ts";
import type { Columns } from "../../hub/store/sqlite/chunk-codec.ts";
import { DAY } from "../../hub/units.ts";

/** Readings of a meter that could be real, made fast; the same meter and days give the same readings. */
export interface SimulatedMeter {
  readonly device: string;
  /** One UTC day, whole days since 1970, of each of its quantities; days are asked for in order. */
  readDay(day: number): readonly { readonly quantity: Quantity; readonly columns: Columns }[];
}

export const METER_QUANTITIES = [
  "active_power",
  "active_energy_import",
  "voltage",
  "current",
  "frequency",
] as const satisfies readonly Quantity[];

/** A reading every 10 s. */
export const STEP_MS = 10_000;
const STEPS_A_DAY = DAY / STEP_MS;
/** One in a thousand readings never arrived. */
const LOST_SHARE = 0.001;
/** Meters that push stamp whole seconds; one in five is polled, and its stamps waver by some ms. */
const POLLED_EVERY = 5;
const POLL_WAVER_MS = 40;
/** A device-stamped value. */
const VALUE_FLAGS = 0;

/**
 * A household's meter: whole watts with noise and appliances that come and go, a register in whole Wh, voltage with one
 * decimal and current and frequency with two, each wandering slowly with noise of a few of its last digits.
 */
export function simulateMeter(index: number): SimulatedMeter {
  const chance = seededChance(index + 1);
  const noise = (): number => chance() + chance() + chance() - 1.5;
  const offsetMs = (index * 1_000) % STEP_MS;
  const baseW = 60 + chance() * 200;
  let applianceW = 0;
  let registerWh = 1_000_000 + Math.floor(chance() * 9_000_000);
  let wanderV = 0;
  let wanderHz = 0;
  return {
    device: `meter-${String(index).padStart(4, "0")}`,
    readDay(day) {
      const at = new Float64Array(STEPS_A_DAY);
      const values = METER_QUANTITIES.map(() => new Float64Array(STEPS_A_DAY));
      let kept = 0;
      for (let step = 0; step < STEPS_A_DAY; step += 1) {
        if (chance() < 0.004) applianceW = chance() < 0.6 ? 0 : Math.round(chance() * 2_500);
        const evening = 1 + Math.max(0, Math.sin(((step / STEPS_A_DAY) * 24 - 6) * (Math.PI / 12)));
        const powerW = Math.round(baseW * evening + applianceW + noise() * (3 + applianceW / 200));
        registerWh += (powerW * STEP_MS) / 3_600_000;
        wanderV = wanderV * 0.999 + noise() * 0.1;
        wanderHz = wanderHz * 0.99 + noise() * 0.004;
        if (chance() < LOST_SHARE) continue;
        const voltageV = round(230 + wanderV + noise() * 0.3, 10);
        const waver = index % POLLED_EVERY === 0 ? Math.floor(chance() * POLL_WAVER_MS) : 0;
        at[kept] = day * DAY + step * STEP_MS + offsetMs + waver;
        const row = [
          powerW,
          Math.floor(registerWh),
          voltageV,
          round(powerW / voltageV, 100),
          round(50 + wanderHz, 100),
        ];
        for (const [column, value] of row.entries()) values[column]?.fill(value, kept, kept + 1);
        kept += 1;
      }
      return METER_QUANTITIES.map((quantity, column) => ({
        quantity,
        columns: {
          at: at.slice(0, kept),
          value: values[column]?.slice(0, kept) ?? new Float64Array(),
          flags: new Uint8Array(kept).fill(VALUE_FLAGS),
        },
      }));
    },
  };
}

function round(value: number, scale: number): number {
  return Math.round(value * scale) / scale;
}

/** Numbers from 0 to 1 (xorshift32, Marsaglia 2003): enough for noise, and fast. */
function seededChance(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
