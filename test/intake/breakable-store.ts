import { HubError } from "../../hub/errors.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";

/** A store that can be made to fail or to stand still. */
export function breakable() {
  const fault = { kind: "none" as "none" | "full" | "stuck", asked: 0 };
  let freed: (() => void)[] = [];
  const wrap = (store: SeriesStore): SeriesStore => ({
    ...store,
    async append(readings, delivery) {
      fault.asked += 1;
      if (fault.kind === "full") {
        throw new HubError("STORE_FAILED", "disk is full", { remedy: "Free space.", retryable: true });
      }
      if (fault.kind === "stuck") await new Promise<void>((resolve) => freed.push(resolve));
      return store.append(readings, delivery);
    },
  });
  const mend = () => {
    fault.kind = "none";
    for (const go of freed) go();
    freed = [];
  };
  return { fault, wrap, mend };
}
