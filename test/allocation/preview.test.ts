import { expect, test } from "vitest";
import type { SharingLayout } from "../../hub/allocation/plan-sharing.ts";
import type { Policy } from "../../hub/allocation/policy.ts";
import { type PreviewInterval, previewPolicy } from "../../hub/allocation/preview.ts";

const layout: SharingLayout = {
  members: ["ann", "ben", "cay"],
  loads: ["ann", "ben", "cay"].map((member) => ({ point: member, member })),
  plants: [{ point: "roof" }],
};
const before: Policy = { name: "by consumption", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" };
const after: Policy = { name: "equal", tiers: [{ weight: { kind: "equal" } }], surplus: "to_grid" };
const interval = (intervalIndex: number, loads: number[], roof: number, day = "2026-06-01"): PreviewInterval => ({
  intervalIndex,
  loads,
  plants: [roof],
  day,
});

test("who would have gained and who would have lost, gains first", () => {
  const intervals = [interval(0, [1_000, 3_000, 0], 2_000), interval(1, [1_000, 3_000, 0], 400)];
  expect(previewPolicy({ layout, before, after, intervals })).toEqual({
    intervals: 2,
    pool_mwh: 2_400,
    surplus_before_mwh: 0,
    surplus_after_mwh: 801,
    members: [
      {
        member: "ann",
        consumption_mwh: 2_000,
        before_mwh: 600,
        after_mwh: 800,
        beyond_before_mwh: 0,
        beyond_after_mwh: 0,
        difference_mwh: 200,
        difference_percent: 33.3,
      },
      {
        member: "cay",
        consumption_mwh: 0,
        before_mwh: 0,
        after_mwh: 0,
        beyond_before_mwh: 0,
        beyond_after_mwh: 0,
        difference_mwh: 0,
        difference_percent: null,
      },
      {
        member: "ben",
        consumption_mwh: 6_000,
        before_mwh: 1_800,
        after_mwh: 799,
        beyond_before_mwh: 0,
        beyond_after_mwh: 0,
        difference_mwh: -1_001,
        difference_percent: -55.6,
      },
    ],
  });
});

test("a policy beside itself changes nobody", () => {
  const intervals = [interval(5, [7, 8, 9], 11), interval(6, [70, 8, 1], 35)];
  const { members } = previewPolicy({ layout, before, after: before, intervals });
  expect(members.map(({ difference_mwh }) => difference_mwh)).toEqual([0, 0, 0]);
});

test("a quota begins anew with its day", () => {
  const quota: Policy = {
    name: "solidarity",
    tiers: [{ weight: { kind: "equal" }, cap: { kind: "demand_and_quota", quota_mwh: 100, per: "day" } }],
    surplus: "to_grid",
  };
  const intervals = [
    interval(0, [80, 0, 0], 300),
    interval(1, [80, 0, 0], 300),
    interval(2, [80, 0, 0], 300, "2026-06-02"),
  ];
  const monthly: Policy = {
    ...quota,
    tiers: [{ weight: { kind: "equal" }, cap: { kind: "demand_and_quota", quota_mwh: 150, per: "month" } }],
  };
  const { members } = previewPolicy({ layout, before: quota, after: monthly, intervals });
  expect(members.find(({ member }) => member === "ann")).toMatchObject({ before_mwh: 180, after_mwh: 150 });
});
