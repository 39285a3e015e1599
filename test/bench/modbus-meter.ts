import type { Point, RegisterProfile } from "../../hub/decode/profiles/device-profile.ts";

/** Floats that the meter of the bench has, one beside the other: 60 registers, as a three-phase meter's. */
const POINTS = 30;

/** A meter that answers all of its registers in one request, polled every 5 s. */
export const benchMeter: RegisterProfile = {
  protocol: "registers",
  name: "bench-meter",
  vendor: "none",
  model: "none",
  kind: "meter",
  source: "made for the bench",
  direction: "none",
  unit: 1,
  table: "input",
  words: "msw_first",
  points: Object.fromEntries(
    Array.from({ length: POINTS }, (_, index): [string, Point] => [
      `part-${index}/active_power`,
      { at: 2 * index, encoding: "float32", unit: "W", kind: "gauge" },
    ]),
  ),
};

export const pointsOfBenchMeter = POINTS;
