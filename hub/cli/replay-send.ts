import { setTimeout as delay } from "node:timers/promises";
import { type CsvMap, isCsvProblem } from "../decode/csv/csv-map.ts";
import type { CsvReading } from "../decode/csv/decode-rows.ts";
import { encodeSenml } from "../decode/senml.ts";
import type { DeviceClient } from "../demo/device-client.ts";
import { readRows } from "./replay-file.ts";
import type { ReplayPlan } from "./replay-plan.ts";

/** Readings of one message: at most 150 bytes each with the longest names, so a message stays under 64 kB. */
export const MESSAGE_READINGS = 400;
/** Readings gathered before they are sent, over all devices: some megabytes of memory. */
const CHUNK_READINGS = 20_000;
/** Chunks under way at once: while one waits for its commit, the next are being made. */
const CHUNKS_IN_FLIGHT = 4;
/** A paced replay looks at its clock, and for Ctrl-C, at least this often. */
const LONGEST_WAIT_MS = 250;

export interface SendInput {
  readonly plan: ReplayPlan;
  readonly map: CsvMap;
  readonly client: DeviceClient;
  /** Rows acknowledged by an earlier run; they are decoded again, for the registers go on from them, and not sent. */
  readonly rowsDone: number;
  /** Seconds of the file in one real second; `undefined` for as fast as the hub stores. */
  readonly speed: number | undefined;
  readonly stopAsked: () => boolean;
  /** Called in order, each time more rows of the file are acknowledged. */
  readonly onAcknowledged: (rows: number, readings: number) => Promise<void>;
}

/**
 * Publish a file's readings, many of one device in each message, and wait for their acknowledgements.
 * @returns readings acknowledged in this run, when the file is sent or somebody asked to stop
 */
export async function sendReadings(input: SendInput): Promise<number> {
  const { plan, map, rowsDone, stopAsked } = input;
  const decoder = plan.decoder();
  const outbox = createOutbox(input);
  const isDue = createPace(input.speed);
  let rows = 0;
  for await (const row of readRows(plan.form, plan.header, map)) {
    const decoded = decoder.decode(row);
    rows += 1;
    if (rows <= rowsDone) continue;
    const readings = isCsvProblem(decoded) ? [] : decoded;
    for (let wait = isDue(readings); wait > 0 && !stopAsked(); wait = isDue(readings)) {
      await outbox.flush();
      await delay(Math.min(wait, LONGEST_WAIT_MS));
    }
    if (stopAsked()) break;
    await outbox.put(rows, readings);
  }
  await outbox.flush();
  return outbox.settled();
}

interface Outbox {
  put(row: number, readings: readonly CsvReading[]): Promise<void>;
  /** Send what was gathered; waits while too many chunks are under way. */
  flush(): Promise<void>;
  settled(): Promise<number>;
}

function createOutbox({ client, onAcknowledged }: SendInput): Outbox {
  let gathered = new Map<string, CsvReading[]>();
  let count = 0;
  let fullest = 0;
  let lastRow = 0;
  let acknowledged = 0;
  /** Each ends when its chunk and all before it are acknowledged, so a checkpoint never runs ahead. */
  const underWay: Promise<void>[] = [];
  const flush = async (): Promise<void> => {
    if (lastRow === 0) return;
    const [rows, readings] = [lastRow, count];
    const sent = [...gathered].flatMap(([device, those]) =>
      inMessages(those).map((part) => client.publish(`readings/${device}`, encodeDevice(device, part))),
    );
    gathered = new Map();
    [count, fullest, lastRow] = [0, 0, 0];
    const before = underWay.at(-1);
    const chunk = Promise.all([before, ...sent]).then(() => {
      acknowledged += readings;
      return onAcknowledged(rows, readings);
    });
    // Whoever waits for it hears of a failure; until then it must not end the process.
    chunk.catch(() => {});
    underWay.push(chunk);
    if (underWay.length > CHUNKS_IN_FLIGHT) await underWay.shift();
  };
  return {
    flush,
    async put(row, readings) {
      lastRow = row;
      for (const reading of readings) {
        const those = gathered.get(reading.device) ?? [];
        if (those.length === 0) gathered.set(reading.device, those);
        those.push(reading);
        fullest = Math.max(fullest, those.length);
      }
      count += readings.length;
      if (count >= CHUNK_READINGS || fullest >= MESSAGE_READINGS) await flush();
    },
    async settled() {
      await Promise.all(underWay);
      return acknowledged;
    },
  };
}

function inMessages(readings: readonly CsvReading[]): readonly (readonly CsvReading[])[] {
  const messages = [];
  for (let from = 0; from < readings.length; from += MESSAGE_READINGS) {
    messages.push(readings.slice(from, from + MESSAGE_READINGS));
  }
  return messages;
}

function encodeDevice(device: string, readings: readonly CsvReading[]): string {
  return encodeSenml(
    device,
    readings.map(({ series, at, wattHours }) => ({ series, at, value: wattHours })),
  );
}

/** How many real ms until readings are due; the first ones are due at once. A file that goes back in time waits for nothing. */
function createPace(speed: number | undefined): (readings: readonly CsvReading[]) => number {
  let began: { readonly at: number; readonly real: number } | undefined;
  return ([first]) => {
    if (speed === undefined || first === undefined) return 0;
    began ??= { at: first.at, real: performance.now() };
    return (first.at - began.at) / speed - (performance.now() - began.real);
  };
}
