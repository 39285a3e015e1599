import { expect, test } from "vitest";
import type { Reading } from "../../hub/reading.ts";
import { neededFrom } from "../../hub/settlement/due-days.ts";
import { closedFrom, defaultRunRules, finalFrom } from "../../hub/settlement/run.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { DAY, EpochMs } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

const ZONE = "Europe/Vienna";
const DAY_NAME = "2026-06-13";
const hours = (wh: number) => Array.from({ length: 24 }, () => wh);
/** When June of the test becomes final: five days into July in Vienna. */
const FINAL = finalFrom(ZONE, DAY_NAME, defaultRunRules);
const WEEKS = 3;
/** Weeks of hourly readings before the day, and the day itself. */
const withHistory = (series: string, wh: number, day = hours(wh)): Reading[] =>
  registerReadings(series, [...Array.from({ length: WEEKS * 7 * 24 }, () => wh), ...day], DAY_START - WEEKS * 7 * DAY);
const roof = withHistory("roof/active_energy_export", 900);
const ann = withHistory("ann/active_energy_import", 400);
const ben = withHistory("ben/active_energy_import", 700);
/** Ben's meter falls silent at noon and is never heard again. */
const silent = ben.filter(({ at }) => at <= DAY_START + 12 * 3_600_000);

async function openDay(readings: readonly Reading[]) {
  const open = await openSettlement(wholeDay.to + DAY);
  await open.stores.series.append(readings);
  const settle = async () => {
    const { days, intervals } = await open.settlement.settle(wholeDay);
    const [outcome] = Object.entries(days).find(([, count]) => count > 0) ?? [];
    return { outcome, intervals };
  };
  const states = async () => (await open.stores.runs.ofDay(DAY_NAME)).map(({ state }) => state);
  const findings = async () => (await verify({ ...open.stores, settlement: open.settlement })).differences;
  return { ...open, settle, states, findings };
}

test("dates: five days after the month by the local clock, and twelve months after that", () => {
  expect(new Date(FINAL).toISOString()).toBe("2026-07-05T22:00:00.000Z");
  expect(new Date(finalFrom(ZONE, "2026-12-31", defaultRunRules)).toISOString()).toBe("2027-01-05T23:00:00.000Z");
  const leapDay = EpochMs(Date.UTC(2028, 1, 29, 12));
  expect(new Date(closedFrom(ZONE, leapDay, defaultRunRules)).toISOString()).toBe("2029-02-27T23:00:00.000Z");
});

test("a silent consumer is as usual until the day is final; then its intervals are held", async () => {
  await using day = await openDay([...roof, ...ann, ...silent]);
  expect(await day.settle()).toMatchObject({ outcome: "settled", intervals: { shared: 24, substituted: 12, held: 0 } });
  const before = (await day.settlement.day(DAY_NAME)).cells.points.find(({ point }) => point === "ben");
  expect(before?.energy_mwh).toEqual(hours(700_000));
  expect(before?.quality.filter((quality) => quality === "estimated")).toHaveLength(12);
  expect(await day.findings()).toEqual([]);
  day.time.now = FINAL;
  expect(await day.settle()).toMatchObject({ outcome: "corrected", intervals: { shared: 12, held: 12 } });
  expect(await day.states()).toEqual(["preliminary", "final"]);
  expect(await day.findings()).toEqual([]);
  expect(await day.settle()).toMatchObject({ outcome: "unchanged" });
});

test("an accepted estimate stays when the day becomes final", async () => {
  await using day = await openDay([...roof, ...ann, ...silent]);
  await day.settle();
  await day.stores.acceptances.add({
    ...{ point: "ben", from_ms: wholeDay.from, to_ms: wholeDay.to, made_ms: EpochMs(day.time.now) },
    ...{ by: "steward", reason: "the meter burnt, the family agrees" },
  });
  day.time.now = FINAL;
  expect(await day.settle()).toMatchObject({ outcome: "final", intervals: { shared: 24, substituted: 12, held: 0 } });
  expect(await day.states()).toEqual(["preliminary", "final"]);
  expect(await day.stores.entries.newest(10)).toHaveLength(1);
  expect(await day.findings()).toEqual([]);
});

test("a register that comes back recovers the gap: its total is exact whatever was estimated", async () => {
  await using day = await openDay([...roof, ...ann, ...silent]);
  await day.settle();
  const back = ben.at(-1);
  if (back === undefined) throw new Error("no reading");
  await day.stores.series.append([{ ...back, at: EpochMs(wholeDay.to), value: (back.value ?? 0) + 240 }]);
  expect(await day.settle()).toMatchObject({ outcome: "corrected", intervals: { shared: 24, substituted: 0 } });
  const column = (await day.settlement.day(DAY_NAME)).cells.points.find(({ point }) => point === "ben");
  expect(column?.energy_mwh.slice(12)).toEqual(Array.from({ length: 12 }, () => 720_000));
  expect(column?.quality.slice(13)).toEqual([...Array.from({ length: 10 }, () => "recovered"), "recovered"]);
});

test("after final: too little is not booked, what matters is, and a year later nothing is", async () => {
  const missing = ben.filter(({ at }) => at !== DAY_START + 3 * 3_600_000);
  await using day = await openDay([...roof, ...ann, ...missing]);
  await day.settle();
  day.time.now = FINAL;
  expect(await day.settle()).toMatchObject({ outcome: "final" });
  const late = (atHour: number, by: number): Reading => {
    const reading = ben.find(({ at }) => at === DAY_START + atHour * 3_600_000);
    if (reading === undefined) throw new Error("no reading");
    return { ...reading, at: EpochMs(reading.at), value: (reading.value ?? 0) + by };
  };
  // The register in between was 0.5 Wh off a straight line: shares move by less than a Wh.
  await day.stores.series.append([late(3, 0.5)]);
  expect(await day.settle()).toMatchObject({ outcome: "immaterial" });
  expect(await day.findings()).toEqual([]);

  await using other = await openDay([...roof, ...ann, ...missing]);
  await other.settle();
  other.time.now = FINAL;
  await other.settle();
  await other.stores.series.append([late(3, 90)]);
  expect(await other.settle()).toMatchObject({ outcome: "corrected" });
  expect(await other.states()).toEqual(["preliminary", "final", "corrected"]);
  expect(await other.findings()).toEqual([]);

  await using closed = await openDay([...roof, ...ann, ...missing]);
  closed.time.now = FINAL;
  await closed.settle();
  closed.time.now = closedFrom(ZONE, FINAL, defaultRunRules);
  await closed.stores.series.append([late(3, 90)]);
  expect(await closed.settle()).toMatchObject({ outcome: "closed" });
  expect(await closed.settle()).toMatchObject({ outcome: "closed" });
  expect(await closed.states()).toEqual(["final", "closed"]);
  expect(await closed.stores.entries.newest(10)).toHaveLength(1);
  expect(await closed.findings()).toEqual([]);
});

test("readings of a day are needed until it is closed, and those of eight weeks before it", async () => {
  await using day = await openDay([...roof, ...ann, ...ben]);
  const needed = async () => neededFrom(await day.stores.runs.newest(), community, EpochMs(day.time.now));
  expect(await needed()).toBeUndefined();
  await day.settle();
  const from = wholeDay.from - 57 * 86_400_000;
  expect(await needed()).toBe(from);
  day.time.now = FINAL;
  await day.settle();
  expect(await needed()).toBe(from);
  day.time.now = closedFrom(ZONE, FINAL, defaultRunRules) - 1;
  expect(await needed()).toBe(from);
  day.time.now += 1;
  expect(await needed()).toBeUndefined();
});

test("a closed day whose readings were forgotten is verified by its frozen intervals, and an open one is not let off", async () => {
  await using day = await openDay([...roof, ...ann, ...ben]);
  day.time.now = FINAL;
  await day.settle();
  const all = async () => verify({ ...day.stores, settlement: day.settlement });
  expect(await all()).toMatchObject({ days: 1, recomputed_days: 1, readings_from: DAY_NAME, differences: [] });
  for (const series of [roof, ann, ben])
    await day.stores.series.dropBefore(series[0]!.series, EpochMs(wholeDay.to + DAY));
  expect((await day.findings())[0]?.what).toMatch(/by the readings energy of ann .* \(missing\)/);
  day.time.now = closedFrom(ZONE, FINAL, defaultRunRules);
  expect(await all()).toMatchObject({ days: 1, recomputed_days: 0, readings_from: null, differences: [] });
});

test("a hub killed between an entry and its leaves keeps them when it settles again, and verify agrees", async () => {
  await using day = await openDay([...roof, ...ann, ...ben]);
  const { columnSalts } = day.stores;
  const { createSettlement } = await import("../../hub/settlement/settlement.ts");
  const killed = createSettlement({
    ...day.stores,
    columnSalts: { ...columnSalts, keepLeaves: () => Promise.reject(new Error("killed")) },
    ...{ clock: () => EpochMs(day.time.now), grace: 600_000 as never },
  });
  await expect(killed.settle(wholeDay)).rejects.toThrow("killed");
  expect((await day.findings()).map(({ what }) => what)).toEqual(["the leaves of its members' columns are missing"]);
  expect(await day.settle()).toMatchObject({ outcome: "unchanged" });
  expect(await day.findings()).toEqual([]);
});

test("a hub killed between an entry and its run notes the run when it settles again", async () => {
  await using day = await openDay([...roof, ...ann, ...ben]);
  const { runs } = day.stores;
  const { createSettlement } = await import("../../hub/settlement/settlement.ts");
  const killed = createSettlement({
    ...day.stores,
    runs: { ...runs, add: () => Promise.reject(new Error("killed")) },
    ...{ clock: () => EpochMs(day.time.now), grace: 600_000 as never },
  });
  await expect(killed.settle(wholeDay)).rejects.toThrow("killed");
  expect(await day.states()).toEqual([]);
  expect(await day.settle()).toMatchObject({ outcome: "unchanged" });
  expect(await day.states()).toEqual(["preliminary"]);
  expect(await day.stores.entries.newest(10)).toHaveLength(1);
});
