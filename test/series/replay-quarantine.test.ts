import { beforeEach, expect, test } from "vitest";
import { SeriesKey } from "../../hub/reading.ts";
import { replayQuarantine } from "../../hub/series/replay-quarantine.ts";
import { QUARANTINE_BYTES, type SeriesStore } from "../../hub/series/series-store.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { EpochMs } from "../../hub/units.ts";

const AT = EpochMs(1_780_000_000_000);
const POWER = SeriesKey("roof/active_power");
const pack = (...records: object[]) => JSON.stringify(records);
const good = { n: "active_power", u: "W", v: 7 };
const all = { from: EpochMs(0), to: EpochMs(AT * 2) };

let store: SeriesStore;
beforeEach(() => {
  store = memorySeriesStore();
});

const refuse = (payload: string, reason: string, device: string | null = "roof") =>
  store.quarantine({ at: AT, source: "readings/roof", device, reason, payload: Buffer.from(payload) });
const rows = async () => (await store.quarantined(100)).toReversed();

test("what is understood today is stored at its own arrival, and its row is gone", async () => {
  await refuse(pack(good, { ...good, v: 8 }), "a reason of an older decoder");
  const report = await replayQuarantine(store);
  expect(report).toMatchObject({ stored: 2, repeated: 0, conflicting: 0, missing: [] });
  expect(report.rows).toEqual([{ id: 1, outcome: "released", reason: null }]);
  expect(await rows()).toEqual([]);
  const stored = await store.range(POWER, all);
  expect(stored.map(({ at, value, stampedBy }) => [at, value, stampedBy])).toEqual([
    [AT, 7, "arrival"],
    [AT + 1, 8, "arrival"],
  ]);
});

test("a stamped reading that came again meanwhile is not doubled", async () => {
  const stamped = { ...good, t: AT / 1000 };
  await store.append([{ series: POWER, at: AT, stampedBy: "device", outcome: "value", value: 7 }]);
  await refuse(pack(stamped), "a reason of an older decoder");
  expect(await replayQuarantine(store)).toMatchObject({ stored: 0, repeated: 1 });
  expect((await store.counts()).readings).toBe(1);
});

test("an interruption between storing and letting go doubles nothing, stamped or not", async () => {
  await refuse(pack(good), "a reason of an older decoder");
  const interrupted = { ...store, releaseQuarantined: () => Promise.reject(new Error("the power went")) };
  await expect(replayQuarantine(interrupted)).rejects.toThrow("the power went");
  expect((await rows()).length).toBe(1);
  expect(await replayQuarantine(store)).toMatchObject({ stored: 0, repeated: 1 });
  expect((await store.counts()).readings).toBe(1);
  expect(await rows()).toEqual([]);
});

test("what is still not understood stays: as it is, or with today's reason", async () => {
  await refuse("hello", "not JSON");
  await refuse("hello", "a reason of an older decoder");
  const report = await replayQuarantine(store);
  expect(report.rows).toEqual([
    { id: 1, outcome: "kept", reason: "not JSON" },
    { id: 2, outcome: "kept", reason: "not JSON" },
  ]);
  const left = await rows();
  expect(left.map(({ reason, at, source, device }) => [reason, at, source, device])).toEqual([
    ["not JSON", AT, "readings/roof", "roof"],
    ["not JSON", AT, "readings/roof", "roof"],
  ]);
  expect(left.map(({ payload }) => Buffer.from(payload).toString())).toEqual(["hello", "hello"]);
});

test("of a pack that is understood in part, the good is stored and the rest stays alone", async () => {
  await refuse(pack(good, { ...good, u: "furlong" }), "a reason of an older decoder");
  expect(await replayQuarantine(store)).toMatchObject({ stored: 1, rows: [{ id: 1, outcome: "kept" }] });
  const [left, ...more] = await rows();
  expect(more).toEqual([]);
  expect(left?.reason).toMatch(/unit "furlong" is foreign/);
  expect(JSON.parse(Buffer.from(left?.payload ?? []).toString())).toEqual([{ ...good, u: "furlong" }]);
  expect(await replayQuarantine(store)).toMatchObject({ stored: 0, rows: [{ outcome: "kept" }] });
});

test("rows of which bytes are missing, or whose device is unknown, are refused with the reason and stay", async () => {
  await refuse(pack({ ...good, u: "furlong", n: "x".repeat(QUARANTINE_BYTES) }), "too long");
  await refuse(pack(good), "packet too large", null);
  const { rows: told } = await replayQuarantine(store);
  expect(told.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
  expect(told[0]?.reason).toMatch(/^only the first 16384 of its \d+ bytes were kept/);
  expect(told[1]?.reason).toMatch(/which device/);
  expect((await rows()).map(({ reason }) => reason)).toEqual(["too long", "packet too large"]);
});

test("what came in while the clock stood in 1970 keeps the doubt, and its devices' own stamps are believed", async () => {
  const at = EpochMs(90_000);
  const payload = Buffer.from(pack(good, { ...good, n: "voltage", u: "V", t: AT / 1000 }));
  await store.quarantine({ at, source: "readings/roof", device: "roof", reason: "old", payload });
  expect(await replayQuarantine(store)).toMatchObject({ stored: 2, rows: [{ outcome: "released" }] });
  const [power, voltage] = await store.latest();
  expect(power).toMatchObject({ series: POWER, at, stampedBy: "arrival", isClockUnsure: true });
  expect(voltage).toMatchObject({ at: AT, stampedBy: "device" });
  expect(voltage).not.toHaveProperty("isClockUnsure");
});

test("only the rows that are asked for, and those that are not there are named", async () => {
  await refuse(pack(good), "old");
  await refuse(pack({ ...good, v: 9 }), "old");
  const report = await replayQuarantine(store, [2, 77]);
  expect(report).toMatchObject({ stored: 1, rows: [{ id: 2, outcome: "released" }], missing: [77] });
  expect((await rows()).map(({ id }) => id)).toEqual([1]);
});
