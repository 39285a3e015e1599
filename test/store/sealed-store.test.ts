import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";
import { DAY, EpochMs, HOUR, MINUTE, type Ms } from "../../hub/units.ts";

const T0 = Date.UTC(2026, 5, 13);
const keys = ["a/active_power", "a/active_energy_import", "b/voltage/l1"].map(SeriesKey);
const all = { from: EpochMs(0), to: EpochMs(T0 * 2) };

const anyReading: fc.Arbitrary<Reading> = fc
  .record({
    series: fc.constantFrom(...keys),
    at: fc.oneof(
      fc.integer({ min: 0, max: 4 * DAY }),
      fc.integer({ min: 0, max: 40 }).map((hours) => hours * HOUR),
    ),
    value: fc.oneof(
      fc.constant(null),
      fc.integer({ min: -50_000, max: 50_000 }).map((tenths) => tenths / 10),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0.1 + 0.2, -0, 5e-324, Number.MAX_SAFE_INTEGER, 1e300, 123456789.12345679),
    ),
    stampedBy: fc.constantFrom("device" as const, "device" as const, "arrival" as const),
  })
  .map(({ series, at, value, stampedBy }) => {
    return { series, at: EpochMs(T0 + at), stampedBy, value, outcome: value === null ? "read_failed" : "value" };
  });
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(anyReading, { maxLength: 40 }).map((readings) => ({ kind: "append" as const, readings })),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "seal" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 0, max: 96 })
      .map((hours) => ({ kind: "book" as const, before: EpochMs(T0 + hours * HOUR) })),
  },
  { weight: 1, arbitrary: fc.nat(3).map((count) => ({ kind: "forget" as const, count })) },
);

test("however appends, seals and restarts follow each other, the store answers as plain memory does, to the last bit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 14 }), async (steps) => {
      const path = join(mkdtempSync(join(tmpdir(), "millrace-sealed-")), "readings.db");
      const model = memorySeriesStore();
      let store = await openSqliteSeriesStore(path, { windowMs: 0 });
      for (const step of steps) {
        if (step.kind === "append")
          expect(await store.append(step.readings)).toEqual(await model.append(step.readings));
        if (step.kind === "seal") await store.sealNow();
        if (step.kind === "book") await Promise.all([store, model].map((one) => one.bookedBefore(step.before)));
        if (step.kind === "forget") {
          const forgotten = (await model.lateMarks(step.count)).map(({ id }) => id);
          await Promise.all([store, model].map((one) => one.forgetMarks(forgotten)));
        }
        if (step.kind === "reopen") {
          await store.close();
          store = await openSqliteSeriesStore(path, { windowMs: 0 });
        }
      }
      const cut = { from: EpochMs(T0 + 7 * HOUR + 1), to: EpochMs(T0 + 2 * DAY + 5 * HOUR) };
      for (const key of keys) {
        for (const range of [all, cut]) {
          expect(await store.range(key, range)).toEqual(await model.range(key, range));
          for (const width of [15 * MINUTE, HOUR, DAY, 7 * MINUTE] as Ms[]) {
            expect(await store.buckets(key, range, width)).toEqual(await model.buckets(key, range, width));
          }
          expect(await store.gaps(key, range, HOUR)).toEqual(await model.gaps(key, range, HOUR));
        }
      }
      expect(await store.latest()).toEqual(await model.latest());
      expect(await store.catalogue()).toEqual(await model.catalogue());
      expect(await store.counts()).toEqual(await model.counts());
      expect(await store.lateMarks()).toEqual(await model.lateMarks());
      await store.close();
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("sealing moves the head into one chunk a series a day and leaves nothing behind", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-sealed-")), "readings.db");
  const store = await openSqliteSeriesStore(path, { windowMs: 0 });
  const readings = Array.from({ length: 8640 }, (_, index): Reading => {
    const value = Math.round(3000 * Math.sin(index / 1375) + (index % 7));
    return { series: keys[0]!, at: EpochMs(T0 + index * 10_000), stampedBy: "device", outcome: "value", value };
  });
  await store.append(readings);
  await store.sealNow();
  const late = { ...readings[0]!, at: EpochMs(T0 + 5) };
  await store.append([late]);
  await store.sealNow();
  const db = new Database(path, { readonly: true });
  expect(db.prepare("SELECT count(*) AS rows FROM head").get()).toEqual({ rows: 0 });
  expect(db.prepare("SELECT day, count FROM chunk").all()).toEqual([{ day: T0 / DAY, count: 8641 }]);
  const { bytes } = db
    .prepare<[], { bytes: number }>("SELECT length(body) + length(rollup) AS bytes FROM chunk")
    .get()!;
  expect(bytes / 8641).toBeLessThan(1);
  db.close();
  expect(await store.range(keys[0]!, all)).toEqual([readings[0], late, ...readings.slice(1)]);
  expect(await store.append([readings[17]!, late])).toEqual({ stored: 0, repeated: 2, conflicting: 0 });
  await store.close();
});

test("readings go on being acknowledged while a large head is sealed", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-sealed-")), "readings.db");
  const store = await openSqliteSeriesStore(path, { windowMs: 0 });
  const many = Array.from({ length: 200 }, (_, series) => SeriesKey(`d${series}/voltage`));
  await store.append(
    many.flatMap((series) =>
      Array.from({ length: 100 }, (_, index): Reading => {
        return { series, at: EpochMs(T0 + index * 1000), stampedBy: "device", outcome: "value", value: index };
      }),
    ),
  );
  let isSealed = false;
  const sealed = store.sealNow().then(() => {
    isSealed = true;
  });
  let acknowledged = 0;
  while (!isSealed) {
    acknowledged += 1;
    const reading: Reading = {
      series: many[0]!,
      at: EpochMs(T0 + DAY + acknowledged),
      stampedBy: "device",
      outcome: "value",
      value: 1,
    };
    expect(await store.append([reading])).toMatchObject({ stored: 1 });
  }
  await sealed;
  expect(acknowledged).toBeGreaterThan(3);
  expect((await store.counts()).readings).toBe(200 * 100 + acknowledged);
  await store.close();
});

test("forgetting old readings reaches into a sealed day, and all that is left stays as it was", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-sealed-")), "readings.db");
  const store = await openSqliteSeriesStore(path, { windowMs: 0 });
  const readings = Array.from({ length: 72 }, (_, hour): Reading => {
    return { series: keys[0]!, at: EpochMs(T0 + hour * HOUR), stampedBy: "device", outcome: "value", value: hour };
  });
  await store.append(readings);
  expect(await store.dropBefore(keys[0]!, EpochMs(T0 + 30 * HOUR + 1))).toBe(31);
  expect(await store.range(keys[0]!, all)).toEqual(readings.slice(31));
  await store.close();
  const again = await openSqliteSeriesStore(path, { windowMs: 0 });
  expect(await again.range(keys[0]!, all)).toEqual(readings.slice(31));
  expect(await again.catalogue()).toMatchObject([{ readings: 41, first_ms: T0 + 31 * HOUR }]);
  await again.close();
});

test("a second process sees what the hub has stored since, sealed or not", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-sealed-")), "readings.db");
  const hub = await openSqliteSeriesStore(path, { windowMs: 0 });
  const beside = await openSqliteSeriesStore(path, { windowMs: null });
  const reading = (hour: number): Reading => {
    return { series: keys[0]!, at: EpochMs(T0 + hour * HOUR), stampedBy: "device", outcome: "value", value: hour };
  };
  for (const hour of [0, 1, 2]) {
    await hub.append([reading(hour)]);
    expect(await beside.range(keys[0]!, all)).toEqual(await hub.range(keys[0]!, all));
    await hub.sealNow();
    expect(await beside.counts()).toMatchObject({ readings: hour + 1 });
    expect(await beside.latest()).toEqual([reading(hour)]);
  }
  await expect(beside.append([reading(9)])).rejects.toMatchObject({ code: "STORE_FAILED" });
  await beside.close();
  await hub.close();
});
