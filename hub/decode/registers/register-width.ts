import { type MilliWattHours, milliWattHoursFromWh } from "../../units.ts";
import type { NumberEncoding, Point, RegisterProfile } from "../profiles/device-profile.ts";
import { inOwnUnit } from "../unit-words.ts";

/** Counts after which an encoding begins anew; a float does not roll over, it stops counting. */
const COUNTS: Partial<Readonly<Record<NumberEncoding, number>>> = {
  uint16: 2 ** 16,
  acc16: 2 ** 16,
  uint32: 2 ** 32,
  acc32: 2 ** 32,
};

/**
 * Where a register of a device begins anew, by its profile. Pure.
 * @param key series key without the device, such as `active_energy_export`
 * @returns undefined where the profile has no such register, its scale is read at run time, or it never ends
 */
export function widthOfRegister(profile: RegisterProfile, key: string): MilliWattHours | undefined {
  const point: Point | undefined = Object.hasOwn(profile.points, key) ? profile.points[key] : undefined;
  if (point === undefined || point.kind !== "counter" || point.scaleAt !== undefined) return undefined;
  const counts = point.wrapsAt ?? COUNTS[point.encoding];
  if (counts === undefined) return undefined;
  const wh = inOwnUnit("active_energy_import", counts * (point.step ?? 1), point.unit);
  const mwh = wh === undefined ? Number.NaN : Math.round(wh * 1000);
  return Number.isSafeInteger(mwh) ? milliWattHoursFromWh(wh ?? 0) : undefined;
}
