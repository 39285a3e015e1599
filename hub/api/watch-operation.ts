import type { ClockTrustState } from "../series/clock-trust.ts";
import type { SeriesStore, WatchedStore } from "../series/series-store.ts";
import type { Settlement } from "../settlement/settlement.ts";
import { readDiskSpace } from "./disk-space.ts";
import { countSettlements } from "./measured-settlement.ts";
import { measureStore } from "./measured-store.ts";
import type { BrokerClientView, BrokerView, Operation } from "./operation.ts";
import { readWrittenBytes, watchWrites } from "./write-history.ts";

export interface WatchedOperation extends Operation {
  /** The store to use, so that what goes through it is counted and timed. */
  readonly series: SeriesStore & WatchedStore;
  /** The settlement to use, so that its runs are counted. */
  countSettlement(settlement: Settlement): Settlement;
  stop(): void;
}

/** Count and time what goes through a hub's store and settlement, and watch what it writes to its disk. */
export function watchOperation(options: {
  readonly folder: string;
  readonly series: SeriesStore & WatchedStore;
  readonly card: Operation["card"];
  /** Undefined until it listens. */
  broker(): BrokerView | undefined;
  /** Undefined for a hub that takes readings from no other broker. */
  brokerClient(): BrokerClientView | undefined;
  /** Undefined for a hub whose clock somebody else vouches for. */
  clockTrust?(): ClockTrustState | undefined;
}): WatchedOperation {
  const { folder, series, card, broker, brokerClient } = options;
  const listeners: ((seconds: number) => void)[] = [];
  const measured = measureStore(series, (seconds) => {
    for (const listener of listeners) listener(seconds);
  });
  const settling = countSettlements();
  const writes = watchWrites(
    () => {
      const bytes = readWrittenBytes();
      const { appends: messages, stored: readings } = measured.figures();
      return bytes === undefined ? undefined : { bytes, commits: series.figures().commits, messages, readings };
    },
    () => performance.now(),
  );
  return {
    series: { ...series, ...measured.store },
    countSettlement: settling.count,
    card,
    intake: measured.figures,
    settled: settling.figures,
    store: () => series.figures(),
    broker,
    brokerClient,
    clockTrust: () => options.clockTrust?.(),
    writtenBytes: readWrittenBytes,
    writes: writes.measured,
    disk: () => readDiskSpace(folder),
    onHeld: (listener) => listeners.push(listener),
    stop: writes.stop,
  };
}
