import type { AppendReceipt, SeriesStore } from "../series/series-store.ts";
import { kindOfRefusal, type RefusalKind } from "./refusal-kind.ts";

/** What went into the store since the hub started. */
export interface IntakeFigures extends AppendReceipt {
  /** Appends, one a message that held readings. */
  readonly appends: number;
  /** Appends the store refused; nothing of them was kept. */
  readonly failures: number;
  readonly refusals: Readonly<Partial<Record<RefusalKind, number>>>;
}

/**
 * The same store, with its appends counted and timed.
 * @param held told of each append that was kept: how long it took until it was on the disk, s; an acknowledgement waits as long
 */
export function measureStore(
  store: SeriesStore,
  held: (seconds: number) => void,
): { readonly store: SeriesStore; figures(): IntakeFigures } {
  const figures = { stored: 0, repeated: 0, conflicting: 0, appends: 0, failures: 0 };
  const refusals: Partial<Record<RefusalKind, number>> = {};
  return {
    figures: () => ({ ...figures, refusals }),
    store: {
      ...store,
      async append(readings, delivery) {
        const began = performance.now();
        try {
          const receipt = await store.append(readings, delivery);
          held((performance.now() - began) / 1000);
          figures.appends += 1;
          figures.stored += receipt.stored;
          figures.repeated += receipt.repeated;
          figures.conflicting += receipt.conflicting;
          return receipt;
        } catch (cause) {
          figures.failures += 1;
          throw cause;
        }
      },
      async quarantine(refusal) {
        await store.quarantine(refusal);
        const kind = kindOfRefusal(refusal.reason);
        refusals[kind] = (refusals[kind] ?? 0) + 1;
      },
    },
  };
}
