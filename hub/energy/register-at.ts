import { DAY, type EpochMs, HOUR, MINUTE, MilliWattHours, Ms } from "../units.ts";
import type { MissingReason, Quality } from "./interval.ts";
import type { RegisterPoint, RegisterTrack } from "./register-track.ts";
import { type TypicalEnergy, weighStretches } from "./typical-day.ts";

/** A register between two readings this near, one on each side, is as good as read: one slow poll period. */
export const MEASURED_WITHIN: Ms = MINUTE;
/** Readings this far apart say nothing about the time between them; nearer ones are joined by a straight line. */
export const INTERPOLATE_WITHIN: Ms = Ms(2 * HOUR);

/** A gap longer than this has no comparable days left to be shaped by; its total stays a question. */
export const RECOVER_WITHIN: Ms = Ms(31 * DAY);

/** What a register stood at in one moment, and how well that is known. */
export interface RegisterAt {
  readonly at: EpochMs;
  /** Null exactly when `quality` is "missing". */
  readonly value: MilliWattHours | null;
  readonly quality: Quality;
  readonly reason?: MissingReason;
  /** Which segment of the track it lies in; null exactly when `value` is. Values of two segments have no difference. */
  readonly segment: number | null;
}

/** How the time inside a long gap is shaped. */
export interface GapShape {
  readonly typical: TypicalEnergy;
  /** Length of the intervals `typical` speaks of. */
  readonly interval: Ms;
}

/**
 * The register at each of some moments, rounded once to mWh, so that differences between moments add up exactly.
 * Takes time linear in points and moments.
 * @param moments by time
 * @param shape   of gaps whose register is known at both ends; without it what lies inside is missing
 * @throws RangeError when the moments are not sorted
 */
export function registersAt(
  track: RegisterTrack,
  moments: readonly EpochMs[],
  shape?: GapShape,
): readonly RegisterAt[] {
  let segment = 0;
  let index = 0;
  let newest = Number.NEGATIVE_INFINITY;
  return moments.map((moment) => {
    if (moment < newest) throw new RangeError(`moments are not sorted: ${moment} after ${newest}`);
    newest = moment;
    for (; segment < track.segments.length; segment++, index = 0) {
      const points = track.segments[segment]?.points ?? [];
      while (index < points.length && (points[index]?.at ?? moment) < moment) index++;
      if (index < points.length) break;
    }
    return registerBetween(track, { segment, index, moment, shape });
  });
}

/** The register at a moment, given where the first point at or after it stands in the track. */
function registerBetween(
  track: RegisterTrack,
  at: {
    readonly segment: number;
    readonly index: number;
    readonly moment: EpochMs;
    readonly shape: GapShape | undefined;
  },
): RegisterAt {
  const { segment, index, moment, shape } = at;
  const missing = (reason: MissingReason): RegisterAt => {
    return { at: moment, value: null, quality: "missing", reason, segment: null };
  };
  const points = track.segments[segment]?.points;
  const after = points?.[index];
  if (after?.at === moment) return { at: moment, value: after.register, quality: "measured", segment };
  if (after === undefined) return missing(track.unconfirmed ?? "no_readings");
  const before = points?.[index - 1];
  if (before === undefined) return missing(track.segments[segment]?.brokenBy ?? "no_readings");
  if (after.at - before.at >= INTERPOLATE_WITHIN) {
    if (shape === undefined || after.at - before.at > RECOVER_WITHIN) return missing("gap");
    return { at: moment, value: recover(before, after, moment, shape), quality: "recovered", segment };
  }
  const isNear = moment - before.at <= MEASURED_WITHIN && after.at - moment <= MEASURED_WITHIN;
  const value = interpolate(before, after, moment);
  return { at: moment, value, quality: isNear ? "measured" : "interpolated", segment };
}

/** Along the shape of comparable days, rounded down: never below the earlier nor above the later, never falling with time. */
function recover(before: RegisterPoint, after: RegisterPoint, moment: EpochMs, shape: GapShape): MilliWattHours {
  const [first = 0n, second = 0n] = weighStretches([before.at, moment, after.at], shape.typical, shape.interval);
  const total = BigInt(after.register - before.register);
  return MilliWattHours(before.register + Number((total * first) / (first + second)));
}

/** Linear between two points, rounded half up: exact, never below the earlier nor above the later, never falling with time. */
function interpolate(before: RegisterPoint, after: RegisterPoint, moment: EpochMs): MilliWattHours {
  const span = after.at - before.at;
  const product = (after.register - before.register) * (moment - before.at);
  if (!Number.isSafeInteger(product)) return interpolateLarge(before, after, moment);
  const rest = product % span;
  const whole = (product - rest) / span;
  return MilliWattHours(before.register + whole + (2 * rest >= span ? 1 : 0));
}

function interpolateLarge(before: RegisterPoint, after: RegisterPoint, moment: EpochMs): MilliWattHours {
  const span = BigInt(after.at - before.at);
  const product = BigInt(after.register - before.register) * BigInt(moment - before.at);
  return MilliWattHours(before.register + Number((2n * product + span) / (2n * span)));
}
