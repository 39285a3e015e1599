import { describe, expect, test } from "vitest";
import type { Point, RegisterProfile } from "../../../hub/decode/profiles/device-profile.ts";
import { type BlockPlan, createBlockPlan, type PlannedBlock } from "../../../hub/intake/modbus/block-plan.ts";
import { DAY } from "../../../hub/units.ts";

const gauge = (at: number): Point => ({ at, encoding: "uint16", unit: "V", kind: "gauge" });

const profile: RegisterProfile = {
  protocol: "registers",
  name: "test-meter",
  vendor: "Test",
  model: "Meter",
  kind: "meter",
  source: "made for this test",
  direction: "none",
  unit: 1,
  table: "input",
  words: "msw_first",
  points: {
    voltage: gauge(0),
    "voltage/l1": gauge(1),
    "voltage/l2": gauge(2),
    "voltage/l3": gauge(3),
    active_energy_import: { at: 10, encoding: "uint32", unit: "Wh", kind: "counter" },
  },
};

const rangesOf = (blocks: readonly PlannedBlock[]) => blocks.map(({ block }) => [block.start, block.count]);

const insteadOf = (refused: ReturnType<BlockPlan["refuse"]>) => (refused === "failed" ? [] : refused);

/** Read a group of a device that refuses every request in which one of these registers is. */
function readGroup(plan: BlockPlan, lacks: readonly number[], now = 0): readonly (readonly number[])[] {
  const requests: number[][] = [];
  const left = [...plan.blocksOf("gauge", now)];
  for (let planned = left.shift(); planned !== undefined; planned = left.shift()) {
    const { start, count } = planned.block;
    requests.push([start, count]);
    if (lacks.some((at) => at >= start && at < start + count)) left.unshift(...insteadOf(plan.refuse(planned, now)));
    else plan.accept(planned);
  }
  return requests;
}

test("each group has its own blocks", () => {
  const plan = createBlockPlan(profile);
  expect(rangesOf(plan.blocksOf("gauge", 0))).toEqual([[0, 4]]);
  expect(rangesOf(plan.blocksOf("counter", 0))).toEqual([[10, 2]]);
});

describe("a device without one of its registers", () => {
  test("is asked for halves until the one is found, and the finding stays", () => {
    const plan = createBlockPlan(profile);
    expect(readGroup(plan, [2])).toEqual([
      [0, 4],
      [0, 2],
      [2, 2],
      [2, 1],
      [3, 1],
    ]);
    expect(plan.lacking()).toEqual(["voltage/l2"]);
    expect(readGroup(plan, [2], DAY - 1)).toEqual([
      [0, 2],
      [3, 1],
    ]);
  });

  test("is asked again after a day, and after it may have become another device", () => {
    const plan = createBlockPlan(profile);
    readGroup(plan, [2]);
    expect(readGroup(plan, [2], DAY)).toContainEqual([2, 1]);
    expect(plan.lacking()).toEqual(["voltage/l2"]);
    plan.askAllAgain();
    expect(plan.lacking()).toEqual([]);
    expect(readGroup(plan, [], DAY)).toEqual([
      [0, 2],
      [2, 1],
      [3, 1],
    ]);
  });
});

test("a block that was answered before is believed to be lacking only after three refusals in a row", () => {
  const plan = createBlockPlan({ ...profile, points: { voltage: gauge(0) } });
  readGroup(plan, []);
  for (const refusal of [1, 2]) {
    expect(readGroup(plan, [0])).toEqual([[0, 1]]);
    expect(plan.lacking(), `after ${refusal}`).toEqual([]);
  }
  readGroup(plan, []);
  for (const refusal of [1, 2, 3]) {
    expect(plan.lacking(), `before ${refusal}`).toEqual([]);
    readGroup(plan, [0]);
  }
  expect(plan.lacking()).toEqual(["voltage"]);
});
