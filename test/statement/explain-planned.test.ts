import { expect, test } from "vitest";
import type { Policy } from "../../hub/allocation/policy.ts";
import { createExplanations } from "../../hub/statement/explanations.ts";
import { EpochMs } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings, wholeDay } from "../settlement/sunny-day.ts";

const hours = (wh: number) => Array.from({ length: 24 }, () => wh);

test("a policy of several steps with own use and a quota is explained by what it really did", async () => {
  await using open = await openSettlement();
  const policy: Policy = {
    name: "a little for everybody, then by use",
    own_use: "site_netting",
    tiers: [
      { weight: { kind: "equal" }, cap: { kind: "demand_and_quota", quota_mwh: 100_000, per: "day" } },
      { weight: { kind: "consumption" } },
    ],
    surplus: "to_grid",
  };
  const balcony = { id: "balcony", role: "generation" as const, member: "ann", series: "balcony/active_energy_export" };
  await open.stores.communities.adopt(
    { ...community, metering_points: [...community.metering_points, balcony], policy },
    2,
  );
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", hours(300)),
    ...registerReadings("ann/active_energy_import", hours(400)),
    ...registerReadings("ben/active_energy_import", hours(600)),
    ...registerReadings("balcony/active_energy_export", hours(100)),
  ]);
  await open.settlement.settle(wholeDay);
  const explanations = createExplanations({ settlement: open.settlement, communities: open.stores.communities });
  const first = await explanations.ofInterval("ann", EpochMs(DAY_START));
  // 100 of the 300 Wh go out in equal quotas each, the last 100 by what is still needed: 200 of ann's, 500 of ben's.
  expect(first).toMatchObject({
    ...{ state: "shared", allotted_mwh: 128_571, from_grid_mwh: 171_429, own_mwh: 100_000 },
  });
  expect(first.sentences.join("\n")).toMatch(/0\.1 kWh came from your own plants first/);
  expect(first.tiers).toHaveLength(2);
  const second = await explanations.ofInterval("ann", EpochMs(DAY_START + 3_600_000));
  // The quota of the day is used up.
  expect(second.tiers.map(({ allotted_mwh }) => allotted_mwh)).toEqual([0, 100_000]);
  expect(second.allotted_mwh).toBe(100_000);
  expect(second.tiers.reduce((sum, { allotted_mwh }) => sum + allotted_mwh, 0)).toBe(second.allotted_mwh);
});
