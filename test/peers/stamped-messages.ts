import { SeriesKey } from "../../hub/reading.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { EpochMs } from "../../hub/units.ts";
import type { Publisher } from "./publisher.ts";

/** When the first message is stamped; the next follow by the second. */
const FIRST_S = 1_600_000_000;
const QUANTITIES = { active_power: "W", active_energy_import: "Wh", voltage: "V" } as const;
const SERIES_A_MESSAGE = Object.keys(QUANTITIES).length;
export const DEVICES = 10;

/** Message number `index`: three readings of one of ten devices, told apart by stamp and value. */
function encodeMessage(index: number): { readonly topic: string; readonly payload: string } {
  const device = `meter-${index % DEVICES}`;
  const records = Object.entries(QUANTITIES).map(([n, u]) => ({ n, u, v: index }));
  const [first, ...others] = records;
  return { topic: `readings/${device}`, payload: JSON.stringify([{ bt: FIRST_S + index, ...first }, ...others]) };
}

/** Publish messages from one number to before another; resolves when all are acknowledged. */
export async function publishMessages(publisher: Publisher, from: number, to: number): Promise<void> {
  const waiting = new Set<Promise<void>>();
  for (let index = from; index < to; index += 1) {
    const { topic, payload } = encodeMessage(index);
    const acknowledged: Promise<void> = publisher.publish(topic, payload).finally(() => waiting.delete(acknowledged));
    waiting.add(acknowledged);
    if (waiting.size >= 1_000) await Promise.race(waiting);
  }
  await Promise.all(waiting);
}

/** What is wrong with these stores, which together should hold messages 0 to `messages` exactly once. */
export async function auditMessages(stores: readonly SeriesStore[], messages: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const store of stores) {
    const { conflicts, quarantined } = await store.counts();
    if (conflicts > 0) wrong.push(`${conflicts} conflicts`);
    if (quarantined > 0) wrong.push(`${quarantined} refusals: ${(await store.quarantined(1))[0]?.reason}`);
  }
  const all = { from: EpochMs(0), to: EpochMs(Number.MAX_SAFE_INTEGER) };
  for (let device = 0; device < DEVICES; device += 1) {
    for (const quantity of Object.keys(QUANTITIES)) {
      const series = SeriesKey(`meter-${device}/${quantity}`);
      const seen = new Map<number, number>();
      for (const store of stores) {
        for (const { at, value, stampedBy } of await store.range(series, all)) {
          if (stampedBy !== "device" || at !== (FIRST_S + (value ?? 0)) * 1_000)
            wrong.push(`${series} ${at} is not as sent`);
          seen.set(at, (seen.get(at) ?? 0) + 1);
        }
      }
      for (let index = device; index < messages; index += DEVICES) {
        const times = seen.get((FIRST_S + index) * 1_000) ?? 0;
        if (times !== 1) wrong.push(`${series} of message ${index} is there ${times} times`);
      }
      const expected = Math.ceil((messages - device) / DEVICES);
      if (seen.size !== expected) wrong.push(`${series} has ${seen.size} readings, not ${expected}`);
    }
  }
  return wrong.slice(0, 20);
}

export const readingsOf = (messages: number): number => messages * SERIES_A_MESSAGE;
