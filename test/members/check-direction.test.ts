import { expect, test } from "vitest";
import type { DeviceKind } from "../../hub/decode/profiles/device-profile.ts";
import { activePowerOf, checkDirection, type PowerReading } from "../../hub/members/check-direction.ts";
import { SeriesKey } from "../../hub/reading.ts";

const readings = (values: Readonly<Record<string, number | null>>): readonly PowerReading[] =>
  Object.entries(values).map(([key, value]) => ({ series: SeriesKey(`m/${key}`), value }));
const whole = (value: number | null) => readings({ active_power: value });

test.each([
  ["its own sum", { active_power: 300, "active_power/l1": 1, "active_power/l2": 2 }, 300],
  ["its phases", { "active_power/l1": 100, "active_power/l2": -40, "active_power/l3": 0 }, 60],
  ["phases with one missing", { "active_power/l1": 100, "active_power/l2": null }, null],
  ["a sum that is not available", { active_power: null, "active_power/l1": 100 }, null],
  ["a channel of it, which is not the whole", { "pv-1/active_power": 100 }, null],
  ["no power at all", { voltage: 230 }, null],
])("the power of a device: %s", (_name, values, expected) => {
  expect(activePowerOf(readings(values))).toBe(expected);
});

test.each<[string, DeviceKind, number | null, number | null, string]>([
  ["a load shows as import", "meter", 200, 2_200, "right"],
  ["just enough", "meter", 0, 100, "right"],
  ["not enough", "meter", 0, 99, "undecided"],
  ["it falls", "meter", -200, -2_200, "turned"],
  ["it falls by just enough", "plug", 50, -50, "turned"],
  ["nothing was said before", "meter", null, 2_000, "undecided"],
  ["nothing is said now", "meter", 100, null, "undecided"],
  ["an inverter generates", "inverter", null, -30, "right"],
  ["an inverter seems to consume by day", "hybrid", null, 30, "turned"],
  ["an inverter at night", "inverter", null, 5, "undecided"],
  ["an inverter that says nothing", "inverter", null, null, "undecided"],
])("%s", (_name, kind, before, after, verdict) => {
  for (const isTurned of [false, true]) {
    const check = checkDirection({ kind, isTurned }, { before: whole(before), after: whole(after) });
    const turned = { right: isTurned, turned: !isTurned, undecided: null }[verdict] ?? null;
    expect(check).toMatchObject({ verdict, turned, before_w: before, after_w: after });
    expect(check.remark).toMatch(/\.$/);
  }
});

test("one phase alone that falls may be one clamp put on backwards", () => {
  const phases = (l1: number, l2: number) => readings({ "active_power/l1": l1, "active_power/l2": l2 });
  const meter = { kind: "meter", isTurned: false } as const;
  const one = checkDirection(meter, { before: phases(100, 50), after: phases(100, -1_950) });
  expect(one.remark).toContain("Only l2 moved");
  const both = checkDirection(meter, { before: phases(100, 50), after: phases(-900, -950) });
  expect(both.verdict).toBe("turned");
  expect(both.remark).not.toContain("moved");
});
