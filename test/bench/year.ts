import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { SeriesKey } from "../../hub/reading.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { QUARTER_HOUR } from "../../hub/series/time-buckets.ts";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";
import { DAY, EpochMs, HOUR } from "../../hub/units.ts";
import type { Bench, BenchOptions, Line } from "./bench.ts";
import { loginsOf, planClients, runLoad } from "./generator.ts";
import { issueCredentials, startHubProcess } from "./hub-process.ts";
import { connectClient, type LoadLogin } from "./load-client.ts";
import { type MadeYear, makeYear, type YearPlan } from "./make-year.ts";
import { medianOf } from "./percentiles.ts";
import { peakResidentMb, residentMb } from "./process-figures.ts";
import { METER_QUANTITIES, simulateMeter } from "./year-readings.ts";

const METERS = 100;
const YEAR_DAYS = 365;
const COUNTERS = 50;
const COUNTER_DAYS = 30;
/** Days of the series that no question is about, in a quick run. */
const QUICK_DAYS = 3;
/** One commit a second of an hour that is not sealed yet, of as many readings as 500 series make in one. */
const HEAD_COMMITS = 3_600;
const REPEATS = 7;
const SHIPPED_WINDOW_MS = 1_000;

const BYTES_A_READING = 1;
const YEAR_BUCKETS_MS = 150;
const COUNTERS_MS = 250;
const LATEST_MS = 5;
const START_MS = 1_500;
const RESIDENT_MB = 150;

export const yearBench: Bench = {
  name: "year",
  about: "a database of a year of 10 s readings: its size, its answers, how fast a hub starts on it, its memory",
  async run(options) {
    const data = mkdtempSync(join(options.folder, "year-"));
    const path = join(data, "readings.db");
    const plan = planYear(options);
    const from = performance.now();
    const made = await makeYear(path, plan);
    const seconds = (performance.now() - from) / 1_000;
    const millions = (made.readings / 1e6).toFixed(0);
    options.note(`${millions} M readings of ${made.series} series made in ${seconds.toFixed(0)} s`);
    const lines = sizeLines(made, statSync(path).size);
    await fillHead(path, plan);
    lines.push(...(await queryLines(path, plan)));
    lines.push(...(await hubLines(options, data, plan)));
    rmSync(data, { recursive: true });
    return lines;
  },
};

/** Every meter for a year; by default only some, and the others for a month, because making them all takes minutes. */
function planYear({ quick, full }: BenchOptions): YearPlan {
  const lasting = full ? METERS : quick ? 2 : 10;
  const others = (index: number): number => (quick && index >= COUNTERS ? QUICK_DAYS : COUNTER_DAYS);
  const meters = Array.from({ length: METERS }, (_, index) => {
    return { index, days: index < lasting ? YEAR_DAYS : others(index) };
  });
  return { meters, lastDay: Math.floor(Date.now() / DAY) - 1 };
}

function sizeLines(made: MadeYear, bytes: number): Line[] {
  const quantities = [...made.byQuantity].map(([quantity, sum]) => {
    return { name: `disk, sealed, ${quantity} alone`, measured: sum.bytes / sum.readings, unit: "bytes/reading" };
  });
  return [
    {
      name: "disk, sealed",
      measured: bytes / made.readings,
      unit: "bytes/reading",
      budget: { atMost: BYTES_A_READING },
    },
    ...quantities,
  ];
}

/** The hour before the bench, through the store as a hub would have filled it. */
async function fillHead(path: string, plan: YearPlan): Promise<void> {
  const store = await openSqliteSeriesStore(path, { windowMs: 0 });
  const start = Date.now() - HOUR;
  for (let commit = 0; commit < HEAD_COMMITS; commit += 1) {
    const those = plan.meters.filter(({ index }) => index % 10 === commit % 10);
    await store.append(
      those.flatMap(({ index }) =>
        METER_QUANTITIES.map((quantity, place) => ({
          series: SeriesKey(`${simulatedDevice(index)}/${quantity}`),
          at: EpochMs(start + commit * 1_000),
          stampedBy: "device" as const,
          outcome: "value" as const,
          value: 100_000_000 + commit * (place + 1),
        })),
      ),
    );
  }
  await store.close();
}

async function queryLines(path: string, plan: YearPlan): Promise<readonly Line[]> {
  const store = await openSqliteSeriesStore(path, { windowMs: null });
  const to = EpochMs((plan.lastDay + 1) * DAY);
  const year = { from: EpochMs(to - YEAR_DAYS * DAY), to };
  const month = { from: EpochMs(to - COUNTER_DAYS * DAY), to };
  const power = SeriesKey(`${simulatedDevice(0)}/active_power`);
  const counters = plan.meters.slice(0, COUNTERS).map(({ index }) => {
    return SeriesKey(`${simulatedDevice(index)}/active_energy_import`);
  });
  try {
    return [
      ...(await timeQuery("15-min buckets of a series over a year", YEAR_BUCKETS_MS, () =>
        store.buckets(power, year, QUARTER_HOUR),
      )),
      ...(await timeQuery(`${COUNTERS} counters over ${COUNTER_DAYS} days, 15 min`, COUNTERS_MS, () =>
        Promise.all(counters.map((series) => store.buckets(series, month, QUARTER_HOUR))),
      )),
      ...(await timeQuery("latest of 500", LATEST_MS, () => store.latest())),
      ...(await timeQuery("every reading of a series over a day", undefined, () => readDay(store, power, to))),
    ];
  } finally {
    await store.close();
  }
}

function readDay(store: SeriesStore, series: SeriesKey, to: EpochMs): Promise<unknown> {
  return store.range(series, { from: EpochMs(to - DAY), to });
}

/** The first answer of a fresh store, and the median of those after it, which the budget is held against. */
async function timeQuery(
  name: string,
  atMost: number | undefined,
  ask: () => Promise<unknown>,
): Promise<readonly Line[]> {
  const times: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
    const before = performance.now();
    await ask();
    times.push(performance.now() - before);
  }
  const [first = Number.NaN, ...later] = times;
  return [
    { name, measured: medianOf(later), unit: "ms", ...(atMost !== undefined && { budget: { atMost } }) },
    { name: `${name}: first time`, measured: first, unit: "ms" },
  ];
}

/** From the start of the process to an acknowledged reading, and its memory while all series are alive. */
async function hubLines(options: BenchOptions, data: string, plan: YearPlan): Promise<readonly Line[]> {
  const clients = planClients(plan.meters.length);
  const logins = loginsOf(clients, await issueCredentials(data, clients));
  const before = performance.now();
  const hub = await startHubProcess({ data, windowMs: SHIPPED_WINDOW_MS, profiles: options.profiles });
  try {
    const listens = performance.now() - before;
    await publishOne(hub.mqttPort, logins[0]);
    const accepted = performance.now() - before;
    const atStart = residentMb(hub.pid);
    const steady = { kind: "steady", perSecond: 50 } as const;
    const load = { port: hub.mqttPort, logins, pace: steady, warmMs: 1_000, drainMs: 5_000 };
    const asking = askPages(hub.webUrl, plan);
    await runLoad({ ...load, measureMs: options.quick ? 10_000 : 60_000 });
    await asking;
    return [
      {
        name: "start to first accepted reading",
        measured: accepted,
        unit: "ms",
        budget: { atMost: START_MS },
      },
      { name: "start: until it listens", measured: listens, unit: "ms" },
      { name: "memory after the start", measured: atStart, unit: "MB" },
      {
        name: "memory at 50 readings/s, with pages",
        measured: residentMb(hub.pid),
        unit: "MB",
        budget: { atMost: RESIDENT_MB },
      },
      { name: "memory at most", measured: peakResidentMb(hub.pid), unit: "MB" },
    ];
  } finally {
    await hub.stop();
  }
}

/** Connect, publish one reading and wait until it is acknowledged. */
async function publishOne(port: number, login: LoadLogin | undefined): Promise<void> {
  if (login === undefined) throw new Error("nobody to publish as");
  const answered = Promise.withResolvers<void>();
  const client = await connectClient(port, login, {
    acknowledged: () => answered.resolve(),
    lost: () => answered.reject(new Error("the hub closed the connection")),
  });
  client.send(1);
  await answered.promise;
  client.close();
}

/** What a person's page asks: the latest readings and a month of a series. */
async function askPages(webUrl: string, plan: YearPlan): Promise<void> {
  const to = (plan.lastDay + 1) * DAY;
  for (const { index } of plan.meters.slice(0, COUNTERS)) {
    const series = encodeURIComponent(`${simulatedDevice(index)}/active_power`);
    const buckets = `series=${series}&from_ms=${to - COUNTER_DAYS * DAY}&to_ms=${to}&width_ms=${QUARTER_HOUR}`;
    for (const path of ["series/latest", `series/buckets?${buckets}`]) {
      const answer = await fetch(`${webUrl}/api/${path}`);
      await answer.arrayBuffer();
    }
  }
}

const simulatedDevice = (index: number): string => simulateMeter(index).device;
