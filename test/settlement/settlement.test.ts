import fc from "fast-check";
import { expect, test } from "vitest";
import { accounts } from "../../hub/ledger/account.ts";
import { amountsOfDay } from "../../hub/settlement/day-postings.ts";
import { measureDay } from "../../hub/settlement/measure-day.ts";
import { shareDay } from "../../hub/settlement/share-day.ts";
import { EpochMs } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

const hours = (energy: (hour: number) => number | null) => Array.from({ length: 24 }, (_, hour) => energy(hour));
const roof = registerReadings(
  "roof/active_energy_export",
  hours((hour) => (hour >= 6 && hour < 20 ? 900 : 0)),
);
const ann = registerReadings(
  "ann/active_energy_import",
  hours(() => 400),
);
const ben = registerReadings(
  "ben/active_energy_import",
  hours((hour) => (hour === 12 ? 1100.5 : 200)),
);

test("a day is booked once: plants into the pool, the pool to members and the grid, nothing left over", async () => {
  await using open = await openSettlement();
  await open.stores.series.append([...roof, ...ann, ...ben]);
  const report = await open.settlement.settle(wholeDay);
  expect(report.days).toEqual({
    ...{ settled: 1, corrected: 0, unchanged: 0, final: 0, immaterial: 0, closed: 0, empty: 0, not_over: 0 },
  });
  expect(report.intervals).toEqual({ expected: 24, shared: 24, substituted: 0, held: 0, unmeasured: 0 });
  // 14 h of 900 Wh: 13 h share 400 + 200 and leave 300; at noon 900 is shared as 400 : 1100.5.
  const noonAnn = Math.round((900_000 * 400_000) / 1_500_500);
  expect(await open.stores.entries.balances()).toEqual([
    { account: "grid", balance_mwh: 13 * 300_000 },
    { account: "member:ann:used", balance_mwh: 13 * 400_000 + noonAnn },
    { account: "member:ben:used", balance_mwh: 13 * 200_000 + 900_000 - noonAnn },
    { account: "plant:roof", balance_mwh: -14 * 900_000 },
  ]);
  expect((await open.settlement.settle(wholeDay)).days.unchanged).toBe(1);
  expect(await open.stores.entries.newest(10)).toHaveLength(1);
});

test("a gap whose register goes on is recovered; when its readings come, a correction books the difference once", async () => {
  await using open = await openSettlement();
  const late = ben.filter((_, index) => index >= 10 && index <= 14);
  await open.stores.series.append([...roof, ...ann, ...ben.filter((reading) => !late.includes(reading))]);
  const first = await open.settlement.settle(wholeDay);
  expect(first.intervals).toEqual({ expected: 24, shared: 24, substituted: 0, held: 0, unmeasured: 0 });
  const quality = (await open.settlement.day("2026-06-13")).cells.points.find(({ point }) => point === "ben")?.quality;
  expect(quality?.filter((each) => each === "recovered")).toHaveLength(6);
  await open.stores.series.append(late);
  expect((await open.settlement.settle(wholeDay)).days.corrected).toBe(1);
  expect((await open.settlement.settle(wholeDay)).days.unchanged).toBe(1);
  const [original, correction] = (await open.stores.entries.ofDay("2026-06-13")).map(({ entry }) => entry);
  expect(correction).toMatchObject({ id: "2026-06-13.2", kind: "correction", corrects: original?.id });
  expect(correction?.postings.reduce((sum, { amount_mwh }) => sum + amount_mwh, 0)).toBe(0);

  await using scratch = await openSettlement();
  await scratch.stores.series.append([...roof, ...ann, ...ben]);
  await scratch.settlement.settle(wholeDay);
  expect(await open.stores.entries.balances()).toEqual(await scratch.stores.entries.balances());
  expect((await open.settlement.day("2026-06-13")).cells).toEqual((await scratch.settlement.day("2026-06-13")).cells);
});

test("an interval of a silent plant is held, and of a silent consumer too while nothing is known of it", async () => {
  await using open = await openSettlement();
  await open.stores.series.append([...roof.slice(0, 11), ...ann, ...ben.slice(0, 17)]);
  const { intervals } = await open.settlement.settle(wholeDay);
  expect(intervals).toEqual({ expected: 24, shared: 10, substituted: 0, held: 14, unmeasured: 0 });
});

test("a day that is not over, and its grace, is left for later; a day without readings books nothing", async () => {
  await using open = await openSettlement(wholeDay.to + 599_999);
  await open.stores.series.append([...roof, ...ann, ...ben]);
  expect((await open.settlement.settle(wholeDay)).days.not_over).toBe(1);
  open.time.now += 1;
  expect((await open.settlement.settle(wholeDay)).days.settled).toBe(1);
  const before = { from: EpochMs(DAY_START - 86_400_000), to: EpochMs(DAY_START) };
  expect((await open.settlement.settle(before)).days.empty).toBe(1);
  expect(await open.stores.entries.days()).toEqual(["2026-06-13"]);
});

test("a booked day keeps the rules it was booked by; a new day takes the new ones", async () => {
  await using open = await openSettlement();
  await open.stores.series.append([...roof, ...ann, ...ben]);
  await open.settlement.settle(wholeDay);
  const changed = { ...community, policy: { ...community.policy, tiers: [{ weight: { kind: "equal" as const } }] } };
  await open.stores.communities.adopt(changed, 2);
  expect((await open.settlement.settle(wholeDay)).days.unchanged).toBe(1);
  const { cells } = await open.settlement.day("2026-06-14");
  expect(cells.community_version).toBe((await open.stores.communities.current())?.version);
});

test("without a community the refusal says what to do", async () => {
  await using open = await openSettlement();
  const { createSettlement } = await import("../../hub/settlement/settlement.ts");
  const nobody = { ...open.stores.communities, current: async () => undefined };
  const settlement = createSettlement({
    ...open.stores,
    communities: nobody,
    clock: () => EpochMs(1),
    grace: 0 as never,
  });
  await expect(settlement.settle(wholeDay)).rejects.toMatchObject({ code: "COMMUNITY_MISSING" });
});

test("for any energies: the day's amounts sum to zero, shares stay within use, and what is known telescopes", () => {
  const energies = fc.array(fc.option(fc.integer({ min: 0, max: 3_000_000 }).map((mwh) => mwh / 1000)), {
    minLength: 24,
    maxLength: 24,
  });
  const adopted = { version: "v", adopted_ms: 0, community };
  fc.assert(
    fc.property(energies, energies, energies, (a, b, c) => {
      const readings = new Map([
        ["roof", { readings: registerReadings("roof/active_energy_export", a), changes: [] }],
        ["ann", { readings: registerReadings("ann/active_energy_import", b), changes: [] }],
        ["ben", { readings: registerReadings("ben/active_energy_import", c), changes: [] }],
      ]);
      const cells = shareDay(adopted, "2026-06-13", measureDay(community, "2026-06-13", readings));
      const amounts = amountsOfDay(cells);
      expect([...amounts.values()].reduce((sum, amount) => sum + amount, 0)).toBe(0);
      expect(amounts.get(accounts.pool) ?? 0).toBe(0);
      cells.state.forEach((state, index) => {
        for (const { consumption_mwh, allotted_mwh } of cells.members) {
          const allotted = allotted_mwh[index] ?? null;
          expect(allotted === null).toBe(state !== "shared");
          if (allotted !== null) expect(allotted).toBeLessThanOrEqual(consumption_mwh[index] ?? -1);
        }
      });
      expect(shareDay(adopted, "2026-06-13", cells.points)).toEqual(cells);
    }),
    { numRuns: 200 },
  );
});

test("an autumn day has 25 hours and a spring day 23", () => {
  const adopted = { version: "v", adopted_ms: 0, community };
  const lengthOf = (day: string) => shareDay(adopted, day, measureDay(community, day, new Map())).state.length;
  expect([lengthOf("2026-10-25"), lengthOf("2026-03-29"), lengthOf("2028-02-29")]).toEqual([25, 23, 24]);
});
