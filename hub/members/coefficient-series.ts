import { JOINT_POOL } from "../allocation/joint-pool.ts";
import { SeriesKey } from "../reading.ts";

/**
 * Coefficients from outside are readings like any other: they are taken in, kept, corrected and marked when they come late
 * by the same rules. Whoever names them speaks for a device called after the key.
 */

/** The device that names a key's coefficients: the key itself, and for one of several pools the pool behind it. */
export function coefficientDevice(key: string, pool: string): string {
  return pool === JOINT_POOL ? key : `${key}-${pool}`;
}

/** The series of one member's share. @throws RangeError when the names do not make a series key */
export function coefficientSeries(key: string, pool: string, member: string): SeriesKey {
  return SeriesKey(`${coefficientDevice(key, pool)}/${member}/share`);
}
