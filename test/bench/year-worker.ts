import { parentPort, workerData } from "node:worker_threads";
import { encodeChunk } from "../../hub/store/sqlite/chunk-codec.ts";
import { encodeRollup } from "../../hub/store/sqlite/day-rollup.ts";
import { simulateMeter } from "./year-readings.ts";

/** A thread that makes and compresses days of some meters; `makeYear` asks for one day after the other. */

export interface YearWorkerData {
  readonly meters: readonly { readonly index: number; readonly firstDay: number }[];
}

export interface SealedDay {
  readonly device: string;
  readonly quantity: string;
  readonly count: number;
  readonly rollup: Uint8Array;
  readonly body: Uint8Array;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly lastValue: number;
}

const port = parentPort;
if (port === null) throw new Error("year-worker runs only as a worker thread");
const meters = (workerData as YearWorkerData).meters.map(({ index, firstDay }) => {
  return { firstDay, meter: simulateMeter(index) };
});

port.on("message", (day: number) => {
  const sealed = meters
    .filter(({ firstDay }) => firstDay <= day)
    .flatMap(({ meter }) =>
      meter.readDay(day).map(({ quantity, columns }): SealedDay => {
        return {
          device: meter.device,
          quantity,
          count: columns.at.length,
          rollup: encodeRollup(columns),
          body: encodeChunk(columns),
          firstMs: columns.at[0] ?? Number.NaN,
          lastMs: columns.at.at(-1) ?? Number.NaN,
          lastValue: columns.value.at(-1) ?? Number.NaN,
        };
      }),
    );
  port.postMessage(sealed);
});
