import { expect, test } from "vitest";
import { silentLog } from "../../hub/log.ts";
import { decideEvent, declareEvent } from "../../hub/members/decide-register.ts";
import type { RegisterEvent } from "../../hub/members/register-event.ts";
import { seriesOverTime, standingEvents } from "../../hub/members/register-event.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { watchRegisters } from "../../hub/settlement/watch-registers.ts";
import { EpochMs, MilliWattHours } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

const HOUR_MS = 3_600_000;
const at = (hour: number) => EpochMs(DAY_START + hour * HOUR_MS);
const kwh = (value: number) => MilliWattHours(Math.round(value * 1e6));
const hours = (wh: number) => Array.from({ length: 24 }, () => wh);
const roof = registerReadings("roof/active_energy_export", hours(900));
const ben = registerReadings("ben/active_energy_import", hours(700));
/** Ann's meter, swapped at noon: 400 Wh an hour on both; the new one begins here, Wh. */
const swapped = (series: string, begin: number): Reading[] => [
  ...registerReadings("ann/active_energy_import", hours(400)).slice(0, 12),
  ...registerReadings(series, hours(400))
    .slice(13)
    .map((reading, n) => ({ ...reading, value: begin + (n + 1) * 400 })),
];

const open = async (series: string, begin: number) => {
  const opened = await openSettlement(DAY_START + 30 * HOUR_MS);
  await opened.stores.series.append([...roof, ...ben, ...swapped(series, begin)]);
  const { stores, time } = opened;
  const watch = watchRegisters({
    ...stores,
    clock: () => EpochMs(time.now),
    log: silentLog,
    widthsOf: () => [],
  });
  return { ...opened, watch };
};
const ann = community.metering_points.find(({ id }) => id === "ann") ?? community.metering_points[0]!;
const said = { by: "steward", reason: "the old meter was replaced", made_ms: at(30) };

test("a swap nobody declared is one question, however often it is looked at, and its interval is held", async () => {
  await using day = await open("ann/active_energy_import", 3_000);
  const { stores, settlement, watch } = day;
  await settlement.settle(wholeDay);
  await watch.look();
  await watch.look();
  await watch.stop();
  const events = await stores.registerEvents.list();
  expect(events).toMatchObject([
    { seq: 1, point: "ann", kind: "swap", verdict: "question", by: "hub", end_mwh: kwh(5.4), start_mwh: kwh(3.4) },
  ]);
});

test("a declared swap makes the day whole, as a correction that verify can follow", async () => {
  await using day = await open("ann-new/active_energy_import", 5_000);
  const { stores, settlement, watch } = day;
  await watch.stop();
  expect((await settlement.settle(wholeDay)).days.settled).toBe(1);
  const before = (await settlement.day("2026-06-13")).cells;
  expect(before.state.filter((state) => state === "held").length).toBeGreaterThan(10);
  const declared = {
    kind: "swap" as const,
    at: at(12),
    end: kwh(5.8),
    start: kwh(5),
    seriesAfter: "ann-new/active_energy_import",
  };
  await stores.registerEvents.add(declareEvent(ann, declared, [], at(30)), said);
  expect((await settlement.settle(wholeDay)).days.corrected).toBe(1);
  const { cells } = await settlement.day("2026-06-13");
  expect(cells.state).toEqual(Array.from({ length: 24 }, () => "shared"));
  expect(cells.points.find(({ point }) => point === "ann")?.energy_mwh).toEqual(hours(kwh(0.4)));
  expect((await verify({ ...stores, settlement })).differences).toEqual([]);
  expect((await settlement.settle(wholeDay)).days.unchanged).toBe(1);
});

test("what is declared must be possible", () => {
  const declare = (more: object, events: Parameters<typeof declareEvent>[2] = []) =>
    declareEvent(ann, { kind: "swap", at: at(12), end: kwh(5), start: kwh(0), ...more }, events, at(30));
  expect(() => declare({ at: at(31) })).toThrow(/to come/);
  expect(() => declare({ end: kwh(-1) })).toThrow(/below zero/);
  expect(() => declare({ seriesAfter: "ann/active_power" })).toThrow(/not a register/);
  const first = { ...declare({}), ...said, seq: 1 };
  expect(() => declare({ at: at(11) }, [first])).toThrow(/stands already/);
  expect(declare({ at: at(13), seriesAfter: "c/active_energy_import" }, [first])).toMatchObject({
    series_before: "ann/active_energy_import",
    series_after: "c/active_energy_import",
  });
});

test("a question is answered once, and a declaration inside it answers it", () => {
  const question = {
    ...{ point: "ann", kind: "jump" as const, verdict: "question" as const, from_ms: at(3), to_ms: at(4), seq: 7 },
    ...{ series_before: SeriesKey(ann.series), series_after: SeriesKey(ann.series), answers: null, ...said },
    ...{ end_mwh: kwh(1), start_mwh: kwh(900) },
  };
  const answer = decideEvent(7, "energy", {}, [question]);
  expect(answer).toMatchObject({ answers: 7, verdict: "energy", kind: "jump" } satisfies Partial<RegisterEvent>);
  const kept = { ...answer, ...said, seq: 8 };
  expect(standingEvents([question, kept]).map(({ seq }) => seq)).toEqual([8]);
  expect(() => decideEvent(7, "noted", {}, [question, kept])).toThrow(/answered already/);
  expect(() => decideEvent(9, "noted", {}, [question])).toThrow(/no event 9/);
  expect(() => decideEvent(7, "question", {}, [question])).toThrow(/no answer/);
  expect(() => decideEvent(7, "left_out", {}, [question])).toThrow(/no answer/);
  const swap = declareEvent(ann, { kind: "swap", at: at(3.5), end: kwh(1), start: kwh(2) }, [question], at(30));
  expect(swap.answers).toBe(7);
});

test("series follow each other from swap to swap", () => {
  const series = (name: string) => SeriesKey(`${name}/active_energy_import`);
  const swap = (hour: number, from: string, to: string): RegisterEvent => ({
    ...{ point: "p", kind: "swap", verdict: "continues", from_ms: at(hour), to_ms: at(hour), answers: null },
    ...{ series_before: series(from), series_after: series(to), end_mwh: kwh(1), start_mwh: kwh(0) },
  });
  const stretches = seriesOverTime(series("c"), [swap(1, "a", "b"), swap(2, "b", "b"), swap(3, "b", "c")]);
  expect(stretches.map((each) => [each.series, each.from])).toEqual([
    [series("a"), 0],
    [series("b"), at(1)],
    [series("c"), at(3)],
  ]);
});
