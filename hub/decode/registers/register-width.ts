import { type MilliWattHours, milliWattHoursFromWh, shiftDecimal } from "../../units.ts";
import type { NumberEncoding, Point, RegisterProfile } from "../profiles/device-profile.ts";
import { inOwnUnit } from "../unit-words.ts";

/** A register wider than this in Wh is no register of one plant, and its mWh are beyond a safe integer. */
const WIDEST_WH = 9e12;
/** Counts after which an encoding begins anew; a float does not roll over, it stops counting. */
const COUNTS: Partial<Readonly<Record<NumberEncoding, number>>> = {
  uint16: 2 ** 16,
  acc16: 2 ** 16,
  uint32: 2 ** 32,
  acc32: 2 ** 32,
};

/** Scale factors an energy accumulator has in practice: a tenth of a Wh to a kWh. */
const ACCUMULATOR_SCALES = [-1, 0, 1, 2, 3];
const ACC32_COUNTS = 2 ** 32;

/** Where a SunSpec acc32 of energy may begin anew: its scale factor is the device's, and each makes another width. */
export const accumulatorWidths: readonly MilliWattHours[] = ACCUMULATOR_SCALES.map((scale) =>
  milliWattHoursFromWh(shiftDecimal(ACC32_COUNTS, scale)),
);

/**
 * Where a register of a device begins anew, by its profile. Pure.
 * @param key series key without the device, such as `active_energy_export`
 * @returns nothing where the profile has no such register, its scale is read at run time, or it never ends
 */
export function widthsOfRegister(profile: RegisterProfile, key: string): readonly MilliWattHours[] {
  const point: Point | undefined = Object.hasOwn(profile.points, key) ? profile.points[key] : undefined;
  if (point === undefined || point.kind !== "counter" || point.scaleAt !== undefined) return [];
  const counts = point.wrapsAt ?? COUNTS[point.encoding];
  if (counts === undefined) return [];
  const wh = inOwnUnit("active_energy_import", counts * (point.step ?? 1), point.unit);
  return wh !== undefined && wh <= WIDEST_WH ? [milliWattHoursFromWh(wh)] : [];
}
