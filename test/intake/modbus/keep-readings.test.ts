import { expect, test } from "vitest";
import { HubError } from "../../../hub/errors.ts";
import { BACKLOG_READINGS, createReadingKeeper } from "../../../hub/intake/modbus/keep-readings.ts";
import type { Log } from "../../../hub/log.ts";
import { type Reading, SeriesKey } from "../../../hub/reading.ts";
import { EpochMs } from "../../../hub/units.ts";
import { until } from "../until.ts";

const series = SeriesKey("hall/active_power");
const readings = (count: number, from = 0): readonly Reading[] =>
  Array.from({ length: count }, (_, index) => ({
    series,
    at: EpochMs(from + index),
    stampedBy: "arrival",
    outcome: "value",
    value: 1,
  }));
const arrived = (count: number, from = 0) => [{ readings: readings(count, from), doubt: undefined }];

function openKeeper(append: (readings: readonly Reading[]) => Promise<void>) {
  const lines: string[] = [];
  const note = (_fields: object, message: string) => void lines.push(message);
  const log: Log = { debug() {}, info: note, warn: note, error: note };
  const receipt = { stored: 0, repeated: 0, conflicting: 0 };
  const keeper = createReadingKeeper({ store: { append: (those) => append(those).then(() => receipt) }, log });
  return { keeper, lines };
}
const full = () => Promise.reject(new HubError("STORE_FAILED", "disk full", { remedy: "Make room.", retryable: true }));

test("what arrives while an append is under way goes together into the next one, and waits until it is stored", async () => {
  const appends: number[] = [];
  const gates: (() => void)[] = [];
  const { keeper } = openKeeper((those) => {
    appends.push(those.length);
    return new Promise((resolve) => gates.push(resolve));
  });
  let stored = 0;
  const keep = (count: number) => keeper.keep(arrived(count)).then(() => (stored += count));
  const all = [keep(1), keep(2), keep(3)];
  await until(() => gates.length === 1, "the first append");
  gates[0]?.();
  await until(() => gates.length === 2, "the second append");
  expect(stored).toBeLessThan(6);
  gates[1]?.();
  await Promise.all(all);
  expect(appends).toEqual([1, 5]);
  await keeper.close();
});

test("a doubt hears of its readings when they are stored, and not before", async () => {
  let isFull = true;
  const heard: number[] = [];
  const { keeper } = openKeeper(() => (isFull ? full() : Promise.resolve()));
  await keeper.keep([{ readings: readings(2), doubt: { stored: (those) => void heard.push(those.length) } }]);
  expect(heard).toEqual([]);
  isFull = false;
  await until(() => heard.length > 0, "tried again");
  expect(heard).toEqual([2]);
  await keeper.close();
});

test("a store that fails for too long: the oldest are dropped, counted and said", async () => {
  let isFull = true;
  const stored: number[] = [];
  const { keeper, lines } = openKeeper((those) => {
    if (isFull) return full();
    stored.push(...those.map(({ at }) => at));
    return Promise.resolve();
  });
  const half = BACKLOG_READINGS / 2;
  for (const part of [0, 1, 2]) await keeper.keep(arrived(half, part * half));
  expect(keeper.state()).toEqual({ waiting: BACKLOG_READINGS, dropped: half });
  expect(lines.filter((line) => line.includes("dropped"))).toHaveLength(1);
  isFull = false;
  await keeper.close();
  expect(stored).toHaveLength(BACKLOG_READINGS);
  expect(stored[0]).toBe(half);
});

test("what the store refuses for another reason is lost loudly, and the rest goes on", async () => {
  let count = 0;
  const { keeper, lines } = openKeeper(() => {
    count += 1;
    return count === 1 ? Promise.reject(new RangeError("not a reading")) : Promise.resolve();
  });
  await keeper.keep(arrived(3));
  await keeper.keep(arrived(2));
  expect(keeper.state()).toEqual({ waiting: 0, dropped: 3 });
  expect(lines).toEqual(["Modbus readings were refused by the store and are lost"]);
  await keeper.close();
});
