import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findProfile } from "../../hub/decode/profiles/catalogue.ts";
import { type DemoClock, demoClock, firstSpan } from "../../hub/demo/clock.ts";
import { DEMO_SEED, demoDevices, polledPlant } from "../../hub/demo/community.ts";
import { startCounter } from "../../hub/demo/counter.ts";
import { GRID_STEP_MWH, gridSeries } from "../../hub/demo/grid-meter.ts";
import { energyOfMinute, installMeter, type Meter, standOf } from "../../hub/demo/meter.ts";
import { type PolledDevices, servePolledDevices } from "../../hub/demo/polled-devices.ts";
import { registersAt } from "../../hub/energy/register-at.ts";
import { trackRegister } from "../../hub/energy/register-track.ts";
import { type ModbusIntake, startModbusIntake } from "../../hub/intake/modbus/modbus-intake.ts";
import { type Log, silentLog } from "../../hub/log.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { EpochMs, HOUR, MINUTE, MilliWattHours, milliWattHoursFromWh } from "../../hub/units.ts";
import { until } from "../intake/until.ts";

const SPEED = 300;
const QUARTER = 15 * MINUTE;
/** 12 kW of panels behind an inverter of 11 kW. */
const MOST_IN_A_MINUTE_MWH = 184_000;
const devices = demoDevices(DEMO_SEED);
const roof = devices.find(({ device }) => device === polledPlant.device)!;
const ROOF = SeriesKey(`${polledPlant.device}/active_energy_export`);
/** A summer noon, so that much is generated, on a quarter-hour. */
const NOON = EpochMs(firstSpan(2026).startOfLive + 4.5 * HOUR);

let store: SeriesStore;
let clock: DemoClock;
let polled: PolledDevices;
let intake: ModbusIntake;

/** A hub's intake that polls the devices, from a moment on; nothing is answered before `polled.begin`. */
async function poll(anchor: EpochMs, monotonicMs = () => performance.now(), log: Log = silentLog): Promise<void> {
  clock = demoClock({ anchor, speed: SPEED, monotonicMs });
  polled = await servePolledDevices({
    devices,
    inverter: polledPlant,
    seed: DEMO_SEED,
    clock: clock.now,
    speed: SPEED,
  });
  intake = startModbusIntake({
    devices: polled.documents,
    findProfile,
    store,
    clock: clock.now,
    log,
    timeSpeed: SPEED,
  });
}
async function stop(): Promise<void> {
  await intake.close();
  await polled.close();
}
const begin = (inverter: Pick<Meter, "at" | "register">, grid: readonly Reading[] = []) => {
  polled.begin({ inverter, grid });
  clock.start();
};
const all = (series: SeriesKey) => store.range(series, { from: EpochMs(0), to: EpochMs(Number.MAX_SAFE_INTEGER) });
const untilClock = (moment: number) => until(() => clock.now() >= moment, "the clock is there");
const exactCounter = (from: Pick<Meter, "at" | "register">) =>
  startCounter(
    { step: MilliWattHours(roof.step_mwh ?? 1), energyOfMinute: (minute) => energyOfMinute(roof, minute) },
    from,
  );

beforeEach(() => {
  store = memorySeriesStore();
});
afterEach(stop);

describe("devices that are polled over Modbus TCP", () => {
  test("wait for time to run, and then say exactly what their meters have counted by then", async () => {
    let real = 0;
    await poll(NOON, () => real);
    const meter = installMeter(roof, DEMO_SEED, NOON);
    await until(() => intake.health().length === 2, "both devices are polled");
    expect(await store.catalogue()).toEqual([]);
    begin(meter);
    const exact = exactCounter(meter);
    const newestAt = async (series: SeriesKey) => (await store.latest([series]))[0]?.at ?? 0;
    for (let step = 0; step < 6; step++) {
      // A little more than a minute, so that each poll finds another part of its minute.
      if (step > 0) real += 61_700 / SPEED;
      const moment = clock.now();
      for (const series of [ROOF, gridSeries.export])
        await until(async () => (await newestAt(series)) >= moment, series);
      expect(await store.latest([ROOF])).toEqual([
        { series: ROOF, at: moment, stampedBy: "arrival", outcome: "value", value: exact.readAt(moment) / 1_000 },
      ]);
    }
    const [first, ...more] = (await all(gridSeries.export)).map(({ value }) => milliWattHoursFromWh(value!));
    expect(more.length).toBe(5);
    expect(more.every((register) => register % GRID_STEP_MWH === 0)).toBe(true);
    expect(more.at(-1)).toBeGreaterThan(first!);
    const power = await all(SeriesKey(`${polledPlant.device}/active_power`));
    expect(power.every(({ value }) => value! < -500)).toBe(true);
    for (const { failures, state, identity, device } of intake.health()) {
      expect([device, failures, state]).toEqual([device, 0, "answering"]);
      if (device === polledPlant.device)
        expect(identity).toMatchObject({ manufacturer: "Mill Street", serial: "MS-0012" });
    }
  });

  test("a hub that stops while they still start complains of nothing and stores nothing", async () => {
    const said: unknown[] = [];
    const hear = (...those: readonly unknown[]) => void said.push(those);
    await poll(NOON, undefined, { debug: hear, info: hear, warn: hear, error: hear });
    await until(() => intake.health().length === 2, "both devices are polled");
    await stop();
    expect(said).toEqual([]);
    expect(await store.counts()).toMatchObject({ readings: 0, series: 0 });
  });

  test("quarter-hours of the polled roof are measured, and a second start goes on without a jump", async () => {
    const meter = installMeter(roof, DEMO_SEED, NOON);
    await poll(NOON);
    begin(meter);
    await untilClock(NOON + 1.3 * QUARTER);
    await stop();
    const newest = async (series: SeriesKey) => (await store.latest([series]))[0]!;
    const last = await newest(ROOF);
    const lastGrid = [await newest(gridSeries.import), await newest(gridSeries.export)];
    const anchor = EpochMs(Math.max(...(await store.latest()).map(({ at }) => at)));

    await poll(anchor);
    begin(standOf(roof, last), lastGrid);
    await untilClock(NOON + 2.3 * QUARTER);
    await stop();

    const registers = await all(ROOF);
    const exact = exactCounter(meter);
    for (const { value, at } of registers) {
      const behind = exact.readAt(at) - milliWattHoursFromWh(value!);
      expect(behind).toBeGreaterThanOrEqual(0);
      // What an answer needs to arrive, and what passed unseen between the last answer and the stop.
      expect(behind).toBeLessThan(2 * MOST_IN_A_MINUTE_MWH);
    }
    const track = trackRegister(registers, 12_000);
    expect([track.segments.length, track.outliers, track.unconfirmed]).toEqual([1, [], null]);
    const ends = [1, 2].map((quarter) => EpochMs(NOON + quarter * QUARTER));
    expect(registersAt(track, ends).map(({ quality }) => quality)).toEqual(Array(2).fill("measured"));
    for (const way of ["import", "export"] as const) {
      const values = (await all(gridSeries[way])).map(({ value }) => milliWattHoursFromWh(value!));
      values.slice(1).forEach((value, index) => {
        expect(value).toBeGreaterThanOrEqual(values[index]!);
        expect(value - values[index]!).toBeLessThan(100 * GRID_STEP_MWH);
      });
    }
  });
});
