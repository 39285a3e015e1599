import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { measureStore } from "../../hub/api/measured-store.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import { STRETCHES_A_SERIES } from "../../hub/series/late-marks.ts";
import { observeAppends } from "../../hub/series/observed-store.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { memoryCorrectionLog } from "../../hub/store/memory/correction-log.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { DAY, EpochMs, HOUR, MINUTE } from "../../hub/units.ts";
import { sqliteSeriesStores } from "./sqlite-series-stores.ts";

/** The booked moment of most cases; readings are told in ms from here. */
const W = Date.UTC(2026, 5, 14);
const ENERGY = SeriesKey("roof-a/active_energy_export");
const OTHER = SeriesKey("home-7/active_energy_import");

const reading = (at: number, more: Partial<Reading> = {}): Reading => ({
  series: ENERGY,
  at: EpochMs(W + at),
  stampedBy: "device",
  outcome: "value",
  value: 1,
  ...more,
});
const failed = (at: number): Reading => reading(at, { outcome: "read_failed", value: null });
const marksOf = async (store: SeriesStore) =>
  (await store.lateMarks()).map(({ series, from_ms, to_ms }) => [series, from_ms - W, to_ms - W]);

const adapters: Readonly<Record<string, (folder: string) => Promise<SeriesStore>>> = {
  memory: async () => memorySeriesStore(),
  "memory, as the hub wraps it": async () => {
    const { store } = await withCorrections(memorySeriesStore(), memoryCorrectionLog());
    return measureStore(observeAppends(store).store, () => {}).store;
  },
  ...sqliteSeriesStores,
};

describe.each(Object.entries(adapters))("late marks: %s", (_name, open) => {
  let store: SeriesStore;
  beforeEach(async () => {
    store = await open(mkdtempSync(join(tmpdir(), "millrace-marks-")));
  });
  afterEach(() => store.close());

  test.each<readonly [string, readonly Reading[], readonly Reading[], readonly (readonly [number, number])[]]>([
    ["what comes in order after the booked moment", [reading(0)], [reading(1), reading(9 * DAY)], []],
    ["late by its stamp, newer ones there", [reading(HOUR)], [reading(-DAY)], [[-DAY, -DAY]]],
    ["the last ms before the moment, and the moment itself", [reading(3 * HOUR)], [reading(-1)], [[-1, -1]]],
    ["late and the newest of its series", [reading(-3 * DAY)], [reading(-DAY)], [[-3 * DAY, -DAY]]],
    ["late and the first of its series", [], [reading(-DAY)], [[-DAY, -DAY]]],
    ["the first of its series, not late", [], [reading(0), reading(MINUTE)], []],
    ["the first after a gap over the moment", [reading(-5 * HOUR)], [reading(6 * DAY)], [[-5 * HOUR, 6 * DAY]]],
    ["the second after that gap", [reading(-5 * HOUR), reading(0)], [reading(MINUTE)], []],
    [
      "out of order just after the moment",
      [reading(4 * HOUR)],
      [reading(2 * HOUR - 1)],
      [[2 * HOUR - 1, 2 * HOUR - 1]],
    ],
    ["out of order later, nearer ones there", [reading(0), reading(4 * HOUR)], [reading(2 * HOUR)], []],
    [
      "out of order later, into a gap over the moment",
      [reading(-HOUR), reading(9 * HOUR)],
      [reading(5 * HOUR), reading(6 * HOUR)],
      [[-HOUR, 5 * HOUR]],
    ],
    [
      "the first value after failed reads over the moment",
      [reading(-2 * HOUR), failed(-HOUR), failed(HOUR)],
      [failed(2 * HOUR), reading(7 * HOUR), reading(8 * HOUR)],
      [[-2 * HOUR, 7 * HOUR]],
    ],
    [
      "the first of a sure time after doubted ones over the moment",
      [reading(-2 * HOUR), reading(HOUR, { isClockUnsure: true })],
      [reading(3 * HOUR)],
      [[-2 * HOUR, 3 * HOUR]],
    ],
    ["the first value after a gap that nothing fills", [reading(-32 * DAY), failed(0)], [reading(DAY)], []],
    [
      "two hours that follow each other, told as one",
      [reading(HOUR)],
      [reading(-DAY), reading(-DAY + 2 * HOUR - 1)],
      [[-DAY, -DAY + 2 * HOUR - 1]],
    ],
    [
      "a week between them, whatever their order",
      [reading(HOUR)],
      [reading(-DAY), reading(-8 * DAY)],
      [
        [-8 * DAY, -8 * DAY],
        [-DAY, -DAY],
      ],
    ],
  ])("%s", async (_case, stored, appended, expected) => {
    await store.append(stored);
    await store.bookedBefore(EpochMs(W));
    await store.append(appended);
    expect(await marksOf(store)).toEqual(expected.map((mark) => [ENERGY, ...mark]));
  });

  test("nothing is marked before anything is booked", async () => {
    await store.append([reading(0)]);
    await store.append([reading(-DAY)]);
    expect(await store.lateMarks()).toEqual([]);
  });

  test("repeats and conflicts change nothing, so they mark nothing", async () => {
    await store.append([reading(-DAY), reading(HOUR)]);
    await store.bookedBefore(EpochMs(W));
    const receipt = await store.append([reading(-DAY), reading(-DAY, { value: 2 })]);
    expect(receipt).toEqual({ stored: 0, repeated: 1, conflicting: 1 });
    expect(await store.lateMarks()).toEqual([]);
  });

  test("an unstamped reading is marked where it was put", async () => {
    await store.append([reading(-1, { stampedBy: "arrival" })]);
    await store.bookedBefore(EpochMs(W));
    await store.append([reading(-1, { stampedBy: "arrival" })]);
    expect(await marksOf(store)).toEqual([[ENERGY, -1, 0]]);
  });

  test("the booked moment goes forward only", async () => {
    await store.append([reading(2 * DAY)]);
    await store.bookedBefore(EpochMs(W + DAY));
    await store.bookedBefore(EpochMs(W));
    await store.append([reading(HOUR)]);
    expect(await marksOf(store)).toEqual([[ENERGY, HOUR, HOUR]]);
    await store.bookedBefore(EpochMs(W + 5 * DAY));
    await store.append([reading(4 * DAY)]);
    expect(await marksOf(store)).toEqual([
      [ENERGY, HOUR, HOUR],
      [ENERGY, 2 * DAY, 4 * DAY],
    ]);
  });

  test("a month that comes late is a few marks, one append after the other or all in one, and series stay apart", async () => {
    await store.append([reading(HOUR), reading(HOUR, { series: OTHER })]);
    await store.bookedBefore(EpochMs(W));
    const month = Array.from({ length: 31 * 48 }, (_, index) => reading(-31 * DAY + index * 30 * MINUTE));
    await store.append(month.slice(0, 1_000));
    await store.append(month.slice(1_000).reverse());
    await store.append([reading(-DAY, { series: OTHER })]);
    expect(await marksOf(store)).toEqual([
      [ENERGY, -31 * DAY, -30 * MINUTE],
      [OTHER, -DAY, -DAY],
    ]);
  });

  test("single hours of years are told by a bounded number of marks that cover them all", async () => {
    await store.append([reading(HOUR)]);
    await store.bookedBefore(EpochMs(W));
    const single = Array.from({ length: 500 }, (_, index) => -(index + 1) * DAY - (index % 7) * HOUR);
    await store.append(single.map((at) => reading(at)));
    const marks = await marksOf(store);
    expect(marks).toHaveLength(STRETCHES_A_SERIES);
    for (const at of single) expect(marks.some(([, from, to]) => Number(from) <= at && at <= Number(to))).toBe(true);
  });

  test("marks are forgotten by their ids; one that grew in the meantime stays", async () => {
    await store.append([reading(HOUR)]);
    await store.bookedBefore(EpochMs(W));
    await store.append([reading(-9 * DAY), reading(-DAY)]);
    const [first, second] = await store.lateMarks();
    expect(await store.lateMarks(1)).toEqual([first]);
    await store.append([reading(-DAY + MINUTE)]);
    await store.forgetMarks([first!.id, second!.id]);
    expect(await marksOf(store)).toEqual([[ENERGY, -DAY, -DAY + MINUTE]]);
    await store.forgetMarks((await store.lateMarks()).map(({ id }) => id));
    await store.append([reading(-2 * DAY)]);
    const [later] = await store.lateMarks();
    expect([first!.id, second!.id]).not.toContain(later!.id);
    await store.forgetMarks([first!.id, second!.id]);
    expect(await store.lateMarks()).toEqual([later]);
  });

  test("however readings come and the booked moment moves, whatever changed after it was booked is covered", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 12 }), async (steps) => {
        // The booked moment never goes back, so each run has series and half a year of its own.
        run += 1;
        const epoch = W + run * 200 * DAY;
        const model = bookedModel();
        const forgetAll = async () => store.forgetMarks((await store.lateMarks()).map(({ id }) => id));
        await forgetAll();
        for (const step of steps) {
          if (step.kind === "book") {
            await store.bookedBefore(EpochMs(epoch + step.at));
            model.book(epoch + step.at);
          } else if (step.kind === "forget") {
            await forgetAll();
            model.settle();
          } else {
            const readings = step.readings.map(({ device, at, ...more }): Reading => {
              const series = SeriesKey(`${device}-${run}/active_energy_import`);
              return { series, at: EpochMs(epoch + at), ...more, value: more.outcome === "value" ? 1 : null };
            });
            await store.append(readings);
            for (const one of readings) model.append(one);
          }
          const marks = await store.lateMarks();
          const isCovered = ({ series, from, to }: Owed) =>
            marks.some((mark) => mark.series === series && mark.from_ms <= from && to <= mark.to_ms);
          expect(model.owed().filter((owed) => !isCovered(owed))).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

const anyStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      readings: fc.array(
        fc.record({
          device: fc.constantFrom("roof", "home"),
          at: fc.oneof(
            fc.integer({ min: -60, max: 60 }).map((hours) => hours * HOUR),
            fc.integer({ min: -4 * HOUR, max: 4 * HOUR }),
          ),
          outcome: fc.constantFrom("value" as const, "value" as const, "read_failed" as const),
          stampedBy: fc.constantFrom("device" as const, "device" as const, "arrival" as const),
        }),
        { maxLength: 6 },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("book" as const),
      at: fc.integer({ min: -50, max: 50 }).map((hours) => hours * HOUR),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "forget" as const }) },
);

/** A stretch that must be settled anew. */
interface Owed {
  readonly series: SeriesKey;
  readonly from: number;
  readonly to: number;
}

/** What the marks must cover, told in the plainest way: what was stored before the booked moment, and what spans it. */
function bookedModel() {
  const held = new Map<SeriesKey, readonly Reading[]>();
  let booked = Number.NEGATIVE_INFINITY;
  let owed: Owed[] = [];
  const newest = (readings: readonly Reading[]) => Math.max(...readings.map(({ at }) => at));
  return {
    owed: () => owed,
    book(moment: number) {
      booked = Math.max(booked, moment);
    },
    settle() {
      owed = [];
    },
    append(reading: Reading) {
      const { series, stampedBy, outcome } = reading;
      const others = held.get(series) ?? [];
      const isTaken = (at: number) => others.some((other) => other.at === at);
      let at: number = reading.at;
      if (stampedBy === "arrival") while (isTaken(at)) at += 1;
      if (isTaken(at)) return;
      held.set(series, [...others, { ...reading, at: EpochMs(at) }]);
      const values = others.filter((other) => other.outcome === "value" && other.at < at);
      for (const before of [newest(others), ...(outcome === "value" ? [newest(values)] : [])]) {
        if (before !== Number.NEGATIVE_INFINITY && before < booked && booked <= at)
          owed.push({ series, from: before, to: at });
      }
      if (at < booked) owed.push({ series, from: at, to: at });
    },
  };
}
