import type { EpochMs } from "../units.ts";
import { airTemperature } from "./air-temperature.ts";
import { type Sky, throughClouds } from "./clouds.ts";
import { clearSunlight, type Place, planeIrradiance, type Surface, sunPosition } from "./sun.ts";

/** A photovoltaic plant as its data sheet and its roof describe it. */
export interface Plant {
  readonly device: string;
  readonly rated_kw: number;
  readonly surface: Surface;
  /** What dust, shade and age leave of the yield, 0 to 1. */
  readonly condition: number;
}

/** The community's plants: all of them work; the barn is dusty, which costs a little and is no fault. */
export const plants = [
  { device: "roof-south", rated_kw: 12, surface: { tilt_deg: 30, azimuth_deg: 180 }, condition: 1 },
  { device: "roof-east", rated_kw: 8, surface: { tilt_deg: 20, azimuth_deg: 120 }, condition: 0.99 },
  { device: "barn", rated_kw: 6, surface: { tilt_deg: 22, azimuth_deg: 205 }, condition: 0.92 },
] as const satisfies readonly Plant[];

/** Irradiance at which a plant is rated (standard test conditions, IEC 60904-3). */
const RATED_IRRADIANCE_W_PER_M2 = 1000;
/** Cables, inverter, mismatch and reflection together. */
const SYSTEM_LOSS = 0.16;
/** Crystalline silicon loses this part of its power for each degree above 25 degC. */
const LOSS_PER_DEGREE = 0.004;
/** How much warmer than the air a cell is at rated irradiance (a nominal cell temperature of 45 degC). */
const CELL_HEATING_DEGC = 31;
/** An inverter is smaller than its panels. */
const INVERTER_PART = 0.92;

/** Power a plant feeds out at a moment, W, never negative: the sun on its roof through the community's one sky. */
export function plantPower(plant: Plant, place: Place, sky: Sky, at: EpochMs): number {
  const sun = sunPosition(place, at);
  if (sun.elevation_deg <= 0) return 0;
  const sunlight = throughClouds(clearSunlight(sun.elevation_deg), sky(at), sun.elevation_deg);
  const irradiance = planeIrradiance(sunlight, sun, plant.surface) / RATED_IRRADIANCE_W_PER_M2;
  const cell = airTemperature(at) + CELL_HEATING_DEGC * irradiance;
  const yielded = irradiance * plant.condition * (1 - SYSTEM_LOSS) * (1 - LOSS_PER_DEGREE * (cell - 25));
  return 1000 * plant.rated_kw * Math.min(INVERTER_PART, yielded);
}
