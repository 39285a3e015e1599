import { type DayOutcome, noDays, type Settlement } from "../settlement/settlement.ts";

/** What was settled since the hub started. */
export interface SettlementFigures {
  readonly runs: number;
  readonly failures: number;
  /** Days looked at, by what became of them. */
  readonly days: Readonly<Record<DayOutcome, number>>;
}

/** Counts the runs of settlements; `count` gives the same settlement back, counted. */
export function countSettlements(): {
  count(settlement: Settlement): Settlement;
  figures(): SettlementFigures;
} {
  const counts = { runs: 0, failures: 0 };
  const days = noDays();
  return {
    figures: () => ({ ...counts, days: { ...days } }),
    count: (settlement) => ({
      ...settlement,
      async settle(range, onDay, settledBy) {
        try {
          return await settlement.settle(
            range,
            (day, outcome) => {
              days[outcome] += 1;
              onDay?.(day, outcome);
            },
            settledBy,
          );
        } catch (cause) {
          counts.failures += 1;
          throw cause;
        } finally {
          counts.runs += 1;
        }
      },
    }),
  };
}
