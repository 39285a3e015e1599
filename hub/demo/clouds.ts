import { DAY, type EpochMs, HOUR, MINUTE } from "../units.ts";
import { driftAt, ease, seedOf } from "./noise.ts";
import type { Sunlight } from "./sun.ts";

/**
 * One sky for the whole community: slow weather (a day or two) decides whether a day is clear, broken or dull, and faster
 * drift lets single clouds pass. All of it is noise over time, so the sky of any minute is known without the one before.
 */
export type Sky = (at: EpochMs) => number;

/** How long weather lasts, and how long groups of clouds and single ones take to pass. */
const WEATHER_HOURS = 30;
const DRIFTS = [
  { name: "bank", minutes: 110, part: 0.5 },
  { name: "cloud", minutes: 24, part: 0.35 },
  { name: "edge", minutes: 6, part: 0.15 },
] as const;
/** How far the weather pushes the drift up or down: past 1 whole days are clear or dull, near 0 all are alike. */
const WEATHER_WEIGHT = 1.5;
/** Winter is duller than summer: how far the season pushes the drift in January (up) and July (down). */
const SEASON_WEIGHT = 0.22;
const SUNNIEST_DAY_OF_YEAR = 195;
const DAYS_IN_YEAR = 365.2425;
/** The drift at which clouds begin to cover the sun, and at which nothing of it is left. */
const CLOUDS_BEGIN = 0.38;
const CLOUDS_CLOSE = 0.68;

/** The sky that belongs to a seed: at each moment how much of the sun is covered, from 0 (clear) to 1 (dull). */
export function skyOf(seed: number): Sky {
  const weatherSeed = seedOf(seed, "weather");
  const drifts = DRIFTS.map(({ name, minutes, part }) => ({ seed: seedOf(seed, name), ms: minutes * MINUTE, part }));
  return (at) => {
    const weather = driftAt(weatherSeed, at / (WEATHER_HOURS * HOUR)) - 0.5;
    const drift = drifts.reduce((sum, each) => sum + each.part * driftAt(each.seed, at / each.ms), 0);
    const season = -Math.cos((2 * Math.PI * (at / DAY - SUNNIEST_DAY_OF_YEAR)) / DAYS_IN_YEAR);
    const clouds = drift + WEATHER_WEIGHT * weather + SEASON_WEIGHT * season;
    return ease((clouds - CLOUDS_BEGIN) / (CLOUDS_CLOSE - CLOUDS_BEGIN));
  };
}

/**
 * Sunlight that clouds let through. The flat total falls to a quarter under a closed sky (Kasten and Czeplak, Solar
 * Energy 24 (1980), 177: 1 - 0.75 N^3.4); the beam goes as the covered part of the sun, the rest arrives as diffuse light.
 * @param clear sunlight of the same moment without clouds
 * @param covered how much of the sun is covered, 0 to 1
 */
export function throughClouds(clear: Sunlight, covered: number, elevation_deg: number): Sunlight {
  if (elevation_deg <= 0) return clear;
  const sine = Math.sin((elevation_deg * Math.PI) / 180);
  const flat = (clear.beam_w_per_m2 * sine + clear.diffuse_w_per_m2) * (1 - 0.75 * covered ** 3.4);
  const beam = Math.min(clear.beam_w_per_m2 * (1 - covered), flat / sine);
  return { beam_w_per_m2: beam, diffuse_w_per_m2: flat - beam * sine };
}
