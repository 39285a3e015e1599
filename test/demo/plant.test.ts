import { describe, expect, test } from "vitest";
import { skyOf, throughClouds } from "../../hub/demo/clouds.ts";
import { DEMO_SEED, demoDevices } from "../../hub/demo/community.ts";
import { plantPower, plants } from "../../hub/demo/plant.ts";
import { clearSunlight } from "../../hub/demo/sun.ts";
import { DAY, EpochMs, MINUTE } from "../../hub/units.ts";

const place = { latitude_deg: 48.21, longitude_deg: 16.37 };
const midnight = (day: string) => EpochMs(Date.parse(`${day}T00:00:00Z`));

/** Mean yield a day of one kW of a plant, kWh, sampled every 10 minutes. */
function dailyYield(plant: (typeof plants)[number], seed: number, from: string, days: number): number {
  const sky = skyOf(seed);
  let wh = 0;
  for (let at: number = midnight(from); at < midnight(from) + days * DAY; at += 10 * MINUTE) {
    wh += plantPower(plant, place, sky, EpochMs(at)) / 6;
  }
  return wh / 1000 / plant.rated_kw / days;
}

describe("plants", () => {
  test("a year of a kW on the south roof makes 950 to 1350 kWh, as Vienna's roofs do", () => {
    for (const seed of [DEMO_SEED, 11, 23]) {
      const year = 365 * dailyYield(plants[0], seed, "2026-01-01", 365);
      expect(year).toBeGreaterThan(950);
      expect(year).toBeLessThan(1350);
    }
  });

  test.each([
    ["June", "2026-06-01", 3.8, 6.2],
    ["March", "2026-03-01", 2, 4.2],
    ["December", "2026-12-01", 0.5, 1.8],
  ])("yield per kW and day in %s", (_month, from, least, most) => {
    const yielded = dailyYield(plants[0], DEMO_SEED, from, 30);
    expect(yielded).toBeGreaterThan(least);
    expect(yielded).toBeLessThan(most);
  });

  test("no plant of the community looks odd: every one yields within a quarter of the median, the dusty barn the least", () => {
    for (const from of ["2026-06-14", "2026-09-01", "2027-04-01"]) {
      const yields = plants.map((plant) => dailyYield(plant, DEMO_SEED, from, 14));
      const median = [...yields].sort((a, b) => a - b)[1]!;
      for (const each of yields) expect(Math.abs(each / median - 1)).toBeLessThan(0.25);
      expect(yields[2]).toBeLessThan(yields[0]!);
    }
  });

  test("power stays between nothing and the rating", () => {
    for (const device of demoDevices(DEMO_SEED).filter(({ register }) => register === "active_energy_export")) {
      const rated_w = 1000 * plants.find((plant) => plant.device === device.device)!.rated_kw;
      for (let minute = 0; minute < 1440; minute += 7) {
        const power = device.powerAt(EpochMs(midnight("2026-06-21") + minute * MINUTE));
        expect(power).toBeGreaterThanOrEqual(0);
        expect(power).toBeLessThanOrEqual(rated_w);
      }
    }
  });
});

describe("clouds", () => {
  test("the summer has clear, broken and dull days", () => {
    const sky = skyOf(DEMO_SEED);
    const days = Array.from({ length: 90 }, (_, day) => {
      const noon = midnight("2026-06-01") + day * DAY + 11 * 60 * MINUTE;
      let covered = 0;
      for (let minute = -240; minute < 240; minute += 5) covered += sky(EpochMs(noon + minute * MINUTE)) / 96;
      return covered;
    });
    expect(days.filter((covered) => covered < 0.1).length).toBeGreaterThan(9);
    expect(days.filter((covered) => covered > 0.9).length).toBeGreaterThan(9);
    expect(days.filter((covered) => covered > 0.2 && covered < 0.8).length).toBeGreaterThan(9);
  });

  test("clouds move slowly: from one minute to the next the sky never jumps", () => {
    const sky = skyOf(DEMO_SEED);
    for (let minute = 0; minute < 10_080; minute += 1) {
      const at = midnight("2026-06-14") + minute * MINUTE;
      expect(Math.abs(sky(EpochMs(at)) - sky(EpochMs(at + MINUTE)))).toBeLessThan(0.5);
    }
  });

  test("a closed sky leaves a quarter of the light, all of it diffuse; an open sky changes nothing", () => {
    const clear = clearSunlight(45);
    const flat = clear.beam_w_per_m2 * Math.SQRT1_2 + clear.diffuse_w_per_m2;
    expect(throughClouds(clear, 1, 45).beam_w_per_m2).toBe(0);
    expect(throughClouds(clear, 1, 45).diffuse_w_per_m2).toBeCloseTo(flat / 4, 6);
    expect(throughClouds(clear, 0, 45).beam_w_per_m2).toBeCloseTo(clear.beam_w_per_m2, 6);
    expect(throughClouds(clear, 0, 45).diffuse_w_per_m2).toBeCloseTo(clear.diffuse_w_per_m2, 6);
  });

  test("more cloud never means more light on the flat, and diffuse light is never negative", () => {
    for (const elevation of [1, 10, 30, 60]) {
      const clear = clearSunlight(elevation);
      const sine = Math.sin((elevation * Math.PI) / 180);
      let before = Number.POSITIVE_INFINITY;
      for (let covered = 0; covered <= 1; covered += 0.05) {
        const light = throughClouds(clear, covered, elevation);
        const flat = light.beam_w_per_m2 * sine + light.diffuse_w_per_m2;
        expect(light.diffuse_w_per_m2).toBeGreaterThanOrEqual(0);
        expect(flat).toBeLessThanOrEqual(before + 1e-9);
        before = flat;
      }
    }
  });
});
