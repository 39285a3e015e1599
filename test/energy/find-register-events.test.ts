import fc from "fast-check";
import { expect, test } from "vitest";
import { changeOfRollover, findRegisterEvents } from "../../hub/energy/find-register-events.ts";
import { intervalEnergies } from "../../hub/energy/interval-energy.ts";
import type { RegisterChange } from "../../hub/energy/register-change.ts";
import { trackRegister } from "../../hub/energy/register-track.ts";
import type { Reading } from "../../hub/reading.ts";
import { MINUTE, MilliWattHours, Ms } from "../../hub/units.ts";
import { clock, minutesOf, valueAt } from "./register-readings.ts";

const kwh = (value: number) => MilliWattHours(Math.round(value * 1e6));

/** "rollover continues 999998 -> 12": what was found, registers in kWh. */
function picture(readings: readonly Reading[], more: { widths?: readonly MilliWattHours[]; ratedW?: number } = {}) {
  return findRegisterEvents({ readings, ...more }).map(
    ({ kind, verdict, end, start }) => `${kind} ${verdict} ${end / 1e6} -> ${start / 1e6}`,
  );
}

test.each([
  // The failures that meters in the field are known for; kWh minute by minute.
  ["nothing happened", "100 100.1 100.2", undefined, []],
  ["0 after a restart", "100 100.1 0 100.2 100.3", undefined, []],
  ["0 for a whole night", "100 0 0 0 0 0 0 100.1", undefined, []],
  [
    "all bits set at night, in Wh",
    "100 4294967.295 4294967.295 100.1",
    undefined,
    ["jump left_out 100 -> 4294967.295"],
  ],
  ["a spike of 215 kWh", "100 315 100.1 100.2 100.3", undefined, ["jump left_out 100 -> 315"]],
  [
    "a register that begins anew at 800000",
    "799999.8 799999.9 0.1 0.2 0.3",
    kwh(800_000),
    ["rollover continues 799999.9 -> 0.1"],
  ],
  ["the same without a known width", "799999.8 799999.9 0.1 0.2 0.3", undefined, ["reset question 799999.9 -> 0.1"]],
  ["a fall too deep to be a rollover", "400000 0.1 0.2 0.3", kwh(800_000), ["reset question 400000 -> 0.1"]],
  ["a fall near the end that goes back", "799999.8 0 0 0 799999.9", kwh(800_000), []],
  [
    "another meter, counting from its own",
    "5000 5000.1 3000 3000.1 3000.2",
    undefined,
    ["swap question 5000.1 -> 3000"],
  ],
  ["a jump that stays", "100 100.1 90100 90100.1 90100.2", undefined, ["jump question 100.1 -> 90100"]],
])("%s", (_name, text, width, expected) => {
  expect(picture(minutesOf("12:00", text), width === undefined ? {} : { widths: [width] })).toEqual(expected);
});

test("a register of 2^32 Wh is counted across its end to the Wh", () => {
  const width = 2 ** 32;
  const readings = [width - 30, width - 20, width - 10, 5, 15, 25].map((wh, n) =>
    valueAt(clock("12:00") + n * 60_000, wh),
  );
  // An accumulator whose scale factor is not known may be any of these wide.
  const widths = [100, 1_000, 10_000].map((times) => MilliWattHours(width * times));
  const [event] = findRegisterEvents({ readings, widths });
  expect(event).toMatchObject({ kind: "rollover", verdict: "continues" });
  if (event === undefined) return;
  expect(event.width).toBe(width * 1_000);
  const changes = [changeOfRollover(event)];
  const { segments } = trackRegister(readings, undefined, changes);
  expect(segments).toHaveLength(1);
  const points = segments[0]?.points ?? [];
  expect((points.at(-1)?.register ?? 0) - (points[0]?.register ?? 0)).toBe(55_000);
  expect(findRegisterEvents({ readings, changes, widths })).toEqual([]);
});

test("worked example A21: six digits times 40, from 999998 to 12, is 560 kWh", () => {
  const factor = 40;
  const widths = [kwh(1_000_000 * factor)];
  const digits = [999_990, 999_998, 12, 20, 28];
  const readings = digits.map((each, n) => valueAt(clock("12:00") + n * 900_000, each * factor * 1000));
  const [event] = findRegisterEvents({ readings, widths });
  expect(event).toMatchObject({ kind: "rollover" });
  if (event === undefined) return;
  const points = trackRegister(readings, undefined, [changeOfRollover(event)]).segments[0]?.points ?? [];
  expect((points[2]?.register ?? 0) - (points[1]?.register ?? 0)).toBe(kwh(560));
});

test("a counter that goes below zero and falls on and on is never energy", () => {
  const readings = minutesOf("12:00", Array.from({ length: 61 }, (_, n) => (0.3 - n * 0.01).toFixed(3)).join(" "));
  const energies = intervalEnergies({ readings, from: clock("12:00"), to: clock("13:00"), interval: Ms(15 * MINUTE) });
  expect(energies.map(({ energy }) => energy)).toEqual([null, null, null, null]);
});

const day = (text: string) => minutesOf("12:00", text);
const swap = (at: string, end: number, start: number): RegisterChange => {
  return { kind: "continues", at: clock(at), end: kwh(end), start: kwh(start), isReadThen: true };
};

test.each<[string, Reading[], RegisterChange[], (number | null)[]]>([
  [
    "a swap read at the moment itself: energy on both sides counts",
    [...day("100 100.1 100.2 100.3 100.4"), ...minutesOf("12:07", "5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 5.9")],
    [swap("12:06", 100.6, 5)],
    [1.5],
  ],
  [
    "a swap without a declaration is a question, and its interval missing",
    [...day("100 100.1 100.2 100.3 100.4"), ...minutesOf("12:07", "5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 5.9")],
    [],
    [null],
  ],
  [
    "a reset somebody decided about: what the new register shows counts",
    [...day("100 100.1 100.2"), ...minutesOf("12:03", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1 1.1 1.2 1.3")],
    [{ kind: "continues", at: clock("12:03"), end: kwh(100.2), start: kwh(0), isReadThen: false }],
    [1.5],
  ],
  [
    "a jump that was energy counts",
    [
      ...day("100 100.1 9000.1"),
      ...minutesOf(
        "12:03",
        "9000.2 9000.3 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4",
      ),
    ],
    [{ kind: "energy", at: clock("12:02") }],
    [8900.4],
  ],
  [
    "a jump that was none is taken out",
    [
      ...day("100 100.1 9000.1"),
      ...minutesOf(
        "12:03",
        "9000.2 9000.3 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4 9000.4",
      ),
    ],
    [{ kind: "continues", at: clock("12:02"), end: kwh(100.1), start: kwh(9000.1), isReadThen: false }],
    [0.4],
  ],
])("%s", (_name, readings, changes, expected) => {
  const energies = intervalEnergies({
    readings,
    changes,
    from: clock("12:00"),
    to: clock("12:15"),
    interval: Ms(15 * MINUTE),
    ratedW: 10_000,
  });
  expect(energies.map(({ energy }) => energy)).toEqual(expected.map((each) => (each === null ? null : kwh(each))));
});

test("however often a meter is swapped, the energy is that of the one that never was", () => {
  const steps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 60, maxLength: 60 });
  const swaps = fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { maxLength: 4 });
  const starts = fc.array(fc.integer({ min: 0, max: 10 ** 9 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(steps, swaps, starts, (rises, minutes, begins) => {
      const sorted = minutes.toSorted((a, b) => a - b);
      const changes: RegisterChange[] = [];
      const readings: Reading[] = [];
      let register = 1_000_000;
      let total = 0;
      for (let minute = 0; minute <= 60; minute += 1) {
        const at = clock("12:00") + minute * 60_000;
        const index = sorted.indexOf(minute);
        if (index >= 0) {
          const start = begins[index] ?? 0;
          const end = MilliWattHours(register);
          changes.push({
            kind: "continues",
            at: clock("12:00") + minute * 60_000,
            end,
            start: MilliWattHours(start),
            isReadThen: true,
          } as RegisterChange);
          register = start;
        }
        readings.push(valueAt(at, register / 1000));
        const rise = rises[minute] ?? 0;
        if (minute < 60) total += rise;
        register += rise;
      }
      const energies = intervalEnergies({
        readings,
        changes,
        from: clock("12:00"),
        to: clock("13:00"),
        interval: Ms(15 * MINUTE),
      });
      expect(energies.reduce((sum, { energy }) => sum + (energy ?? Number.NaN), 0)).toBe(total);
    }),
    { numRuns: 300 },
  );
});
