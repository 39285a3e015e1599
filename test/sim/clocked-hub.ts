import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeMessage } from "../../hub/intake/take-message.ts";
import { silentLog } from "../../hub/log.ts";
import type { Reading } from "../../hub/reading.ts";
import { SeriesKey } from "../../hub/reading.ts";
import type { ClockEvidence } from "../../hub/series/clock-trust.ts";
import { newestOf } from "../../hub/series/clock-trust.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import { watchClock } from "../../hub/series/watch-clock.ts";
import { keepSettled } from "../../hub/settlement/keep-settled.ts";
import { createSettlement } from "../../hub/settlement/settlement.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { EpochMs, Ms } from "../../hub/units.ts";
import { community } from "../settlement/sunny-day.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const GRACE_MS = 600_000;

/** The world around a hub: what time it really is, and what the hub's own clock makes of it. */
export interface World {
  /** The true time. */
  now: number;
  /** Wall clock less true time. */
  error: number;
  evidence: Partial<ClockEvidence>;
}

/** One run of a hub, from boot to power cut, put together from the parts that readings and time go through. */
export async function bootHub(world: World, folder = mkdtempSync(join(tmpdir(), "millrace-clock-"))) {
  const bootedAt = world.now;
  const wall = () => EpochMs(world.now + world.error);
  const stores = await openStores(folder, { windowMs: 0 });
  await stores.communities.adopt(community, 1);
  const { store, corrections } = await withCorrections(stores.series, stores.corrections);
  const newest = newestOf(await stores.series.latest(), await store.latest());
  const log: string[] = [];
  const repaired: { from: number; to: number }[] = [];
  const told = (_fields: object, message: string) => void log.push(message);
  const settlement = createSettlement({ ...stores, series: store, clock: wall, grace: Ms(GRACE_MS) });
  const watch = await watchClock({
    wall,
    monotonic: () => world.now - bootedAt,
    readEvidence: async () => ({ ...nothing, ...newest, ...world.evidence }),
    store: stores.series,
    corrections,
    log: { ...silentLog, warn: told, error: told },
    onRepaired: (range) => {
      repaired.push(range);
      settling.touched(range);
    },
  });
  const settling = keepSettled({
    ...stores,
    series: store,
    settlement,
    clock: wall,
    grace: Ms(GRACE_MS),
    waitsFor: watch.waitsFor,
    log: { ...silentLog, warn: told, error: told },
    onBooked: () => {},
  });
  let packet = 0;

  return {
    folder,
    stores,
    store,
    corrections,
    settlement,
    watch,
    settling,
    log,
    repaired,
    /** A message without a stamp, as most devices send it; a packet id of before makes it a resend. */
    async send(series: string, value: number, resend?: number) {
      const [device = "", quantity = ""] = series.split("/");
      const payload = Buffer.from(JSON.stringify([{ n: quantity, u: "Wh", v: value }]));
      packet += 1;
      const delivery = { client: device, packet: resend ?? packet, payload, isRepeat: resend !== undefined };
      await takeMessage(
        { source: `readings/${device}`, device, payload, delivery },
        { store, clock: wall, arrive: watch.arrive },
      );
      return delivery.packet;
    },
    /** A message whose readings the device stamped itself. */
    async sendStamped(series: string, value: number, at: number) {
      const [device = "", quantity = ""] = series.split("/");
      const payload = Buffer.from(JSON.stringify([{ n: quantity, u: "Wh", v: value, t: at / 1000 }]));
      await takeMessage({ source: "", device, payload }, { store, clock: wall, arrive: watch.arrive });
    },
    read: (series: string): Promise<readonly Reading[]> =>
      store.range(SeriesKey(series), { from: EpochMs(0), to: EpochMs(Date.UTC(2100, 0)) }),
    readStored: (series: string): Promise<readonly Reading[]> =>
      stores.series.range(SeriesKey(series), { from: EpochMs(0), to: EpochMs(Date.UTC(2100, 0)) }),
    verify: async () => (await verify({ ...stores, settlement })).differences,
    async powerCut() {
      await settling.stop();
      await stores.close();
    },
  };
}

export type ClockedHub = Awaited<ReturnType<typeof bootHub>>;

/** A machine that knows nothing of its clock; the software is from long before any of these days. */
const nothing: ClockEvidence = {
  ntp: "no",
  hasRtc: false,
  hostKeepsClock: false,
  stewardsWord: false,
  newestReadingAt: null,
  newestStampAt: null,
  buildTime: EpochMs(Date.UTC(2026, 2, 1)),
};

/** The registers of the test street at a true moment, Wh: whole, and rising with every hour since 2026. */
export function registersAt(now: number): readonly (readonly [series: string, value: number])[] {
  const hours = Math.round((now - Date.UTC(2026, 0)) / HOUR);
  return [
    ["roof/active_energy_export", 900 * hours],
    ["ann/active_energy_import", 400 * hours + (hours % 7)],
    ["ben/active_energy_import", 250 * hours + (hours % 5)],
  ];
}

/** Let time pass until a true moment; every full hour each device sends its register. */
export async function runUntil(world: World, hub: ClockedHub, to: number): Promise<void> {
  for (; world.now < to; world.now += HOUR) {
    await Promise.all(registersAt(world.now).map(([series, value]) => hub.send(series, value)));
  }
}

/** What the books say of a day, without the time they were written at. */
export async function booksOf(hub: ClockedHub, day: string) {
  const { cells, entry } = await hub.settlement.day(day);
  const balances = await hub.stores.entries.balances();
  return { cells, balances, postings: entry?.postings ?? null };
}
