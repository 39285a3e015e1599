import { expect, test } from "vitest";
import { HubError } from "../../hub/errors.ts";
import { keepMessages } from "../../hub/intake/message-keeper.ts";
import { silentLog } from "../../hub/log.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import type { Arrival } from "../../hub/series/watch-clock.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { EpochMs } from "../../hub/units.ts";

const NOW = EpochMs(Date.UTC(2026, 10, 21, 12));
const RANGE = { from: EpochMs(0), to: EpochMs(4e12) };
const message = {
  source: "readings/meter",
  device: "meter",
  payload: Buffer.from('[{"n":"voltage","u":"V","v":230},{"n":"current","u":"A","v":1,"t":1790000000}]'),
};

test("a message keeps the stamp and the doubt of its arrival through every try of a store that fails", async () => {
  const memory = memorySeriesStore();
  let failures = 2;
  const store = {
    ...memory,
    append: async (readings: readonly Reading[]) => {
      failures -= 1;
      if (failures < 0) return memory.append(readings);
      throw new HubError("STORE_FAILED", "disk full", { retryable: true, remedy: "Free some." });
    },
  };
  const told: Reading[] = [];
  const doubted: Arrival = { at: EpochMs(5_000), doubt: { stored: (readings) => void told.push(...readings) } };
  const arrivals = [doubted, { at: NOW }];
  const keeper = keepMessages({
    store,
    clock: () => NOW,
    arrive: () => arrivals.shift() ?? { at: NOW },
    log: silentLog,
    retryMs: 1,
  });
  const first = keeper.keep(message, () => true);
  await first;
  expect(failures).toBe(-1);
  await keeper.keep(message, () => true);
  keeper.close();
  const voltage = await memory.range(SeriesKey("meter/voltage"), RANGE);
  expect(voltage.map(({ at, isClockUnsure }) => [at, isClockUnsure])).toEqual([
    [5_000, true],
    [NOW, undefined],
  ]);
  // What the device stamped itself is in no doubt.
  const current = await memory.range(SeriesKey("meter/current"), RANGE);
  expect(current.map(({ at, stampedBy, isClockUnsure }) => [at, stampedBy, isClockUnsure])).toEqual([
    [1_790_000_000_000, "device", undefined],
  ]);
  expect(told.map(({ series }) => series)).toEqual(["meter/voltage", "meter/current"]);
});
