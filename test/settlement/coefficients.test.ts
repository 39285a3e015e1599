import { expect, test } from "vitest";
import type { Policy } from "../../hub/allocation/policy.ts";
import { coefficientSeries } from "../../hub/members/coefficient-series.ts";
import type { Reading } from "../../hub/reading.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import { faultOfCoefficients, inForce } from "../../hub/settlement/coefficients.ts";
import { previewDays } from "../../hub/settlement/preview-days.ts";
import { createSettlement } from "../../hub/settlement/settlement.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { createExplanations } from "../../hub/statement/explanations.ts";
import { EpochMs, HOUR, MINUTE, Ms } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

const external: Policy = {
  name: "the operator's",
  tiers: [{ weight: { kind: "external", coefficients: "enedis" } }],
  surplus: "to_producer",
};
const hours = (wh: number) => Array.from({ length: 24 }, () => wh);
const share = (member: string, hour: number, value: number | null, pool = "joint"): Reading => ({
  series: coefficientSeries("enedis", pool, member),
  at: EpochMs(DAY_START + hour * HOUR),
  stampedBy: "device",
  outcome: value === null ? "not_available" : "value",
  value,
});
const named = (from: number, to: number, ann: number, ben: number) =>
  Array.from({ length: to - from }, (_, index) => [
    share("ann", from + index, ann),
    share("ben", from + index, ben),
  ]).flat();

async function openByCoefficients(policy: Policy = external) {
  const open = await openSettlement();
  await open.stores.communities.adopt({ ...community, policy }, 2);
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", hours(1_000)),
    ...registerReadings("ann/active_energy_import", hours(600)),
    ...registerReadings("ben/active_energy_import", hours(700)),
  ]);
  const balances = async () =>
    Object.fromEntries((await open.stores.entries.balances()).map((one) => [one.account, one.balance_mwh / 1_000]));
  const differences = async () => (await verify({ ...open.stores, settlement: open.settlement })).differences;
  return { ...open, balances, differences };
}

test("a day is shared by the shares that were named for it, and they are frozen with it", async () => {
  await using open = await openByCoefficients();
  await open.stores.series.append([...named(0, 12, 0.25, 0.75), ...named(12, 24, 0.5, 0.333334)]);
  const { intervals } = await open.settlement.settle(wholeDay);
  expect(intervals).toMatchObject({ shared: 24, held: 0 });
  // Ben used 700 Wh an hour: of the first twelve hours' 750 he could use no more.
  expect(await open.balances()).toMatchObject({
    "member:ann:used": 12 * 250 + 12 * 500,
    "member:ben:used": 12 * 700 + 12 * 333.334,
    grid: 12 * 50 + 12 * 166.666,
  });
  const { cells } = await open.settlement.day("2026-06-13");
  expect(cells.coefficients?.[0]).toMatchObject({ key: "enedis", pool: "joint" });
  expect(cells.coefficients?.[0]?.members[1]?.share.slice(11, 13)).toEqual(["0.75", "0.333334"]);
  expect(await open.differences()).toEqual([]);
});

test("hours nobody named shares for are held, and shared once they are named", async () => {
  await using open = await openByCoefficients();
  await open.stores.series.append(named(0, 20, 0.5, 0.5));
  await open.settlement.settle(wholeDay);
  const before = await open.balances();
  expect(before["member:ann:used"]).toBe(20 * 500);
  expect(await open.differences()).toEqual([]);

  await open.stores.series.append(named(20, 24, 0.5, 0.5));
  const marks = await open.stores.series.lateMarks();
  expect(new Set(marks.map(({ series }) => String(series)))).toEqual(new Set(["enedis/ann/share", "enedis/ben/share"]));
  expect((await open.settlement.settle(wholeDay)).days.corrected).toBe(1);
  expect((await open.balances())["member:ann:used"]).toBe(24 * 500);
  expect(await open.differences()).toEqual([]);
});

test("a day whose shares come a month later is booked then", async () => {
  await using open = await openByCoefficients();
  expect((await open.settlement.settle(wholeDay)).days.empty).toBe(1);
  await open.stores.series.append(named(0, 24, 0.5, 0.5));
  expect((await open.settlement.settle(wholeDay)).days.settled).toBe(1);
});

test("a share that was named wrongly is corrected, and the difference is booked", async () => {
  await using open = await openByCoefficients();
  const { store, corrections } = await withCorrections(open.stores.series, open.stores.corrections);
  const clock = () => EpochMs(open.time.now);
  const settlement = createSettlement({ ...open.stores, series: store, clock, grace: Ms(10 * MINUTE) });
  await store.append(named(0, 24, 0.5, 0.5));
  await settlement.settle(wholeDay);
  await corrections.add(
    [
      { member: "ann", value: 0.4 },
      { member: "ben", value: 0.6 },
    ].map(({ member, value }) => ({
      series: coefficientSeries("enedis", "joint", member),
      range: { from: EpochMs(DAY_START), to: EpochMs(DAY_START + HOUR) },
      change: { kind: "substitute" as const, value },
      author: "steward",
      reason: "the operator sent a new file",
      made_ms: clock(),
    })),
  );
  expect((await settlement.settle(wholeDay)).days.corrected).toBe(1);
  expect(await open.balances()).toMatchObject({ "member:ann:used": 24 * 500 - 100, "member:ben:used": 24 * 500 + 100 });
  expect((await verify({ ...open.stores, settlement })).differences).toEqual([]);
});

test("each plant's pool has shares of its own", async () => {
  await using open = await openByCoefficients({ ...external, pools: { kind: "per_producer" } });
  await open.stores.series.append(
    Array.from({ length: 24 }, (_, hour) => [share("ann", hour, 0.1, "roof"), share("ben", hour, 0.2, "roof")]).flat(),
  );
  await open.settlement.settle(wholeDay);
  expect(await open.balances()).toMatchObject({ "member:ann:used": 2_400, "member:ben:used": 4_800 });
  expect(await open.differences()).toEqual([]);
});

test("at night, when nothing was made, nobody has to name shares", async () => {
  await using open = await openSettlement();
  await open.stores.communities.adopt({ ...community, policy: external }, 2);
  const night = hours(0).map((_, hour) => (hour < 6 ? 0 : 500));
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", night),
    ...registerReadings("ann/active_energy_import", hours(600)),
    ...registerReadings("ben/active_energy_import", hours(700)),
    ...named(6, 24, 0.5, 0.5),
    // Too much, and of nothing.
    ...named(2, 3, 0.9, 0.9),
  ]);
  const { intervals } = await open.settlement.settle(wholeDay);
  expect(intervals).toMatchObject({ shared: 24, held: 0 });
});

test.each<[string, readonly Reading[], string]>([
  ["nobody named any", [], "enedis named no shares for it"],
  ["one member is left out", [share("ann", 5, 0.5)], "enedis named no share for 1 member"],
  ["they sum to more than 1", [share("ann", 5, 0.5), share("ben", 5, 0.500001)], "sum to more than 1"],
  ["one is below 0", [share("ann", 5, -0.1), share("ben", 5, 0.5)], "no share for 1 member"],
  ["one is not available", [share("ann", 5, null), share("ben", 5, 0.5)], "no share for 1 member"],
  [
    "the hub's clock was in doubt",
    [share("ann", 5, 0.5), share("ben", 5, 0.5)].map((reading) => ({ ...reading, isClockUnsure: true as const })),
    "enedis named no shares for it",
  ],
])("an interval is held and says why: %s", async (_name, readings, why) => {
  await using open = await openByCoefficients();
  await open.stores.series.append([...named(0, 5, 0.5, 0.5), ...named(6, 24, 0.5, 0.5), ...readings]);
  await open.settlement.settle(wholeDay);
  const explanations = createExplanations({ ...open.stores, settlement: open.settlement });
  const held = await explanations.ofInterval("ben", EpochMs(DAY_START + 5 * HOUR));
  expect(held.state).toBe("held");
  expect(held.sentences[0]).toContain(why);
  const shared = await explanations.ofInterval("ben", EpochMs(DAY_START + 6 * HOUR));
  expect(shared.inputs.coefficients).toEqual([
    { key: "enedis", pool: "joint", named_ms: DAY_START + 6 * HOUR, share: "0.5" },
  ]);
  expect(shared.sentences.join(" ")).toContain("1/2");
  expect(await open.differences()).toEqual([]);
});

test("a share that somebody changes in the books is found", async () => {
  await using open = await openByCoefficients();
  await open.stores.series.append(named(0, 24, 0.5, 0.5));
  await open.settlement.settle(wholeDay);
  const { cells } = await open.settlement.day("2026-06-13");
  const [column] = cells.coefficients ?? [];
  const [ann, ben] = column?.members ?? [];
  const forged = {
    ...cells,
    coefficients: [{ ...column!, members: [{ ...ann!, share: hours(0).map(() => "0.6") }, ben!] }],
  };
  const forging = { ...open.stores, cells: { ...open.stores.cells, byDigest: async () => forged } };
  const { differences } = await verify({ ...forging, settlement: open.settlement });
  expect(differences.map(({ what }) => what)).toContain("its interval cells are not those it was booked with");
  expect(differences.map(({ what }) => what).join("\n")).toContain("share of ann in enedis of joint");
});

test("a rule by named shares is previewed on the intervals that have some", async () => {
  await using open = await openByCoefficients({ ...community.policy });
  await open.stores.series.append(named(0, 12, 0.25, 0.25));
  await open.settlement.settle(wholeDay);
  const ports = { settlement: open.settlement, communities: open.stores.communities };
  const preview = await previewDays(ports, external, { first: "2026-06-13", last: "2026-06-13" });
  expect(preview.intervals).toBe(12);
  expect(preview.members.find(({ member }) => member === "ann")?.after_mwh).toBe(12 * 250_000);
});

/** Starts every quarter-hour from the first named moment on. */
const starts = (count: number) => Array.from({ length: count }, (_, index) => EpochMs(DAY_START + index * 15 * MINUTE));
const needed = { key: "enedis", pool: "joint", members: ["ann", "ben"] };

test("a set is in force until the next one, at most an hour", () => {
  const column = inForce(needed, [[share("ann", 0, 0.5)], [share("ben", 0, 0.4)]], starts(6));
  expect(column.named_ms).toEqual([...Array(4).fill(DAY_START), null, null]);
  expect(column.members[1]?.share).toEqual(["0.4", "0.4", "0.4", "0.4", null, null]);
});

test("a set that is half there does not fall back on the one before", () => {
  const late = { ...share("ann", 0, 0.6), at: EpochMs(DAY_START + 30 * MINUTE) };
  const column = inForce(needed, [[share("ann", 0, 0.5), late], [share("ben", 0, 0.4)]], starts(4));
  expect([0, 1, 2, 3].map((index) => faultOfCoefficients(column, index)?.fault)).toEqual([
    undefined,
    undefined,
    "missing",
    "missing",
  ]);
});

test.each([
  [0, "0"],
  [1, "1"],
  [0.333334, "0.333334"],
  [1e-7, "0.0000001"],
  [1 / 3, "0.333333333333"],
  [0.1 + 0.2, "0.3"],
  [1e-13, "0"],
])("a share of %d is written %s", (value, text) => {
  const column = inForce({ ...needed, members: ["ann"] }, [[share("ann", 0, value)]], starts(1));
  expect(column.members[0]?.share).toEqual([text]);
});

test("three thirds are one whole, cut, and no fault", () => {
  const members = ["ann", "ben", "cleo"];
  const column = inForce(
    { ...needed, members },
    members.map((member) => [share(member, 0, 1 / 3)]),
    starts(1),
  );
  expect(faultOfCoefficients(column, 0)).toBeUndefined();
});
