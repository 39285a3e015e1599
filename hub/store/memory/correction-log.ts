import type { CorrectionLog, KeptCorrection } from "../../series/corrections.ts";

/** Corrections in memory, for tests. */
export function memoryCorrectionLog(): CorrectionLog {
  const kept: KeptCorrection[] = [];
  return {
    async add(corrections) {
      for (const correction of corrections) kept.push({ ...correction, version: kept.length + 1 });
    },
    async list() {
      return [...kept];
    },
  };
}
