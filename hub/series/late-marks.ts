import { INTERPOLATE_WITHIN, RECOVER_WITHIN } from "../energy/register-at.ts";
import type { Reading } from "../reading.ts";
import { HOUR, type Ms } from "../units.ts";

/** A stretch of one series, both ends included, ms since 1970 UTC. */
export interface Stretch {
  readonly from_ms: number;
  readonly to_ms: number;
}

/**
 * A reading this little after the booked moment may be what the line over that moment ends at, although newer ones stand
 * already: as long as such a line may be.
 */
export const NEIGHBOUR_REACH: Ms = INTERPOLATE_WITHIN;
/** How far before the booked moment the reading is sought that a gap began with: no longer gap is ever filled. */
export const LONGEST_GAP: Ms = RECOVER_WITHIN;
/** Stretches of one series in one commit; more are joined where they lie nearest. A month of single late hours fits. */
export const STRETCHES_A_SERIES = 64;

/** True when it says what was so at its stamp: it has a value, and nobody doubts its time. */
export function isMeasurement({ outcome, isClockUnsure }: Pick<Reading, "outcome" | "isClockUnsure">): boolean {
  return outcome === "value" && isClockUnsure !== true;
}

/**
 * What a reading changes of what was booked, by the newest stamp of its series alone; undefined when nothing. Pure.
 * The newest reading of its series changes all since the one before it; an earlier one is told by its own stamp, and
 * whoever settles anew finds its neighbours.
 * @param placed.last the newest stamp of the series before this reading, -Infinity when there was none
 * @param placed.booked everything before it is booked
 */
export function stretchChanged({
  at,
  last,
  booked,
}: {
  at: number;
  last: number;
  booked: number;
}): Stretch | undefined {
  const isFirst = last === Number.NEGATIVE_INFINITY;
  const since = { from_ms: isFirst ? at : Math.min(last, at), to_ms: at };
  if (at < booked) return since;
  if (last < booked) return isFirst ? undefined : since;
  return at < last && at < booked + NEIGHBOUR_REACH ? since : undefined;
}

/**
 * Where another stretch must begin before `to_ms` and end at or after `from_ms` to be told together with this one: the
 * UTC hours it lies in, and one more on each side.
 */
export function nearOf({ from_ms, to_ms }: Stretch): Stretch {
  return { from_ms: (Math.floor(from_ms / HOUR) - 1) * HOUR, to_ms: (Math.floor(to_ms / HOUR) + 2) * HOUR };
}

/** True when two stretches are better told as one: they touch, or lie in the same UTC hour or in two that follow each other. */
export function areNear(a: Stretch, b: Stretch): boolean {
  const near = nearOf(a);
  return b.from_ms < near.to_ms && b.to_ms >= near.from_ms;
}

/** The shortest stretch that covers all of these. */
export function coverAll(stretches: readonly Stretch[]): Stretch {
  return {
    from_ms: Math.min(...stretches.map(({ from_ms }) => from_ms)),
    to_ms: Math.max(...stretches.map(({ to_ms }) => to_ms)),
  };
}

/** The stretches of one series in one commit, as few as they can be told; memory is bounded whatever comes. */
export interface StretchGatherer {
  add(stretch: Stretch): void;
  /** By time, no two of them near each other, at most STRETCHES_A_SERIES. */
  gathered(): readonly Stretch[];
}

export function gatherStretches(): StretchGatherer {
  let kept: Stretch[] = [];
  return {
    add(stretch) {
      const newest = kept.at(-1);
      if (newest !== undefined && areNear(newest, stretch)) kept[kept.length - 1] = coverAll([newest, stretch]);
      else kept.push(stretch);
      if (kept.length >= 2 * STRETCHES_A_SERIES) kept = joinStretches(kept);
    },
    gathered: () => joinStretches(kept),
  };
}

/** Join what is near; then, while there are too many, the two with the shortest time between them. Pure. */
function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.from_ms - b.from_ms)) {
    const before = joined.at(-1);
    if (before !== undefined && areNear(before, stretch)) joined[joined.length - 1] = coverAll([before, stretch]);
    else joined.push(stretch);
  }
  while (joined.length > STRETCHES_A_SERIES) {
    const between = joined.slice(1).map(({ from_ms }, index) => from_ms - (joined[index]?.to_ms ?? 0));
    const nearest = between.indexOf(Math.min(...between));
    joined.splice(nearest, 2, coverAll(joined.slice(nearest, nearest + 2)));
  }
  return joined;
}
