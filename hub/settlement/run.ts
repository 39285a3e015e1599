import { type LocalDay, rangeOfLocalDay, type TimeZone, zoneOffset } from "../time-zone.ts";
import { DAY, EpochMs } from "../units.ts";

/**
 * Where a community day stands (ALLOCATION section 5). `provisional` days are computed and not booked. `preliminary`: booked,
 * late data books differences. `final`: its period is closed, every input measured or accepted. `corrected`: a difference
 * was booked after that. `closed`: nothing is booked by itself any more.
 */
export type RunState = "preliminary" | "final" | "corrected" | "closed";

/** One settlement of one day, append-only: what it rested on and what it booked. */
export interface Run {
  readonly seq: number;
  readonly day: LocalDay;
  readonly state: RunState;
  /** The entry that stands after it; null for a day that had nothing to book. */
  readonly entry: string | null;
  /** The frozen inputs and cells it stands on. */
  readonly cells_sha256: string;
  readonly community_version: string;
  readonly engine: string;
  readonly intervals: RunCounts;
  /** Who had it run, as a pseudonym, or "hub". */
  readonly by: string;
  readonly reason: string;
  readonly made_ms: EpochMs;
}

export interface RunCounts {
  readonly expected: number;
  /** Shared out, every input known by its register. */
  readonly measured: number;
  /** Shared out, some input estimated. */
  readonly substituted: number;
  /** Not shared out, because an input is missing or not accepted. */
  readonly held: number;
  readonly unmeasured: number;
}

/** Where runs are kept, append-only. */
export interface RunLog {
  /** On the disk when it resolves. */
  add(run: Omit<Run, "seq">): Promise<Run>;
  /** Of one day, oldest first. */
  ofDay(day: LocalDay): Promise<readonly Run[]>;
  /** The newest run of every day, by day. */
  newest(): Promise<readonly Run[]>;
}

/** How long a community lets a day be corrected, and by how little it is not bothered. */
export interface RunRules {
  /** Days after the end of the month until its days become final. */
  readonly final_after_days: number;
  /** Months after that in which late data still books a difference. */
  readonly correct_within_months: number;
  /** After a day is final, differences below this in every account are not booked, kWh. */
  readonly materiality_kwh: number;
}

export const defaultRunRules: RunRules = { final_after_days: 5, correct_within_months: 12, materiality_kwh: 0.001 };

/** When the days of a month become final: some days after it is over by the local clock. */
export function finalFrom(zone: TimeZone, day: LocalDay, { final_after_days }: RunRules): EpochMs {
  const [year = 0, month = 0] = day.split("-").map(Number);
  const firstOfNext = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
  return EpochMs(rangeOfLocalDay(zone, firstOfNext).from + final_after_days * DAY);
}

/** When a final day is closed: some months after the run that made it final, by the local calendar. */
export function closedFrom(zone: TimeZone, madeFinal: EpochMs, { correct_within_months }: RunRules): EpochMs {
  const local = new Date(madeFinal + zoneOffset(zone, madeFinal));
  const [year, month, date] = [local.getUTCFullYear(), local.getUTCMonth() + correct_within_months, local.getUTCDate()];
  // The 31st of a month that has 30 days is its last day.
  const lastDate = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = new Date(Date.UTC(year, month, Math.min(date, lastDate))).toISOString().slice(0, 10);
  return rangeOfLocalDay(zone, day).from;
}

/** The state a day's next run has. */
export function nextState(
  zone: TimeZone,
  day: LocalDay,
  at: { readonly now: EpochMs; readonly runs: readonly Run[]; readonly rules: RunRules },
): RunState {
  const { now, runs, rules } = at;
  const final = runs.find(({ state }) => state !== "preliminary");
  if (final === undefined) return now >= finalFrom(zone, day, rules) ? "final" : "preliminary";
  return now >= closedFrom(zone, final.made_ms, rules) ? "closed" : "corrected";
}
