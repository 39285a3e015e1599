import type { Reading } from "../reading.ts";
import type { SeriesStore } from "./series-store.ts";

/** Told of readings after they are on the disk; it must not throw and must not take long. */
export type AppendListener = (readings: readonly Reading[]) => void;

/** The same store, with listeners that hear of every append once it is durable. */
export function observeAppends<Store extends SeriesStore>(
  store: Store,
): {
  readonly store: Store;
  listen(listener: AppendListener): () => void;
} {
  const listeners = new Set<AppendListener>();
  return {
    store: {
      ...store,
      async append(readings, delivery) {
        const receipt = await store.append(readings, delivery);
        if (receipt.stored > 0) for (const listener of listeners) listener(readings);
        return receipt;
      },
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
