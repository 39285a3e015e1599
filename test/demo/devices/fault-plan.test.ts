import { expect, test } from "vitest";
import { seededFaults } from "../../../hub/demo/devices/fault-plan.ts";

test("the same seed makes the same faults, about as many as told, another seed others", () => {
  const parts = [
    { fault: { kind: "swallow" }, part: 0.1 },
    { fault: { kind: "exception", code: 6 }, part: 0.2 },
  ] as const;
  const kinds = (seed: number) => {
    const plan = seededFaults(seed, parts);
    return Array.from({ length: 2_000 }, (_, index) => plan({ index, unit: 1, functionCode: 3 })?.kind);
  };
  expect(kinds(7)).toEqual(kinds(7));
  expect(kinds(7)).not.toEqual(kinds(8));
  const count = (kind: string | undefined) => kinds(7).filter((each) => each === kind).length;
  expect(count("swallow")).toBeGreaterThan(150);
  expect(count("swallow")).toBeLessThan(250);
  expect(count("exception")).toBeGreaterThan(330);
  expect(count("exception")).toBeLessThan(470);
  expect(() => seededFaults(1, [{ fault: { kind: "swallow" }, part: 1.1 }])).toThrow(RangeError);
});
