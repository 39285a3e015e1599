import fc from "fast-check";
import { expect, test } from "vitest";
import type { Policy } from "../../hub/allocation/policy.ts";
import { accounts } from "../../hub/ledger/account.ts";
import type { Community } from "../../hub/members/community.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import { amountsOfDay } from "../../hub/settlement/day-postings.ts";
import { measureDay } from "../../hub/settlement/measure-day.ts";
import { createSettlement } from "../../hub/settlement/settlement.ts";
import { shareDay } from "../../hub/settlement/share-day.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { DAY, EpochMs, HOUR, Ms } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

const hours = (wh: number) => Array.from({ length: 24 }, () => wh);
const street = (policy: Partial<Policy>): Community => ({
  ...community,
  metering_points: [
    ...community.metering_points,
    { id: "balcony", role: "generation", member: "ann", series: "balcony/active_energy_export" },
  ],
  policy: { name: "test", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid", ...policy },
});
const dayOf = (roof: number, ann: number, ben: number, balcony: number, from = DAY_START) => [
  ...registerReadings("roof/active_energy_export", hours(roof), from),
  ...registerReadings("ann/active_energy_import", hours(ann), from),
  ...registerReadings("ben/active_energy_import", hours(ben), from),
  ...registerReadings("balcony/active_energy_export", hours(balcony), from),
];

async function settleBy(policy: Partial<Policy>, energies: readonly [number, number, number, number]) {
  const open = await openSettlement();
  await open.stores.communities.adopt(street(policy), 2);
  await open.stores.series.append(dayOf(...energies));
  await open.settlement.settle(wholeDay);
  const balances = Object.fromEntries(
    (await open.stores.entries.balances()).map(({ account, balance_mwh }) => [account, balance_mwh / 24_000]),
  );
  const { differences } = await verify({ ...open.stores, settlement: open.settlement });
  await open[Symbol.asyncDispose]();
  return { balances, differences };
}

test.each<[string, Partial<Policy>, [number, number, number, number], Record<string, number>]>([
  [
    "own use first: what ann's balcony makes and she uses never enters the pool",
    { own_use: "site_netting" },
    [100, 300, 400, 250],
    {
      "plant:roof": -100,
      "plant:balcony": -250,
      "member:ann:own": 250,
      "member:ann:used": 11.111,
      "member:ben:used": 88.889,
    },
  ],
  [
    "half of the roof takes part, the rest is another community's",
    { membership_percent: { roof: 50 } },
    [100, 300, 400, 0],
    { "plant:roof": -100, outside: 50, "member:ann:used": 21.429, "member:ben:used": 28.571 },
  ],
  [
    "a fixed share beyond use is banked as the member's credit",
    {
      tiers: [{ weight: { kind: "fixed", shares: { ann: "0.5", ben: "0.5" } }, cap: { kind: "none" } }],
      surplus: "bank_as_credit",
      credit: { expires_after_months: 12, order: "oldest_first" },
    },
    [1_000, 300, 800, 0],
    { "plant:roof": -1_000, "member:ann:used": 300, "member:ann:credit": 200, "member:ben:used": 500 },
  ],
  [
    "what nobody used is the commons fund's",
    { surplus: "to_member_pot" },
    [1_000, 300, 400, 0],
    { "plant:roof": -1_000, "member:ann:used": 300, "member:ben:used": 400, fund: 300 },
  ],
])("%s", async (_name, policy, energies, expected) => {
  const { balances, differences } = await settleBy(policy, energies);
  expect(differences).toEqual([]);
  expect(Object.keys(balances).sort()).toEqual(Object.keys(expected).sort());
  for (const [account, wh] of Object.entries(expected)) expect(balances[account], account).toBeCloseTo(wh, 2);
});

test("a quota of a month is used up over its days and whole again in the next month", async () => {
  await using open = await openSettlement(DAY_START + 40 * DAY);
  const quota_mwh = 30 * 400_000;
  const tier = {
    weight: { kind: "equal" as const },
    cap: { kind: "demand_and_quota" as const, quota_mwh, per: "month" as const },
  };
  await open.stores.communities.adopt(street({ tiers: [tier] }), 2);
  const from = DAY_START + 17 * DAY;
  await open.stores.series.append(
    dayOf(10_000, 400, 400, 0, from).concat(
      dayOf(10_000, 400, 400, 0, from + DAY)
        .map((reading) => ({
          ...reading,
          value:
            (reading.value ?? 0) +
            24 * (reading.series.includes("roof") ? 10_000 : reading.series.includes("balcony") ? 0 : 400),
        }))
        .filter(({ at }) => at > from + DAY),
    ),
  );
  await open.settlement.settle({ from: EpochMs(from), to: EpochMs(from + DAY) });
  const [first] = await open.stores.entries.days();
  const cells = (await open.settlement.day(first ?? "")).cells;
  expect(cells.quotas).toEqual([
    [
      { member: "ann", taken_mwh: 24 * 400_000 },
      { member: "ben", taken_mwh: 24 * 400_000 },
    ],
  ]);
  expect(first).toBe("2026-06-30");
  await open.settlement.settle({ from: EpochMs(from + DAY), to: EpochMs(from + 2 * DAY) });
  expect((await open.settlement.day("2026-07-01")).cells.members[0]?.allotted_mwh).toEqual(hours(400_000));
  expect((await verify({ ...open.stores, settlement: open.settlement })).differences).toEqual([]);
});

test("a shared battery is a consumer while it charges and a producer while it discharges, and people come first", async () => {
  await using open = await openSettlement();
  const battery: Community = {
    ...community,
    members: [...community.members, { id: "battery" }],
    metering_points: [
      ...community.metering_points,
      { id: "battery-in", role: "consumption", member: "battery", series: "battery/active_energy_import" },
      { id: "battery-out", role: "generation", member: "battery", series: "battery/active_energy_export" },
    ],
    policy: {
      name: "people first",
      tiers: [
        { weight: { kind: "equal" }, rounds: "until_exhausted", members: ["ann", "ben"] },
        { weight: { kind: "consumption" }, members: ["battery"] },
      ],
      surplus: "to_grid",
    },
  };
  await open.stores.communities.adopt(battery, 2);
  const byDay = (day: number, night: number) => hours(0).map((_, hour) => (hour >= 6 && hour < 18 ? day : night));
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", byDay(1_500, 0)),
    ...registerReadings("ann/active_energy_import", hours(300)),
    ...registerReadings("ben/active_energy_import", hours(500)),
    // By day it charges from what people leave, and a little from the grid; by night nine tenths of it come back.
    ...registerReadings("battery/active_energy_import", byDay(800, 0)),
    ...registerReadings("battery/active_energy_export", byDay(0, 720)),
  ]);
  await open.settlement.settle(wholeDay);
  const balances = Object.fromEntries(
    (await open.stores.entries.balances()).map(({ account, balance_mwh }) => [account, balance_mwh / 1_000]),
  );
  expect(balances).toEqual({
    "plant:roof": -12 * 1_500,
    "plant:battery-out": -12 * 720,
    "member:ann:used": 24 * 300,
    "member:ben:used": 12 * 500 + 12 * 420,
    "member:battery:used": 12 * 700,
  });
  expect((await verify({ ...open.stores, settlement: open.settlement })).differences).toEqual([]);
});

test("a corrected day leaves more of a month's quota to the booked days after it, also when a kill came in between", async () => {
  await using open = await openSettlement(DAY_START + 10 * DAY);
  const tier = {
    weight: { kind: "equal" as const },
    cap: { kind: "demand_and_quota" as const, quota_mwh: 40 * 400_000, per: "month" as const },
  };
  await open.stores.communities.adopt(street({ tiers: [tier] }), 2);
  const threeDays = (wh: number) => Array.from({ length: 72 }, () => wh);
  const readings = [
    ...registerReadings("roof/active_energy_export", threeDays(10_000)),
    ...registerReadings("ann/active_energy_import", threeDays(400)),
    ...registerReadings("ben/active_energy_import", threeDays(400)),
    ...registerReadings("balcony/active_energy_export", threeDays(0)),
  ];
  await open.stores.series.append(readings);
  const range = (from: number, to: number) => ({
    from: EpochMs(DAY_START + from * DAY),
    to: EpochMs(DAY_START + to * DAY),
  });
  await open.settlement.settle(range(0, 3));
  const taken = async (day: string) =>
    (await open.settlement.day(day)).cells.members[0]?.allotted_mwh.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  expect([await taken("2026-06-13"), await taken("2026-06-14"), await taken("2026-06-15")]).toEqual([
    24 * 400_000,
    16 * 400_000,
    0,
  ]);

  // Ann's register is found to have been wrong: she used a tenth of it on the first day.
  const { store, corrections } = await withCorrections(open.stores.series, open.stores.corrections);
  await corrections.add(
    Array.from({ length: 24 }, (_, hour) => ({
      series: SeriesKey("ann/active_energy_import"),
      range: { from: EpochMs(DAY_START + hour * HOUR), to: EpochMs(DAY_START + (hour + 1) * HOUR) },
      change: { kind: "value_offset" as const, by: (24 - hour) * 360 },
      author: "steward",
      reason: "the display said so",
      made_ms: EpochMs(open.time.now),
    })),
  );
  const ports = { ...open.stores, series: store, clock: () => EpochMs(open.time.now), grace: Ms(600_000) };
  let lives = 1;
  const killed = createSettlement({
    ...ports,
    entries: {
      ...ports.entries,
      append: (entry) => (lives-- > 0 ? ports.entries.append(entry) : Promise.reject(new Error("killed"))),
    },
  });
  await expect(killed.settle(range(0, 1))).rejects.toThrow("killed");
  const settlement = createSettlement(ports);
  const findings = async () => (await verify({ ...open.stores, settlement })).differences.map(({ day }) => day);
  expect(new Set(await findings())).toEqual(new Set(["2026-06-14", "2026-06-15"]));

  // The first day stands as it should; those that hang on it follow all the same.
  const { days } = await settlement.settle(range(0, 1));
  expect(days).toMatchObject({ unchanged: 1, corrected: 2 });
  expect(await findings()).toEqual([]);
  expect((await settlement.settle(range(0, 3))).days).toMatchObject({ unchanged: 3, corrected: 0 });
});

test("what a correction changes of a quota on final days is booked by materiality, and verify knows", async () => {
  await using open = await openSettlement(DAY_START + 60 * DAY);
  const tier = {
    weight: { kind: "equal" as const },
    cap: { kind: "demand_and_quota" as const, quota_mwh: 30 * 400_000, per: "month" as const },
  };
  await open.stores.communities.adopt(
    {
      ...street({ tiers: [tier] }),
      settlement: { final_after_days: 5, correct_within_months: 12, materiality_kwh: 1 },
    },
    2,
  );
  const twoDays = (wh: number) => Array.from({ length: 48 }, () => wh);
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", twoDays(10_000)),
    ...registerReadings("ann/active_energy_import", twoDays(400)),
    ...registerReadings("ben/active_energy_import", twoDays(400)),
    ...registerReadings("balcony/active_energy_export", twoDays(0)),
  ]);
  const { store, corrections } = await withCorrections(open.stores.series, open.stores.corrections);
  const settlement = createSettlement({
    ...{ ...open.stores, series: store },
    ...{ clock: () => EpochMs(open.time.now), grace: Ms(600_000) },
  });
  const first = { from: EpochMs(DAY_START), to: EpochMs(DAY_START + DAY) };
  await settlement.settle({ from: first.from, to: EpochMs(DAY_START + 2 * DAY) });
  // The steward's decision about a case is booked however little it is: 0.4 kWh less of one hour.
  await corrections.add([
    {
      series: SeriesKey("ann/active_energy_import"),
      range: { from: first.from, to: EpochMs(first.from + 1) },
      change: { kind: "value_offset", by: 400 },
      author: "steward",
      reason: "the display said so",
      made_ms: EpochMs(open.time.now),
    },
  ]);
  const { days } = await settlement.settle(first, undefined, {
    by: "steward",
    reason: "case c-1",
    force: { case: "c-1" },
  });
  expect(days).toMatchObject({ corrected: 1, immaterial: 1 });
  expect((await verify({ ...open.stores, settlement })).differences).toEqual([]);
});

test("whatever the policy and the energies: amounts sum to zero, the pool to zero, each plant's parts to its energy", () => {
  const wh = fc.array(
    fc.integer({ min: 0, max: 3_000_000 }).map((mwh) => mwh / 1000),
    { minLength: 24, maxLength: 24 },
  );
  const weight = fc.constantFrom<Policy["tiers"][number]["weight"]>(
    { kind: "consumption" },
    { kind: "equal" },
    { kind: "fixed", shares: { ann: "1/3", ben: "0.6" } },
  );
  const policy = fc.record({
    tiers: fc.array(
      fc.record({ weight, rounds: fc.constantFrom<1 | 2 | "until_exhausted">(1, 2, "until_exhausted") }),
      { minLength: 1, maxLength: 3 },
    ),
    surplus: fc.constantFrom<Policy["surplus"]>("to_grid", "to_producer", "to_member_pot", "to_share_owner"),
    own_use: fc.constantFrom<"none" | "site_netting">("none", "site_netting"),
    membership_percent: fc.constantFrom({}, { roof: 70 }, { balcony: 0, ann: 50 }),
    loss_factors: fc.constantFrom({}, { roof: "0.97" }),
    pools: fc.constantFrom<NonNullable<Policy["pools"]>>({ kind: "joint" }, { kind: "per_producer" }),
  });
  fc.assert(
    fc.property(policy, wh, wh, wh, wh, (rules, roof, ann, ben, balcony) => {
      const adopted = { version: "v", adopted_ms: 0, community: street(rules) };
      const inputOf = (series: string, energies: number[]) => ({
        readings: registerReadings(series, energies),
        changes: [],
      });
      const points = measureDay(
        adopted.community,
        "2026-06-13",
        new Map([
          ["roof", inputOf("roof/active_energy_export", roof)],
          ["ann", inputOf("ann/active_energy_import", ann)],
          ["ben", inputOf("ben/active_energy_import", ben)],
          ["balcony", inputOf("balcony/active_energy_export", balcony)],
        ]),
      );
      const cells = shareDay(adopted, "2026-06-13", points);
      const amounts = amountsOfDay(cells);
      expect([...amounts.values()].reduce((sum, amount) => sum + amount, 0)).toBe(0);
      expect(amounts.get(accounts.pool) ?? 0).toBe(0);
      expect(amounts.get(accounts.ownUse) ?? 0).toBe(0);
      for (const { point, ...parts } of cells.plants ?? []) {
        const measured = points.find((column) => column.point === point)?.energy_mwh ?? [];
        measured.forEach((energy, index) => {
          expect(Object.values(parts).reduce((sum, column) => sum + (column[index] ?? 0), 0)).toBe(energy);
        });
      }
      expect(shareDay(adopted, "2026-06-13", points)).toEqual(cells);
    }),
    { numRuns: 150 },
  );
});
