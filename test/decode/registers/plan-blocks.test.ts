import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Point, type RegisterProfile, registersOf } from "../../../hub/decode/profiles/device-profile.ts";
import { compileBlock } from "../../../hub/decode/registers/decode-block.ts";
import { halveBlock, type PlannedProfile, planBlocks } from "../../../hub/decode/registers/plan-blocks.ts";
import type { RegisterBlock } from "../../../hub/decode/registers/register-block.ts";
import { powerAt } from "./blocks.ts";

const profileOf = (points: Record<string, Point>, more: Partial<RegisterProfile> = {}): PlannedProfile => ({
  table: "holding",
  points,
  ...more,
});
/** Blocks as `start+count: keys`. */
const shown = (blocks: readonly RegisterBlock[]) =>
  blocks.map(({ table, start, count, points, sums }) =>
    [`${table} ${start}+${count}`, ...Object.keys(points), ...Object.keys(sums ?? {}).map((key) => `= ${key}`)].join(
      " ",
    ),
  );
const counterAt = (at: number): Point => ({ at, encoding: "uint32", unit: "Wh", kind: "counter" });

describe("a plan", () => {
  test("neighbours share a request, in the order of their addresses", () => {
    const profile = profileOf({ active_power: powerAt({ at: 2 }), "active_power/l1": powerAt({ at: 1 }) });
    expect(shown(planBlocks(profile))).toEqual(["holding 1+2 active_power/l1 active_power"]);
  });

  test("no request crosses a hole, unless the profile allows one so wide", () => {
    const points = { "active_power/l1": powerAt({ at: 0 }), "active_power/l2": powerAt({ at: 3 }) };
    expect(shown(planBlocks(profileOf(points)))).toEqual([
      "holding 0+1 active_power/l1",
      "holding 3+1 active_power/l2",
    ]);
    expect(planBlocks(profileOf(points, { request: { maxHole: 1 } }))).toHaveLength(2);
    expect(shown(planBlocks(profileOf(points, { request: { maxHole: 2 } })))).toEqual([
      "holding 0+4 active_power/l1 active_power/l2",
    ]);
  });

  test("registers of the other kind are no hole: the device has them", () => {
    const profile = profileOf({
      "active_power/l1": powerAt({ at: 0 }),
      active_energy_import: counterAt(1),
      "active_power/l2": powerAt({ at: 3 }),
    });
    expect(shown(planBlocks(profile, "gauge"))).toEqual(["holding 0+4 active_power/l1 active_power/l2"]);
    expect(shown(planBlocks(profile, "counter"))).toEqual(["holding 1+2 active_energy_import"]);
  });

  test("a number is never split at the limit, and tables never mix", () => {
    const profile = profileOf(
      {
        active_energy_import: counterAt(0),
        active_energy_export: counterAt(2),
        active_power: powerAt({ at: 4, table: "input" }),
      },
      { request: { maxRegisters: 3 } },
    );
    expect(shown(planBlocks(profile))).toEqual([
      "holding 0+2 active_energy_import",
      "holding 2+2 active_energy_export",
      "input 4+1 active_power",
    ]);
  });

  test("a point comes with its scale factor, across whatever lies between", () => {
    const profile = profileOf(
      { active_power: powerAt({ at: 0, scaleAt: 9 }), frequency: powerAt({ at: 4, unit: "Hz" }) },
      { request: { maxRegisters: 10 } },
    );
    expect(shown(planBlocks(profile))).toEqual(["holding 0+10 active_power frequency"]);
    expect(() => planBlocks({ ...profile, request: { maxRegisters: 9 } })).toThrow(
      "active_power takes the 10 registers from 0 on, and a request 9",
    );
  });

  test("parts of a sum come in one request though more would fit otherwise", () => {
    const profile = profileOf(
      {
        frequency: powerAt({ at: 0, unit: "Hz" }),
        "active_power/l1": powerAt({ at: 1 }),
        "active_power/l2": powerAt({ at: 2 }),
        "active_power/l3": powerAt({ at: 3 }),
      },
      {
        request: { maxRegisters: 3 },
        sums: { active_power: ["active_power/l1", "active_power/l2", "active_power/l3"] },
      },
    );
    expect(shown(planBlocks(profile))).toEqual([
      "holding 0+1 frequency",
      "holding 1+3 active_power/l1 active_power/l2 active_power/l3 = active_power",
    ]);
    expect(shown(planBlocks({ ...profile, request: { maxRegisters: 2 } }))).toEqual([
      "holding 0+2 frequency active_power/l1",
      "holding 2+2 active_power/l2 active_power/l3",
    ]);
  });

  test("parts of a sum on both sides of a hole make no sum", () => {
    const points = { "active_power/l1": powerAt({ at: 0 }), "active_power/l2": powerAt({ at: 5 }) };
    const sums = { active_power: ["active_power/l1", "active_power/l2"] };
    expect(planBlocks(profileOf(points, { sums })).flatMap((block) => Object.keys(block.sums ?? {}))).toEqual([]);
  });

  test("nothing to read is no request", () => {
    expect(planBlocks(profileOf({ active_power: powerAt() }), "counter")).toEqual([]);
  });
});

describe("halves of a block", () => {
  const block = (points: Record<string, Point>, sums?: RegisterBlock["sums"]) =>
    planBlocks(profileOf(points, { request: { maxHole: 100 }, ...(sums && { sums }) }))[0]!;

  test("shrink to their own points", () => {
    const whole = block({ frequency: powerAt({ at: 0, unit: "Hz" }), active_power: powerAt({ at: 8 }) });
    expect(shown(halveBlock(whole) ?? [])).toEqual(["holding 0+1 frequency", "holding 8+1 active_power"]);
    expect(halveBlock(block({ active_power: powerAt() }))).toBe(undefined);
  });

  test("keep a sum whole while another cut is left", () => {
    const whole = block(
      {
        "active_power/l1": powerAt({ at: 0 }),
        "active_power/l2": powerAt({ at: 1 }),
        "active_power/l3": powerAt({ at: 2 }),
        frequency: powerAt({ at: 3, unit: "Hz" }),
      },
      { active_power: ["active_power/l1", "active_power/l2", "active_power/l3"] },
    );
    const [left, right] = halveBlock(whole)!;
    expect(shown([left, right])).toEqual([
      "holding 0+3 active_power/l1 active_power/l2 active_power/l3 = active_power",
      "holding 3+1 frequency",
    ]);
    expect(halveBlock(left)?.map(({ count, sums }) => [count, sums])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  test("each take their scale factor along", () => {
    const whole = block({
      active_power: powerAt({ at: 0, scaleAt: 2 }),
      "active_power/l1": powerAt({ at: 1, scaleAt: 2 }),
    });
    expect(shown(halveBlock(whole) ?? [])).toEqual(["holding 0+3 active_power", "holding 1+2 active_power/l1"]);
  });
});

const anyPoint = fc.record({
  at: fc.nat(40),
  encoding: fc.constantFrom("int16", "uint32", "float32", "uint64"),
  table: fc.constantFrom("holding", "input"),
  kind: fc.constantFrom("gauge", "counter"),
  scale: fc.option(fc.nat(6)),
});
const channels = ["a", "b", "c", "d", "e", "f"];
const anyProfile = fc
  .record({
    points: fc.array(anyPoint, { minLength: 1, maxLength: channels.length }),
    maxRegisters: fc.integer({ min: 12, max: 20 }),
    maxHole: fc.nat(6),
    parts: fc.uniqueArray(fc.constantFrom(...channels), { minLength: 2, maxLength: 3 }),
  })
  .map(({ points, maxRegisters, maxHole, parts }) => {
    const named = points.map(({ at, encoding, table, kind, scale }, index): [string, Point] => [
      `${channels[index]}/active_power`,
      { at, encoding, table, kind, unit: "W", ...(scale !== null && { scaleAt: at + scale }) },
    ]);
    const sums = { active_power: parts.map((channel) => `${channel}/active_power`) };
    return profileOf(Object.fromEntries(named), { request: { maxRegisters, maxHole }, sums });
  });

describe("laws", () => {
  test("every point is in exactly one block, and no block breaks a limit", () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        const blocks = planBlocks(profile);
        checkBlocks(profile, blocks);
        const byKind = (["gauge", "counter"] as const).flatMap((kind) => planBlocks(profile, kind));
        checkBlocks(profile, byKind);
      }),
    );
  });

  test("halving loses no point and ends", () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        let blocks = planBlocks(profile);
        for (let round = 0; round < 4; round += 1) {
          blocks = blocks.flatMap((block) => halveBlock(block) ?? [block]);
          checkBlocks(profile, blocks);
        }
        expect(blocks.every((block) => Object.keys(block.points).length === 1)).toBe(true);
      }),
    );
  });

  test("no plan without sums has fewer requests", () => {
    fc.assert(
      fc.property(anyProfile, ({ sums: _sums, ...profile }) => {
        const points = Object.entries(profile.points);
        const mayShare = (some: readonly (readonly [string, Point])[]) => {
          const table = new Set(some.map(([, point]) => point.table));
          const start = Math.min(...some.map(([, point]) => spanOf(point)[0]));
          const end = Math.max(...some.map(([, point]) => spanOf(point)[1]));
          return (
            table.size === 1 &&
            end - start <= profile.request!.maxRegisters! &&
            holesIn(profile, some[0]![1].table!, start, end).every((hole) => hole <= profile.request!.maxHole!)
          );
        };
        const fewest = Math.min(
          ...partitions(points)
            .filter((parts) => parts.every(mayShare))
            .map(({ length }) => length),
        );
        expect(planBlocks(profile)).toHaveLength(fewest);
      }),
      { numRuns: 60 },
    );
  });
});

function checkBlocks(profile: PlannedProfile, blocks: readonly RegisterBlock[]): void {
  const keys = blocks.flatMap((block) => Object.keys(block.points));
  expect(keys.toSorted()).toEqual(Object.keys(profile.points).toSorted());
  for (const block of blocks) {
    expect(block.count).toBeLessThanOrEqual(profile.request?.maxRegisters ?? 125);
    for (const hole of holesIn(profile, block.table, block.start, block.start + block.count)) {
      expect(hole).toBeLessThanOrEqual(profile.request?.maxHole ?? 0);
    }
    for (const point of Object.values(block.points)) expect(point.table).toBe(block.table);
    // Throws for a point, a scale factor or a part of a sum that is not in the block.
    compileBlock({ words: "msw_first" }, block);
  }
}

function spanOf({ at, encoding, scaleAt = at }: Point): readonly [number, number] {
  return [Math.min(at, scaleAt), Math.max(at + registersOf[encoding], scaleAt + 1)];
}

/** Lengths of the runs of registers within a range that belong to no point of the profile. */
function holesIn(profile: PlannedProfile, table: string, start: number, end: number): readonly number[] {
  const known = Object.values(profile.points).filter((point) => point.table === table);
  let holes = "";
  for (let at = start; at < end; at += 1) {
    holes += known.some((point) => spanOf(point)[0] <= at && at < spanOf(point)[1]) ? " " : "x";
  }
  return holes.split(" ").map(({ length }) => length);
}

/** Every way to part a list into groups. */
function partitions<T>(items: readonly T[]): readonly (readonly (readonly T[])[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return partitions(rest).flatMap((groups) => [
    [[first], ...groups],
    ...groups.map((_, index) => groups.map((group, place) => (place === index ? [first, ...group] : group))),
  ]);
}
