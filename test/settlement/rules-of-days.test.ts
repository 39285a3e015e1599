import { expect, test } from "vitest";
import type { Policy } from "../../hub/allocation/policy.ts";
import type { Community } from "../../hub/members/community.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { DAY, EpochMs, HOUR } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings } from "./sunny-day.ts";

const byUse = community.policy;
const equal: Policy = { name: "equal", tiers: [{ weight: { kind: "equal" } }], surplus: "to_grid" };
const by = (policy: Policy): Community => ({ ...community, policy });
const hours = (days: number, wh: number) => Array.from({ length: days * 24 }, () => wh);
const dayAt = (index: number) => ({
  from: EpochMs(DAY_START + index * DAY),
  to: EpochMs(DAY_START + (index + 1) * DAY),
});
const names = ["2026-06-13", "2026-06-14", "2026-06-15"];

async function openThreeDays() {
  const open = await openSettlement(DAY_START + 5 * DAY);
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", hours(3, 600)),
    ...registerReadings("ann/active_energy_import", hours(3, 300)),
    ...registerReadings("ben/active_energy_import", hours(3, 700)),
  ]);
  return {
    ...open,
    /** What ann got of the roof in an hour of each day, Wh: 180 by use, 300 in equal parts. */
    async ofAnn() {
      const days = await Promise.all(names.map((day) => open.settlement.day(day)));
      return days.map(({ cells }) => (cells.members[0]?.allotted_mwh[0] ?? 0) / 1_000);
    },
    findings: async () => (await verify({ ...open.stores, settlement: open.settlement })).differences,
  };
}

test("a rule that was adopted later does not reach back to days that could not be settled in time", async () => {
  await using open = await openThreeDays();
  await open.settlement.settle(dayAt(0));
  // The hub was off; on the third day, before it is started again, the rule is changed.
  await open.stores.communities.adopt(by(equal), DAY_START + 2 * DAY + 9 * HOUR);
  await open.settlement.settle({ from: dayAt(1).from, to: dayAt(2).to });
  expect(await open.ofAnn()).toEqual([180, 180, 300]);
  expect(await open.findings()).toEqual([]);
});

test("a rule that comes back holds again from then on", async () => {
  await using open = await openThreeDays();
  await open.settlement.settle(dayAt(0));
  await open.stores.communities.adopt(by(equal), DAY_START + DAY + HOUR);
  await open.settlement.settle(dayAt(1));
  await open.stores.communities.adopt(by(byUse), DAY_START + 2 * DAY + HOUR);
  await open.settlement.settle(dayAt(2));
  expect(await open.ofAnn()).toEqual([180, 300, 180]);
});

test("a document that never settled a day was a draft, and what was described later than the days holds for all of them", async () => {
  await using open = await openThreeDays();
  const unheard = {
    ...community,
    metering_points: community.metering_points.map((point) => ({
      ...point,
      series: `${point.id}-2/active_energy_import`,
    })),
  };
  await open.stores.communities.adopt(unheard, DAY_START + HOUR);
  await open.settlement.settle({ from: dayAt(0).from, to: dayAt(2).to });
  expect(await open.stores.entries.days()).toEqual([]);
  await open.stores.communities.adopt(by(equal), DAY_START + 4 * DAY);
  await open.settlement.settle({ from: dayAt(0).from, to: dayAt(2).to });
  expect(await open.ofAnn()).toEqual([300, 300, 300]);
  expect(await open.findings()).toEqual([]);
});

test("a quota of another rule is another quota", async () => {
  const quota = (kwh: number): Policy => ({
    ...equal,
    tiers: [{ weight: { kind: "equal" }, cap: { kind: "demand_and_quota", quota_mwh: kwh * 1e6, per: "month" } }],
  });
  await using open = await openThreeDays();
  await open.stores.communities.adopt(by(quota(1)), 2);
  await open.settlement.settle(dayAt(0));
  await open.stores.communities.adopt({ ...by(quota(1)), name: "The same rule" }, DAY_START + DAY + HOUR);
  await open.settlement.settle(dayAt(1));
  await open.stores.communities.adopt(by(quota(5)), DAY_START + 2 * DAY + HOUR);
  await open.settlement.settle(dayAt(2));
  expect(await open.ofAnn()).toEqual([300, 0, 300]);
  expect(await open.findings()).toEqual([]);
});
