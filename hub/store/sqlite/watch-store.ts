import { COMMITS_WATCHED, type StoreFigures } from "../../series/series-store.ts";

/** Counts of commits and their durations since the start. */
export function watchStore() {
  let [commits, readings, seconds, seals] = [0, 0, 0, 0];
  const newest: number[] = [];
  return {
    committed(count: number, duration: number): void {
      newest[commits % COMMITS_WATCHED] = duration;
      commits += 1;
      readings += count;
      seconds += duration;
    },
    sealed(): void {
      seals += 1;
    },
    figures: (): Omit<StoreFigures, "head_readings"> => ({
      commits,
      committed_readings: readings,
      commit_seconds: seconds,
      newest_commit_seconds: [...newest],
      seals,
    }),
  };
}
