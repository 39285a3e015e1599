import type { EpochMs } from "../units.ts";

/**
 * Where the sun stands and how much of it falls on a tilted roof under a clear sky.
 * Sun position: "Computing Approximate Solar Coordinates", US Naval Observatory / The Astronomical Almanac, page C5
 * (good to about one arc minute from 1950 to 2050). Clear sky: Meinel and Meinel, "Applied Solar Energy" (1976),
 * with the air mass of Kasten and Young, Applied Optics 28 (1989), 4735.
 */

/** A place on Earth; north and east are positive. */
export interface Place {
  readonly latitude_deg: number;
  readonly longitude_deg: number;
}

/** Geometric direction of the sun's centre, without refraction. */
export interface SunPosition {
  /** Above the horizon; negative at night. */
  readonly elevation_deg: number;
  /** Clockwise from north: 90 is east, 180 south; [0, 360). */
  readonly azimuth_deg: number;
  /** Angle of the sun north of the equator. */
  readonly declination_deg: number;
  /** 0 when the sun stands in the meridian, positive afterwards; [-180, 180). */
  readonly hour_angle_deg: number;
}

/** How a surface lies: tilt 0 is flat, 90 a wall; azimuth as the sun's. */
export interface Surface {
  readonly tilt_deg: number;
  readonly azimuth_deg: number;
}

/** Sunlight split as a roof needs it. */
export interface Sunlight {
  /** On a surface that faces the sun. */
  readonly beam_w_per_m2: number;
  /** From the rest of the sky on a flat surface. */
  readonly diffuse_w_per_m2: number;
}

/** Noon UTC on 1 January 2000 (J2000.0), where the Almanac counts its days from. */
const J2000_MS = Date.UTC(2000, 0, 1, 12);
const DAY_MS = 86_400_000;
/** Above the atmosphere, as Meinel's formula takes it. */
const EXTRATERRESTRIAL_W_PER_M2 = 1353;
/** Diffuse light of a clear sky as a part of the beam (Meinel: about a tenth). */
const CLEAR_DIFFUSE_PART = 0.1;
/** Light thrown back by grass and roofs around. */
const ALBEDO = 0.2;

/** Where the sun stands, seen from a place at a moment. */
export function sunPosition(place: Place, at: EpochMs): SunPosition {
  const days = (at - J2000_MS) / DAY_MS;
  const anomaly = 357.529 + 0.98560028 * days;
  const meanLongitude = 280.459 + 0.98564736 * days;
  const longitude = meanLongitude + 1.915 * sin(anomaly) + 0.02 * sin(2 * anomaly);
  const obliquity = 23.439 - 0.00000036 * days;
  const rightAscension = degrees(Math.atan2(cos(obliquity) * sin(longitude), cos(longitude)));
  const declination = degrees(Math.asin(sin(obliquity) * sin(longitude)));
  const siderealTime = 15 * (18.697374558 + 24.06570982441908 * days);
  const hourAngle = turn(siderealTime + place.longitude_deg - rightAscension + 180) - 180;

  const { latitude_deg: latitude } = place;
  const sinElevation = sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hourAngle);
  const east = -cos(declination) * sin(hourAngle);
  const north = cos(latitude) * sin(declination) - sin(latitude) * cos(declination) * cos(hourAngle);
  return {
    elevation_deg: degrees(Math.asin(Math.min(1, Math.max(-1, sinElevation)))),
    azimuth_deg: turn(degrees(Math.atan2(east, north))),
    declination_deg: declination,
    hour_angle_deg: hourAngle,
  };
}

/** Sunlight under a cloudless sky; nothing while the sun is below the horizon. */
export function clearSunlight(elevation_deg: number): Sunlight {
  if (elevation_deg <= 0) return { beam_w_per_m2: 0, diffuse_w_per_m2: 0 };
  const airMass = 1 / (sin(elevation_deg) + 0.50572 * (elevation_deg + 6.07995) ** -1.6364);
  const beam = EXTRATERRESTRIAL_W_PER_M2 * 0.7 ** (airMass ** 0.678);
  return { beam_w_per_m2: beam, diffuse_w_per_m2: CLEAR_DIFFUSE_PART * beam };
}

/**
 * Irradiance in the plane of a roof, W/m2: the beam by its angle of incidence, the sky taken as equally bright all over
 * and the light thrown back by the ground (isotropic model of Liu and Jordan, Solar Energy 7 (1963), 53).
 */
export function planeIrradiance(sunlight: Sunlight, sun: SunPosition, surface: Surface): number {
  const { tilt_deg: tilt, azimuth_deg: azimuth } = surface;
  const { elevation_deg: elevation } = sun;
  if (elevation <= 0) return 0;
  const incidence = sin(elevation) * cos(tilt) + cos(elevation) * sin(tilt) * cos(sun.azimuth_deg - azimuth);
  const flat = sunlight.beam_w_per_m2 * sin(elevation) + sunlight.diffuse_w_per_m2;
  return (
    sunlight.beam_w_per_m2 * Math.max(0, incidence) +
    (sunlight.diffuse_w_per_m2 * (1 + cos(tilt))) / 2 +
    (flat * ALBEDO * (1 - cos(tilt))) / 2
  );
}

const sin = (deg: number): number => Math.sin((deg * Math.PI) / 180);
const cos = (deg: number): number => Math.cos((deg * Math.PI) / 180);
const degrees = (rad: number): number => (rad * 180) / Math.PI;
/** Bring an angle into [0, 360). */
const turn = (deg: number): number => ((deg % 360) + 360) % 360;
