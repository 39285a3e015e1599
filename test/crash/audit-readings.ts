import type { SeriesKey } from "../../hub/reading.ts";
import type { SentList, SentMessage } from "./sent-list.ts";

/** What a store says it holds: every reading of every series, by time. */
export type StoredReadings = readonly {
  readonly series: SeriesKey;
  /** How many the store's own catalogue counts. */
  readonly counted: number;
  readonly readings: Iterable<{ readonly at: number; readonly value: number | null }>;
}[];

export interface Finding {
  /**
   * missing: acknowledged and not there · altered: there with another value · doubled: twice there ·
   * partial: some readings of a message without the others · stranger: there and never sent ·
   * miscounted: the catalogue counts other than what is there · unmarked: late, and no mark says so
   */
  readonly fault: "missing" | "altered" | "doubled" | "partial" | "stranger" | "miscounted" | "unmarked";
  readonly about: string;
}

export interface AuditResult {
  readonly readings: number;
  /** Messages whose acknowledgement the store owes. */
  readonly owed: number;
  readonly findings: readonly Finding[];
}

/**
 * Hold what a store has against what was sent and acknowledged. Pure.
 * @param untilNs only acknowledgements up to this moment of CLOCK_MONOTONIC are owed; left out, all are
 */
export function auditReadings(list: SentList, stored: StoredReadings, untilNs?: bigint): AuditResult {
  const findings: Finding[] = [];
  const found = new Map<SentMessage, number>();
  let readings = 0;
  for (const { series, counted, readings: those } of stored) {
    let before: number | undefined;
    let held = 0;
    for (const { at, value } of those) {
      held += 1;
      if (at === before) findings.push({ fault: "doubled", about: `${series} at ${at}` });
      before = at;
      const expected = list.expected(series, at);
      if (expected === undefined) {
        findings.push({ fault: "stranger", about: `${series} at ${at}: ${value}` });
        continue;
      }
      if (!Object.is(value, expected.value)) {
        findings.push({ fault: "altered", about: `${series} at ${at}: ${value}, sent was ${expected.value}` });
      }
      found.set(expected.message, (found.get(expected.message) ?? 0) + 1);
    }
    if (held !== counted) findings.push({ fault: "miscounted", about: `${series}: ${counted}, ${held} are there` });
    readings += held;
  }
  let owed = 0;
  for (const message of list.messages) {
    const there = found.get(message) ?? 0;
    const about = `message ${message.id} of ${message.device}: ${there} of ${message.readings.length} readings`;
    const acknowledgedAt = list.acknowledgedAt(message.id);
    const isOwed = acknowledgedAt !== undefined && (untilNs === undefined || acknowledgedAt <= untilNs);
    if (isOwed) owed += 1;
    if (isOwed && there === 0) findings.push({ fault: "missing", about });
    if (there > 0 && there < message.readings.length) findings.push({ fault: "partial", about });
  }
  return { readings, owed, findings };
}
