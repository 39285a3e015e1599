import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findProfile } from "../../hub/decode/profiles/catalogue.ts";
import { type DemoClock, demoClock, firstSpan } from "../../hub/demo/clock.ts";
import { DEMO_SEED, demoDevices, polledPlant } from "../../hub/demo/community.ts";
import { startCounter } from "../../hub/demo/counter.ts";
import { GRID_STEP_MWH, gridSeries } from "../../hub/demo/grid-meter.ts";
import { energyOfMinute, installMeter, type Meter, standOf } from "../../hub/demo/meter.ts";
import { type PolledDevices, type PolledFrom, servePolledDevices } from "../../hub/demo/polled-devices.ts";
import { registersAt } from "../../hub/energy/register-at.ts";
import { trackRegister } from "../../hub/energy/register-track.ts";
import { type ModbusIntake, startModbusIntake } from "../../hub/intake/modbus/modbus-intake.ts";
import { slotOf } from "../../hub/intake/modbus/poll-schedule.ts";
import { type Log, silentLog } from "../../hub/log.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { EpochMs, HOUR, MINUTE, MilliWattHours, milliWattHoursFromWh } from "../../hub/units.ts";
import { until } from "../intake/until.ts";

const SPEED = 300;
const STEP_MS = 20_000;
const QUARTER = 15 * MINUTE;
const devices = demoDevices(DEMO_SEED);
const roof = devices.find(({ device }) => device === polledPlant.device)!;
/** A restart between two counts leaves the begun one out. */
const ROUNDED = [0, roof.step_mwh];
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
/** Poll while time goes on by steps, each of which waits for what is due: as at full speed on a machine that is never late. */
async function runUntil(run: { readonly from: EpochMs; readonly to: EpochMs } & PolledFrom): Promise<void> {
  let real = 0;
  await poll(run.from, () => real);
  begin(run.inverter, run.grid);
  for (let slot = -1; clock.now() < run.to; real += STEP_MS / SPEED) {
    const now = slotOf(clock.now(), MINUTE);
    if (now === slot) continue;
    slot = now;
    for (const series of [ROOF, gridSeries.export]) {
      await until(async () => ((await store.latest([series]))[0]?.at ?? 0) >= slot, series);
    }
  }
  await stop();
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
    const start = EpochMs(NOON + 12 * MINUTE);
    const counted = exactCounter(meter).readAt(start);
    await runUntil({
      from: start,
      to: EpochMs(NOON + QUARTER + 2.4 * MINUTE),
      inverter: { at: start, register: counted },
      grid: [],
    });
    const [last] = await store.latest([ROOF]);
    const anchor = EpochMs(Math.max(...(await store.latest()).map(({ at }) => at)));
    const grid = await store.latest([gridSeries.import, gridSeries.export]);
    await runUntil({
      from: anchor,
      to: EpochMs(NOON + 2 * QUARTER + 2 * MINUTE),
      inverter: standOf(roof, last!),
      grid,
    });

    const registers = await all(ROOF);
    const exact = exactCounter(meter);
    for (const { value, at } of registers) expect(exact.readAt(at) - milliWattHoursFromWh(value!)).toBeOneOf(ROUNDED);
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
