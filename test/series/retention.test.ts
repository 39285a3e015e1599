import { expect, test } from "vitest";
import { silentLog } from "../../hub/log.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { forgetOld, keepRetention } from "../../hub/series/retention.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { DAY, EpochMs, HOUR } from "../../hub/units.ts";

const NOW = EpochMs(1000 * DAY + HOUR);
const reading = (key: string, daysAgo: number): Reading => {
  return { series: SeriesKey(key), at: EpochMs(NOW - daysAgo * DAY), stampedBy: "device", outcome: "value", value: 1 };
};

test.each([
  [{ registers: null, measurements: null }, 0, [3, 3]],
  [{ registers: null, measurements: 30 }, 1, [3, 2]],
  [{ registers: 400, measurements: 5 }, 3, [2, 1]],
])("%o forgets %i readings, each class by its own measure and by whole days", async (retention, forgotten, left) => {
  const series = memorySeriesStore();
  for (const days of [500, 20, 5]) {
    await series.append([reading("a/active_energy_import", days), reading("a/active_power", days)]);
  }
  expect(await forgetOld({ series, retention, clock: () => NOW })).toBe(forgotten);
  expect((await series.catalogue()).map(({ readings }) => readings)).toEqual(left);
});

test("what settlement may still ask for is kept longer than was chosen, and a named share as long as a register", async () => {
  const series = memorySeriesStore();
  for (const days of [500, 450, 300]) {
    await series.append([
      reading("a/active_energy_import", days),
      reading("enedis/a/share", days),
      reading("a/voltage", days),
    ]);
  }
  const neededFrom = async () => EpochMs(NOW - 460 * DAY);
  const retention = { registers: 400, measurements: 400 };
  await forgetOld({ series, retention, clock: () => NOW, neededFrom });
  expect(Object.fromEntries((await series.catalogue()).map((info) => [info.series, info.readings]))).toEqual({
    "a/active_energy_import": 2,
    "a/voltage": 1,
    "enedis/a/share": 2,
  });
});

test("nothing is forgotten by a clock that may be years ahead", async () => {
  const series = memorySeriesStore();
  await series.append([reading("a/active_power", 5)]);
  const retention = { registers: 1, measurements: 1 };
  const stop = keepRetention({ series, retention, clock: () => NOW, log: silentLog, waitsFor: () => "in doubt" });
  await stop();
  expect((await series.counts()).readings).toBe(1);
  await keepRetention({ series, retention, clock: () => NOW, log: silentLog, waitsFor: () => undefined })();
  expect((await series.counts()).readings).toBe(0);
});
