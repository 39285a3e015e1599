import fc from "fast-check";
import { expect, test } from "vitest";
import type { IntervalEnergy } from "../../hub/energy/interval.ts";
import { intervalEnergies } from "../../hub/energy/interval-energy.ts";
import { registersAt } from "../../hub/energy/register-at.ts";
import { trackRegister } from "../../hub/energy/register-track.ts";
import type { Reading } from "../../hub/reading.ts";
import { EpochMs, MINUTE, Ms, milliWattHoursFromWh } from "../../hub/units.ts";
import { faultAt, valueAt } from "./register-readings.ts";

const QUARTER = Ms(15 * MINUTE);
const START = Date.UTC(2026, 2, 29);
const RATED_W = 10_000;
const SLEEPING_WH = 0xffffffff;

const range = { from: EpochMs(START), to: EpochMs(START + 24 * QUARTER) };

/** A sound register: polls at odd moments, now and then a long gap, never faster than rated. */
const soundReadings = fc
  .array(
    fc.record({
      wait_ms: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 1, max: 20 * MINUTE }) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 * 60 * MINUTE }) },
      ),
      load: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let at_ms = START - 30 * MINUTE;
    let wh = 1_000_000;
    return steps.map(({ wait_ms, load }) => {
      at_ms += wait_ms;
      wh += (load * RATED_W * wait_ms) / 3_600_000;
      return valueAt(at_ms, wh);
    });
  });

/** Anything a device may ever say, at any time. */
const wildReadings = fc
  .array(
    fc.record({
      wait_ms: fc.integer({ min: 0, max: 40 * MINUTE }),
      value: fc.oneof(
        fc.constantFrom(null, 0, SLEEPING_WH, 2 ** 64, -1, 1_000_000, 1_000_000.5),
        fc.double({ min: -1e3, max: 1e5, noNaN: true }),
      ),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let at_ms = START - 60 * MINUTE;
    return steps.map(({ wait_ms, value }) => {
      at_ms += wait_ms;
      return value === null ? faultAt(at_ms) : valueAt(at_ms, value);
    });
  });

const anyReadings = fc.oneof(soundReadings, wildReadings);
const anyRating = fc.constantFrom(undefined, RATED_W);

function quarters(readings: readonly Reading[], interval = QUARTER, ratedW?: number): readonly IntervalEnergy[] {
  return intervalEnergies({ readings, ...range, interval, ...(ratedW !== undefined && { ratedW }) });
}

test("energy is null exactly when missing, missing has a reason, and nothing is ever negative or a fraction", () => {
  fc.assert(
    fc.property(anyReadings, anyRating, (readings, ratedW) => {
      for (const { energy, quality, reason } of quarters(readings, QUARTER, ratedW)) {
        expect(energy === null).toBe(quality === "missing");
        expect(reason !== undefined).toBe(quality === "missing");
        if (energy !== null) expect(Number.isSafeInteger(energy) && energy >= 0).toBe(true);
      }
    }),
  );
});

test("telescoping: any stretch of known intervals sums to the register's difference, to the mWh", () => {
  let known = 0;
  fc.assert(
    fc.property(anyReadings, anyRating, (readings, ratedW) => {
      const intervals = quarters(readings, QUARTER, ratedW);
      const track = trackRegister(readings, ratedW);
      let sum = 0;
      let start = range.from;
      for (const { to, energy } of intervals) {
        if (energy === null) {
          sum = 0;
          start = to;
          continue;
        }
        known++;
        sum += energy;
        const [first, last] = registersAt(track, [start, to]);
        expect(sum).toBe(last!.value! - first!.value!);
      }
    }),
    { numRuns: 300 },
  );
  expect(known).toBeGreaterThan(300);
});

test("with a reading on each end the sum is the difference of the two readings", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 2_500, noNaN: true }), { minLength: 1, maxLength: 24 }), (steps) => {
      let wh = 0.1;
      const registers = [wh, ...steps.map((step) => (wh += step))];
      const readings = registers.map((value, n) => valueAt(START + n * QUARTER, value));
      const known = quarters(readings).slice(0, steps.length);
      expect(known.every(({ quality }) => quality === "measured")).toBe(true);
      const sum = known.reduce((total, { energy }) => total + energy!, 0);
      expect(sum).toBe(milliWattHoursFromWh(wh) - milliWattHoursFromWh(0.1));
    }),
  );
});

test.each([1, 5, 7.5])("splitting an interval changes nothing: %s minutes", (minutes) => {
  const parts = QUARTER / (minutes * MINUTE);
  fc.assert(
    fc.property(anyReadings, anyRating, (readings, ratedW) => {
      const small = quarters(readings, Ms(minutes * MINUTE), ratedW);
      for (const [n, whole] of quarters(readings, QUARTER, ratedW).entries()) {
        const pieces = small.slice(n * parts, (n + 1) * parts);
        if (pieces.some(({ energy }) => energy === null)) continue;
        expect(whole.energy).toBe(pieces.reduce((sum, { energy }) => sum + energy!, 0));
      }
    }),
  );
});

test("a reading that is not available changes nothing, wherever it comes", () => {
  fc.assert(
    fc.property(anyReadings, fc.array(fc.nat(60 * 400)), (readings, seconds) => {
      const faults = seconds.map((second) =>
        faultAt(START + second * 1000, second % 2 ? "read_failed" : "not_available"),
      );
      const mixed = [...readings, ...faults].sort((a, b) => a.at - b.at);
      expect(quarters(mixed)).toEqual(quarters(readings));
    }),
  );
});

test("equal readings twice, in either order, change nothing", () => {
  fc.assert(
    fc.property(anyReadings, fc.infiniteStream(fc.boolean()), (readings, twice) => {
      const first = readings.filter(({ at }, n) => at !== readings[n - 1]?.at);
      const doubled = first.flatMap((each) => (twice.next().value ? [each, { ...each }] : [each]));
      expect(quarters(doubled)).toEqual(quarters(first));
    }),
  );
});

test("fewer readings never make more energy: each known register stays between its true neighbours", () => {
  fc.assert(
    fc.property(soundReadings, fc.infiniteStream(fc.boolean()), (readings, lost) => {
      const left = readings.filter(() => !lost.next().value);
      const intervals = quarters(left, QUARTER, RATED_W);
      const moments = [...intervals.map(({ from }) => from), range.to];
      for (const { at, value } of registersAt(trackRegister(left, RATED_W), moments)) {
        if (value === null) continue;
        expect(value).toBeGreaterThanOrEqual(milliWattHoursFromWh(left.findLast((each) => each.at <= at)!.value!));
        expect(value).toBeLessThanOrEqual(milliWattHoursFromWh(left.find((each) => each.at >= at)!.value!));
      }
    }),
  );
});

test("wrong readings never make energy: an interval is as without them, or missing", () => {
  const wrong = fc.constantFrom(0, SLEEPING_WH, 2_000_000);
  const slip = fc.option(wrong, { freq: 5, nil: undefined });
  let known = 0;
  fc.assert(
    fc.property(soundReadings, fc.infiniteStream(slip), (sound, slips) => {
      // The register is known when the trouble begins; before that nothing can tell right from wrong.
      const told = sound.map((each, n) => ({ each, wrong: n < 3 ? undefined : slips.next().value }));
      const spoilt = told.map(({ each, wrong }) => (wrong === undefined ? each : { ...each, value: wrong }));
      const right = told.flatMap(({ each, wrong }) => (wrong === undefined ? [each] : []));
      const expected = quarters(right, QUARTER, RATED_W);
      for (const [n, interval] of quarters(spoilt, QUARTER, RATED_W).entries()) {
        if (interval.energy === null) continue;
        known++;
        expect(interval).toEqual(expected[n]);
      }
    }),
    { numRuns: 500 },
  );
  expect(known).toBeGreaterThan(100);
});
