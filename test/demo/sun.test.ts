import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clearSunlight, planeIrradiance, sunPosition } from "../../hub/demo/sun.ts";
import { EpochMs } from "../../hub/units.ts";

const at = (iso: string) => EpochMs(Date.parse(iso));
const vienna = { latitude_deg: 48.21, longitude_deg: 16.37 };

/** Elevation of the highest sun of a UTC day, degrees. */
function noonElevation(place: { latitude_deg: number; longitude_deg: number }, day: string): number {
  const midnight = at(`${day}T00:00:00Z`);
  const minutes = Array.from({ length: 1440 }, (_, minute) => EpochMs(midnight + minute * 60_000));
  return Math.max(...minutes.map((minute) => sunPosition(place, minute).elevation_deg));
}

describe("where the sun stands", () => {
  test("the worked example of NREL's Solar Position Algorithm (Reda and Andreas, NREL/TP-560-34302, appendix A.5)", () => {
    const golden = { latitude_deg: 39.742476, longitude_deg: -105.1786 };
    const sun = sunPosition(golden, at("2003-10-17T19:30:30Z"));
    expect(sun.elevation_deg).toBeCloseTo(39.872, 1); // before refraction, as its e0
    expect(Math.abs(sun.azimuth_deg - 194.34)).toBeLessThan(0.05);
    expect(Math.abs(sun.declination_deg - -9.314)).toBeLessThan(0.02);
  });

  test.each([
    ["Vienna, summer solstice: 90 - latitude + 23.44", vienna, "2026-06-21", 65.23],
    ["Vienna, winter solstice: 90 - latitude - 23.44", vienna, "2026-12-21", 18.35],
    ["the equator, March equinox", { latitude_deg: 0, longitude_deg: 0 }, "2026-03-20", 90],
    ["Sydney, December solstice", { latitude_deg: -33.87, longitude_deg: 151.21 }, "2026-12-21", 79.57],
    ["Tromsø, polar night", { latitude_deg: 69.65, longitude_deg: 18.96 }, "2026-12-21", -3.09],
  ])("highest sun: %s", (_name, place, day, elevation) => {
    expect(Math.abs(noonElevation(place, day) - elevation)).toBeLessThan(0.25);
  });

  test.each([
    ["3 November: a sundial is 16 min 25 s ahead", "2026-11-03T11:43:35Z"],
    ["11 February: a sundial is 14 min 13 s behind", "2026-02-11T12:14:13Z"],
    ["15 April: a sundial is right", "2026-04-15T12:00:10Z"],
  ])("equation of time at Greenwich, %s", (_name, iso) => {
    const sun = sunPosition({ latitude_deg: 51.48, longitude_deg: 0 }, at(iso));
    expect(Math.abs(sun.hour_angle_deg) * 4 * 60).toBeLessThan(20); // seconds of time
    expect(Math.abs(sun.azimuth_deg - 180)).toBeLessThan(0.2);
  });

  test.each([
    ["morning is east", "2026-06-21T05:00:00Z", 60, 100],
    ["evening is west", "2026-06-21T17:00:00Z", 265, 300],
  ])("%s", (_name, iso, from, to) => {
    const { azimuth_deg } = sunPosition(vienna, at(iso));
    expect(azimuth_deg).toBeGreaterThan(from);
    expect(azimuth_deg).toBeLessThan(to);
  });

  test("it is below the horizon at local midnight, all year", () => {
    for (let month = 1; month <= 12; month += 1) {
      const midnight = at(`2026-${String(month).padStart(2, "0")}-15T23:00:00Z`);
      expect(sunPosition(vienna, midnight).elevation_deg).toBeLessThan(-10);
    }
  });

  test("Vienna's shortest day has 8.2 to 8.5 hours of geometric daylight, its longest 15.7 to 16.1", () => {
    const hours = (day: string) => {
      const midnight = at(`${day}T00:00:00Z`);
      let minutes = 0;
      for (let minute = 0; minute < 1440; minute += 1) {
        if (sunPosition(vienna, EpochMs(midnight + minute * 60_000)).elevation_deg > 0) minutes += 1;
      }
      return minutes / 60;
    };
    expect(hours("2026-12-21")).toBeGreaterThan(8.1);
    expect(hours("2026-12-21")).toBeLessThan(8.5);
    expect(hours("2026-06-21")).toBeGreaterThan(15.7);
    expect(hours("2026-06-21")).toBeLessThan(16.1);
  });

  test("angles stay in their ranges anywhere, any time", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.integer({ min: at("1950-01-01T00:00:00Z"), max: at("2050-01-01T00:00:00Z") }),
        (latitude_deg, longitude_deg, moment) => {
          const sun = sunPosition({ latitude_deg, longitude_deg }, EpochMs(moment));
          expect(Math.abs(sun.elevation_deg)).toBeLessThanOrEqual(90);
          expect(sun.azimuth_deg).toBeGreaterThanOrEqual(0);
          expect(sun.azimuth_deg).toBeLessThanOrEqual(360);
          expect(Math.abs(sun.hour_angle_deg)).toBeLessThanOrEqual(180);
          expect(Math.abs(sun.declination_deg)).toBeLessThan(23.5);
        },
      ),
    );
  });
});

describe("what falls on a roof", () => {
  const south = { tilt_deg: 30, azimuth_deg: 180 };

  test("nothing at night", () => {
    const sun = sunPosition(vienna, at("2026-06-21T23:00:00Z"));
    expect(planeIrradiance(clearSunlight(sun.elevation_deg), sun, south)).toBe(0);
  });

  test("the beam of an overhead sun at air mass 1 is 947 W/m2 (0.7 x 1353)", () => {
    expect(clearSunlight(90).beam_w_per_m2).toBeCloseTo(947, 0);
  });

  test("a flat roof takes the flat part of beam and sky, a south roof more of a winter sun", () => {
    const sun = sunPosition(vienna, at("2026-12-21T10:55:00Z"));
    const sunlight = clearSunlight(sun.elevation_deg);
    const flat = planeIrradiance(sunlight, sun, { tilt_deg: 0, azimuth_deg: 0 });
    const sine = Math.sin((sun.elevation_deg * Math.PI) / 180);
    expect(flat).toBeCloseTo(sunlight.beam_w_per_m2 * sine + sunlight.diffuse_w_per_m2, 6);
    expect(planeIrradiance(sunlight, sun, south)).toBeGreaterThan(1.5 * flat);
  });

  test("a clear June noon in Vienna puts 900 to 1100 W/m2 on a south roof", () => {
    const sun = sunPosition(vienna, at("2026-06-21T10:55:00Z"));
    const irradiance = planeIrradiance(clearSunlight(sun.elevation_deg), sun, south);
    expect(irradiance).toBeGreaterThan(900);
    expect(irradiance).toBeLessThan(1100);
  });

  test("an east roof leads a west roof in the morning and trails it in the evening", () => {
    const on = (iso: string, azimuth_deg: number) => {
      const sun = sunPosition(vienna, at(iso));
      return planeIrradiance(clearSunlight(sun.elevation_deg), sun, { tilt_deg: 30, azimuth_deg });
    };
    expect(on("2026-06-21T06:00:00Z", 90)).toBeGreaterThan(2 * on("2026-06-21T06:00:00Z", 270));
    expect(on("2026-06-21T16:00:00Z", 270)).toBeGreaterThan(2 * on("2026-06-21T16:00:00Z", 90));
  });
});
