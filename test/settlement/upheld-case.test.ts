import { expect, test } from "vitest";
import type { Reading } from "../../hub/reading.ts";
import { closedFrom, defaultRunRules, finalFrom } from "../../hub/settlement/run.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { EpochMs } from "../../hub/units.ts";
import { DAY_START, openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

const ZONE = "Europe/Vienna";
const DAY_NAME = "2026-06-13";
const FINAL = finalFrom(ZONE, DAY_NAME, defaultRunRules);
const hours = (wh: number) => Array.from({ length: 24 }, () => wh);
const THREE = DAY_START + 3 * 3_600_000;
const ben = registerReadings("ben/active_energy_import", hours(700));
const readings: Reading[] = [
  ...registerReadings("roof/active_energy_export", hours(900)),
  ...registerReadings("ann/active_energy_import", hours(400)),
  ...ben.filter(({ at }) => at !== THREE),
];
const late = (by: number): Reading => {
  const reading = ben.find(({ at }) => at === THREE)!;
  return { ...reading, value: (reading.value ?? 0) + by };
};
const upheld = { by: "steward", reason: "case c-1 upheld: misread", force: { case: "c-1" } };

test.each([
  ["too little to bother anybody", FINAL, 0.5, "immaterial", "corrected"],
  ["too late", closedFrom(ZONE, FINAL, defaultRunRules), 90, "closed", "closed"],
] as const)("an upheld case books what is %s, once", async (_name, now, by, refusal, state) => {
  await using day = await openSettlement(FINAL);
  await day.stores.series.append(readings);
  await day.settlement.settle(wholeDay);
  day.time.now = now;
  await day.stores.series.append([late(by)]);
  expect((await day.settlement.settle(wholeDay)).days[refusal]).toBe(1);
  expect(await day.stores.entries.newest(10)).toHaveLength(1);

  expect((await day.settlement.settle(wholeDay, undefined, upheld)).days.corrected).toBe(1);
  const [entry] = await day.stores.entries.newest(1);
  expect(entry).toMatchObject({ kind: "correction", corrects: `${DAY_NAME}.1`, booked_ms: EpochMs(now) });
  expect(entry?.postings.reduce((sum, { amount_mwh }) => sum + amount_mwh, 0)).toBe(0);
  expect((await day.settlement.runs(DAY_NAME)).at(-1)).toMatchObject({
    ...{ state, entry: entry?.id, by: "steward", reason: upheld.reason },
  });
  expect((await day.settlement.settle(wholeDay, undefined, upheld)).days.unchanged).toBe(1);
  expect((await day.settlement.settle(wholeDay)).days.unchanged).toBe(1);
  expect((await verify({ ...day.stores, settlement: day.settlement })).differences).toEqual([]);
});
