import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { demoClock, firstSpan } from "../../hub/demo/clock.ts";
import { DEMO_SEED, demoDevices } from "../../hub/demo/community.ts";
import { registerSeries } from "../../hub/demo/meter.ts";
import { connectDemo, type DemoRunOptions, HISTORY_STEP } from "../../hub/demo/run-demo.ts";
import { type Broker, startBroker } from "../../hub/intake/broker.ts";
import { silentLog } from "../../hub/log.ts";
import type { CredentialStore } from "../../hub/members/credential.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { EpochMs, HOUR, MINUTE } from "../../hub/units.ts";

const devices = demoDevices(DEMO_SEED);
const { startOfHistory } = firstSpan(2026);
const passwords = new Map(devices.map(({ device }) => [device, `password of ${device}`]));
const credentials: CredentialStore = {
  issue: () => Promise.reject(new Error("not here")),
  revoke: () => Promise.resolve(false),
  list: () => Promise.resolve([]),
  check: (name, password) => Promise.resolve(passwords.get(name) === password ? { name, devices: [name] } : undefined),
};

let store: SeriesStore;
let broker: Broker;
let real = 0;

const clockAt = (anchor: EpochMs) => demoClock({ anchor, speed: 1, monotonicMs: () => real });
const serve = (clock: () => EpochMs) =>
  startBroker({ host: "127.0.0.1", port: 0, credentials, store, clock, log: silentLog });
const options = (clock: () => EpochMs, last: ReadonlyMap<string, Reading> = new Map()): DemoRunOptions => ({
  host: "127.0.0.1",
  port: broker.port,
  passwords,
  devices,
  seed: DEMO_SEED,
  clock,
  startOfHistory,
  lastRegisters: last,
});

async function storedRegisters(): Promise<ReadonlyMap<string, Reading>> {
  const latest = new Map((await store.latest()).map((reading) => [reading.series, reading]));
  return new Map(
    devices.flatMap((device) => {
      const reading = latest.get(registerSeries(device));
      return reading === undefined ? [] : [[device.device, reading] as const];
    }),
  );
}

const everything = async () =>
  Promise.all(
    (await store.catalogue()).map(async ({ series }) => [
      series,
      await store.range(series, { from: EpochMs(0), to: EpochMs(Number.MAX_SAFE_INTEGER) }),
    ]),
  );

beforeEach(() => {
  store = memorySeriesStore();
  real = 0;
});
afterEach(async () => {
  await broker.close();
});

describe("the community over real sockets", () => {
  test("publishes history that is stored when it is done, stamped by the devices, nothing refused", async () => {
    const clock = clockAt(EpochMs(startOfHistory + 20 * HOUR));
    broker = await serve(clock.now);
    const run = await connectDemo(options(clock.now));
    const seen: number[] = [];
    const published = await run.publishHistory((done) => seen.push(done));
    await run.stop();

    const counts = await store.counts();
    // A register and a power each, and the mill's spindle; both ends of the span are read.
    expect(published).toBe((2 * devices.length + 1) * (20 * 12 + 1));
    expect(counts).toEqual({ series: 2 * devices.length + 1, readings: published, conflicts: 0, quarantined: 0 });
    expect(seen.at(-1)).toBe(published);
    for (const { series, first_ms, last_ms } of await store.catalogue()) {
      expect([series, first_ms, last_ms]).toEqual([series, startOfHistory, startOfHistory + 20 * HOUR]);
      expect(await store.gaps(series, { from: first_ms, to: last_ms }, HISTORY_STEP)).toEqual([]);
    }
    const [newest] = await store.latest([SeriesKey("home-01/active_energy_import")]);
    expect(newest!.stampedBy).toBe("device");
  });

  test("sends every minute that became due, however late the tick, and none twice", async () => {
    const clock = clockAt(startOfHistory);
    broker = await serve(clock.now);
    const run = await connectDemo(options(clock.now));
    await run.publishHistory();
    clock.start();
    expect(await run.publishDue()).toBe(0);
    for (const minutes of [1, 0.5, 0.5, 7, 1441]) {
      real += minutes * MINUTE;
      await run.publishDue();
    }
    await run.stop();
    for (const { series, readings } of await store.catalogue()) expect([series, readings]).toEqual([series, 1451]);
    expect((await store.counts()).conflicts).toBe(0);
  });

  test("goes on after a stop as if it had never stopped", async () => {
    const middle = EpochMs(startOfHistory + 5 * HOUR + 3 * MINUTE);
    const end = EpochMs(middle + 30 * MINUTE);
    const runBetween = async (to: EpochMs, live: boolean) => {
      const clock = clockAt(to);
      broker = await serve(clock.now);
      const run = await connectDemo(options(clock.now, await storedRegisters()));
      await (live ? run.publishDue() : run.publishHistory());
      await run.stop();
    };
    await runBetween(startOfHistory, false);
    await runBetween(middle, true);
    await broker.close();
    await runBetween(end, true);
    const inPieces = await everything();
    await broker.close();

    store = memorySeriesStore();
    await runBetween(startOfHistory, false);
    await broker.close();
    await runBetween(end, true);
    expect(await everything()).toEqual(inPieces);
  });

  test("history that was cut short is completed without a conflict", async () => {
    const clock = clockAt(EpochMs(startOfHistory + 48 * HOUR));
    broker = await serve(clock.now);
    const first = await connectDemo(options(clock.now));
    let stopping: Promise<void> | undefined;
    await first.publishHistory(() => {
      stopping ??= first.stop();
    });
    await stopping;
    const { readings } = await store.counts();
    expect(readings).toBeGreaterThan(0);
    const second = await connectDemo(options(clock.now, await storedRegisters()));
    await second.publishHistory();
    await second.stop();
    for (const { series, readings: count } of await store.catalogue()) expect([series, count]).toEqual([series, 577]);
    expect((await store.counts()).conflicts).toBe(0);
  });

  test("a device that is polled sends its history and then nothing, and tells where its meter stands", async () => {
    const clock = clockAt(EpochMs(startOfHistory + HOUR));
    broker = await serve(clock.now);
    const polled = new Set(["roof-south"]);
    const run = await connectDemo({ ...options(clock.now), polled });
    await run.publishHistory();
    clock.start();
    real += 7 * MINUTE;
    await run.publishDue();
    await run.stop();
    for (const { series, readings } of await store.catalogue()) {
      expect([series, readings]).toEqual([series, series.startsWith("roof-south/") ? 13 : 20]);
    }
    const sent = (await storedRegisters()).get("roof-south")!;
    expect(run.meterOf("roof-south")).toMatchObject({ at: sent.at, register: sent.value! * 1_000 });

    // Read by the hub since then: the next run goes on from there and sends nothing of it again.
    const answered: Reading = { ...sent, at: EpochMs(sent.at + 12_345), stampedBy: "arrival", value: sent.value! + 10 };
    const last = new Map([...(await storedRegisters()), ["roof-south", answered]]);
    real += 10 * MINUTE;
    const next = await connectDemo({ ...options(clock.now, last), polled });
    await next.publishHistory();
    await next.stop();
    expect(next.meterOf("roof-south")).toEqual({ at: answered.at, register: answered.value! * 1_000 });
    expect((await storedRegisters()).get("roof-south")).toEqual(sent);
    expect(() => next.meterOf("grid")).toThrow(RangeError);
  });

  test("a broker that goes away and comes back loses nothing: what was in flight is sent again", async () => {
    const clock = clockAt(startOfHistory);
    broker = await serve(clock.now);
    const { port } = broker;
    const run = await connectDemo(options(clock.now));
    await run.publishHistory();
    await broker.close();
    clock.start();
    real += 3 * MINUTE;
    const publishing = run.publishDue();
    broker = await startBroker({ host: "127.0.0.1", port, credentials, store, clock: clock.now, log: silentLog });
    expect(await publishing).toBe(3 * (2 * devices.length + 1));
    await run.stop();
    for (const { series, readings } of await store.catalogue()) expect([series, readings]).toEqual([series, 4]);
  });

  test("a wrong password is a clear refusal, and no connection is left behind", async () => {
    const clock = clockAt(startOfHistory);
    broker = await serve(clock.now);
    const wrong = new Map([...passwords, ["home-07", "guessed"]]);
    const attempt = connectDemo({ ...options(clock.now), passwords: wrong });
    await expect(attempt).rejects.toMatchObject({
      code: "BROKER_UNREACHABLE",
      message: expect.stringMatching(/home-07 cannot connect/),
    });
  });

  test("live ticks publish by themselves until they are stopped", async () => {
    const clock = demoClock({ anchor: startOfHistory, speed: 6_000, monotonicMs: () => performance.now() });
    broker = await serve(clock.now);
    const run = await connectDemo(options(clock.now));
    const failures: unknown[] = [];
    clock.start();
    run.goLive((cause) => failures.push(cause));
    await expect.poll(async () => (await store.counts()).readings, { timeout: 10_000 }).toBeGreaterThan(1_000);
    await run.stop();
    const { readings } = await store.counts();
    expect(failures).toEqual([]);
    expect(readings % (2 * devices.length + 1)).toBe(0);
  });
});
