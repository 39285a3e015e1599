import type { DeviceKind } from "../decode/profiles/device-profile.ts";
import { type Reading, seriesParts } from "../reading.ts";

/** Outcome of the question that finds a device mounted or counted the wrong way round. */
export interface DirectionCheck {
  /** Active power of the whole device, W, > 0 is import; null where it said none. */
  readonly before_w: number | null;
  readonly after_w: number | null;
  readonly change_w: number | null;
  readonly verdict: "right" | "turned" | "undecided";
  /** What `turned` in the device's document should say; null when nothing can be told. */
  readonly turned: boolean | null;
  /** What was seen and what follows, for people. */
  readonly remark: string;
}

/** What a reading must tell for it: the other fields of a whole `Reading` do not matter here. */
export type PowerReading = Pick<Reading, "series" | "value">;

/** A kettle draws 2,000 W and a strong lamp 100 W; less is lost in what a house does by itself. */
const LEAST_CHANGE_W = 100;
/** An inverter that generates at all shows more; at night it draws a few watts for itself. */
const LEAST_GENERATION_W = 30;

/**
 * Whether a device counts the right way round. A meter is asked twice, before and after a known load was switched on:
 * its power must rise. An inverter is asked while the sun shines: its power must be negative. Pure.
 * @param kind of the profile
 * @param isTurned what the document said when the readings were taken
 * @param before readings in W with import positive, taken before the load was switched on; undefined for an inverter
 */
export function checkDirection(
  { kind, isTurned }: { readonly kind: DeviceKind; readonly isTurned: boolean },
  { before, after }: { readonly before?: readonly PowerReading[]; readonly after: readonly PowerReading[] },
): DirectionCheck {
  const beforeW = before === undefined ? null : activePowerOf(before);
  const afterW = activePowerOf(after);
  const seen = {
    before_w: beforeW,
    after_w: afterW,
    change_w: beforeW === null || afterW === null ? null : afterW - beforeW,
  };
  const judged = isGenerating(kind)
    ? judgeGeneration(afterW)
    : judgeLoad(seen.change_w, phaseChanges(before ?? [], after));
  const turned = { right: isTurned, turned: !isTurned, undecided: null }[judged.verdict];
  return { ...seen, ...judged, turned };
}

/** Kinds whose direction shows by the sun and not by a load. */
export const isGenerating = (kind: DeviceKind): boolean => kind === "inverter" || kind === "hybrid";

/** By how many W each phase changed, of those that say it both times. */
function phaseChanges(before: readonly PowerReading[], after: readonly PowerReading[]): ReadonlyMap<string, number> {
  const changes = after.flatMap(({ series, value }): readonly (readonly [string, number])[] => {
    const { quantity, channel, part } = seriesParts(series);
    const earlier = before.find((reading) => reading.series === series)?.value ?? null;
    if (quantity !== "active_power" || channel !== undefined || part === undefined) return [];
    return value === null || earlier === null ? [] : [[part, value - earlier]];
  });
  return new Map(changes);
}

/** Power of the device as a whole, W: its own sum, else the sum of its phases; null when a value is missing. */
export function activePowerOf(readings: readonly PowerReading[]): number | null {
  const powers = readings.flatMap(({ series, value }) => {
    const { quantity, channel, part } = seriesParts(series);
    return quantity === "active_power" && channel === undefined ? [{ part, value }] : [];
  });
  const whole = powers.find(({ part }) => part === undefined);
  if (whole !== undefined) return whole.value;
  const phases = powers.map(({ value }) => value);
  if (phases.length === 0 || phases.includes(null)) return null;
  return phases.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

type Judged = Pick<DirectionCheck, "verdict" | "remark">;

function judgeLoad(changeW: number | null, phases: ReadonlyMap<string, number>): Judged {
  if (changeW === null) return { verdict: "undecided", remark: "The device said no power, so nothing can be told." };
  const change = `${Math.abs(changeW).toFixed(0)} W`;
  if (changeW >= LEAST_CHANGE_W)
    return { verdict: "right", remark: `Power rose by ${change}: the direction is right.` };
  if (changeW <= -LEAST_CHANGE_W) {
    const moved = [...phases].filter(([, phaseW]) => Math.abs(phaseW) >= LEAST_CHANGE_W).map(([phase]) => phase);
    const caution =
      moved.length < phases.size && moved[0] !== undefined
        ? ` Only ${moved.join(" and ")} moved: if a load on another phase makes power rise, mend that clamp instead.`
        : "";
    const remark = `Power fell by ${change} when a load was switched on: import and export change places.${caution}`;
    return { verdict: "turned", remark };
  }
  const remark = `Power moved by ${change} only; take a load of ${2 * LEAST_CHANGE_W} W or more behind this meter.`;
  return { verdict: "undecided", remark };
}

function judgeGeneration(powerW: number | null): Judged {
  if (powerW === null) return { verdict: "undecided", remark: "The device said no power, so nothing can be told." };
  const power = `${powerW.toFixed(0)} W`;
  if (powerW <= -LEAST_GENERATION_W) {
    return { verdict: "right", remark: `Power is ${power}, negative as generation is: the direction is right.` };
  }
  if (powerW >= LEAST_GENERATION_W) {
    const remark = `Power is ${power}, positive: if the sun shines on it now, import and export change places.`;
    return { verdict: "turned", remark };
  }
  return { verdict: "undecided", remark: `Power is ${power}; look again while the sun shines.` };
}
