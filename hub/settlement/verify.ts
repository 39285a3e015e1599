import type { ColumnSalts } from "../ledger/column-salts.ts";
import { checkEntry, digestOfEntry, type Entry } from "../ledger/entry.ts";
import type { BookedEntry, EntryStore } from "../ledger/entry-store.ts";
import type { CommunityStore } from "../members/community.ts";
import { isLocalDay, type LocalDay } from "../time-zone.ts";
import { type CellStore, type DayCells, digestOfCells } from "./day-cells.ts";
import { hasMonthlyQuota } from "./day-context.ts";
import { entryOfDay } from "./entry-of-day.ts";
import { pointWithLostReadings } from "./lost-readings.ts";
import { columnsDifference } from "./prove-columns.ts";
import type { Run, RunState } from "./run.ts";
import type { Settlement } from "./settlement.ts";
import { frozenContext } from "./share-by-plan.ts";
import { shareDay } from "./share-day.ts";

/** What does not agree, in words that name the place. */
export interface Difference {
  readonly day: LocalDay;
  readonly entry: string;
  readonly what: string;
}

export interface Verification {
  readonly days: number;
  readonly entries: number;
  readonly postings: number;
  /** Days whose cells were compared with what the raw readings say now; the others' readings were forgotten after they were closed. */
  readonly recomputed_days: number;
  /** The first of them. */
  readonly readings_from: LocalDay | null;
  readonly differences: readonly Difference[];
}

export interface VerifyPorts {
  readonly columnSalts: ColumnSalts;
  readonly entries: EntryStore;
  readonly cells: CellStore;
  readonly communities: CommunityStore;
  readonly settlement: Settlement;
}

/**
 * Check everything that was booked against everything it rests on: each entry against its own digest, its postings
 * against its cells, the cells' shares against the policy, and the newest cells of each day against the raw readings.
 * @param days only these days; all when left out
 * @param onDay told after each day, for a progress bar
 */
export async function verify(
  ports: VerifyPorts,
  options: { readonly days?: readonly LocalDay[]; readonly onDay?: (day: LocalDay) => void } = {},
): Promise<Verification> {
  const differences: Difference[] = [];
  const days = options.days ?? (await ports.entries.days());
  const recomputed: LocalDay[] = [];
  let count = 0;
  let postings = 0;
  for (const day of days) {
    const booked = await ports.entries.ofDay(day);
    count += booked.length;
    postings += booked.reduce((sum, { entry }) => sum + entry.postings.length, 0);
    const verified = await verifyDay(day, booked, ports);
    differences.push(...verified.differences);
    if (verified.hasReadings) recomputed.push(day);
    options.onDay?.(day);
  }
  if (options.days === undefined) differences.push(...(await strayedSalts(ports)));
  const [readings_from = null] = recomputed.sort();
  return {
    days: days.length,
    entries: count,
    postings,
    recomputed_days: recomputed.length,
    readings_from,
    differences,
  };
}

/** Salts that stand where no column is: only a day that is just being booked may have some before its leaves. */
async function strayedSalts({ columnSalts, entries }: VerifyPorts): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const { day, version } of await columnSalts.withoutLeaves()) {
    const booked = isLocalDay(day) ? (await entries.ofDay(day)).length : 0;
    if (isLocalDay(day) && version <= booked + 1) continue;
    differences.push({
      day,
      entry: `${day}.${version}`,
      what: "it was never booked, and there are salts for its columns",
    });
  }
  return differences;
}

async function verifyDay(
  day: LocalDay,
  booked: readonly BookedEntry[],
  ports: VerifyPorts,
): Promise<{ readonly differences: readonly Difference[]; readonly hasReadings: boolean }> {
  const differences: Difference[] = [];
  let hasReadings = true;
  for (const [index, { entry, digest }] of booked.entries()) {
    const differ = (what: string) => differences.push({ day, entry: entry.id, what });
    if (digestOfEntry(entry) !== digest)
      differ("the entry is not what was booked: its digest does not match its content");
    try {
      checkEntry(entry);
    } catch (cause) {
      differ(cause instanceof Error ? cause.message : String(cause));
    }
    const cells = await ports.cells.byDigest(entry.cells_sha256);
    if (cells === undefined) {
      differ("its interval cells are missing");
      continue;
    }
    if (digestOfCells(cells) !== entry.cells_sha256) differ("its interval cells are not those it was booked with");
    if (entry.columns_root !== undefined) {
      const place = { version: index + 1, root: entry.columns_root };
      const columns = await columnsDifference(ports.columnSalts, cells, place);
      if (columns !== undefined) differ(columns);
    }
    const before = booked.slice(0, index).map((one) => one.entry);
    const posting = firstPostingDifference(entry, cells, before);
    if (posting !== undefined) differ(posting);
    const adopted = await ports.communities.byVersion(entry.community_version);
    if (adopted === undefined) {
      differ("the community document it was settled by is missing");
      continue;
    }
    // A quota of a month is used up by days that may have been corrected since: only the newest cells are compared by it.
    const isNewest = index === booked.length - 1;
    const context =
      isNewest || cells.quotas === undefined ? await ports.settlement.contextOf(day, adopted.community) : undefined;
    const state = stateOf(await ports.settlement.runs(day), entry);
    const all = booked.map((one) => one.entry);
    const isClosed = state === "closed" || (await ports.settlement.stateNow(day, adopted)) === "closed";
    if (context !== undefined) {
      const anew = shareDay(adopted, day, cells.points, frozenContext(context, cells));
      const share = firstCellDifference(cells, anew);
      // An earlier day of the month may leave more or less of a quota now: what that changes is booked by the same rule as readings.
      const isLeft = state !== "preliminary" && (isClosed || ports.settlement.isImmaterial(anew, all, adopted));
      if (share !== undefined && !(isLeft && hasMonthlyQuota(adopted.community.policy)))
        differ(`by the policy ${share}`);
    }
    if (!isNewest) continue;
    const now = await ports.settlement.recompute(day, adopted, state);
    const measured = firstCellDifference(cells, now);
    if (measured === undefined) continue;
    // What was forgotten after the day was closed is checked by the frozen intervals alone; before, it is a difference.
    hasReadings = !(isClosed && pointWithLostReadings(cells, now) !== undefined);
    if (!hasReadings) continue;
    // Once a day is final, too little and too late books nothing: that is the rule, not a fault.
    if (state !== "preliminary" && ports.settlement.isImmaterial(now, all, adopted)) continue;
    if (state === "closed") continue;
    differ(`by the readings ${measured}`);
  }
  return { differences, hasReadings };
}

/** The state an entry's day has: its newest run's, or preliminary for an entry older than runs. */
function stateOf(runs: readonly Run[], entry: Entry): RunState {
  return runs.findLast((run) => run.entry === entry.id)?.state ?? "preliminary";
}

function firstPostingDifference(entry: Entry, cells: DayCells, before: readonly Entry[]): string | undefined {
  const expected = entryOfDay({ cells, cells_sha256: entry.cells_sha256, booked: before, now: entry.booked_ms });
  const amounts = new Map(expected.postings.map(({ account, amount_mwh }) => [account, amount_mwh]));
  for (const { account, amount_mwh } of entry.postings) {
    const right = amounts.get(account) ?? 0;
    if (right !== amount_mwh) return `posting to ${account} is ${amount_mwh} mWh, its cells say ${right} mWh`;
    amounts.delete(account);
  }
  for (const [account, amount] of amounts) return `posting to ${account} is missing, its cells say ${amount} mWh`;
  if (expected.id !== entry.id || expected.corrects !== entry.corrects)
    return "an entry of this day before it is missing";
  return undefined;
}

/** The first interval and column in which the kept cells differ from what they should be, in words. */
function firstCellDifference(kept: DayCells, right: DayCells): string | undefined {
  const alike = right.format === kept.format ? right : { ...right, format: kept.format };
  if (digestOfCells(kept) === digestOfCells(alike)) return undefined;
  for (let index = 0; index < Math.max(kept.state.length, right.state.length); index += 1) {
    const a = columnsAt(kept, index);
    const b = columnsAt(right, index);
    for (const name of new Set([...a.keys(), ...b.keys()])) {
      if (a.get(name) === b.get(name)) continue;
      const at = new Date(kept.from_ms + index * kept.interval_ms).toISOString();
      return `${name} at ${at} is ${b.get(name) ?? "not there"}, booked with ${a.get(name) ?? "nothing"}`;
    }
  }
  return "the day's description differs";
}

/** Inputs first, so that the difference that is named is the cause and not what followed from it. */
function columnsAt(cells: DayCells, index: number): Map<string, string> {
  const columns = new Map<string, string>();
  for (const { point, energy_mwh, quality } of cells.points) {
    columns.set(`energy of ${point}`, `${energy_mwh[index]} mWh (${quality[index]})`);
  }
  for (const { key, pool, members } of cells.coefficients ?? []) {
    for (const { member, share } of members) columns.set(`share of ${member} in ${key} of ${pool}`, `${share[index]}`);
  }
  columns.set("the interval", `${cells.state[index]}`);
  columns.set("generation of the pool", `${cells.pool_mwh[index]} mWh`);
  columns.set("surplus", `${cells.surplus_mwh[index]} mWh`);
  for (const { member, allotted_mwh, consumption_mwh, own_mwh, beyond_mwh } of cells.members) {
    columns.set(`consumption of ${member}`, `${consumption_mwh[index]} mWh`);
    columns.set(`share of ${member}`, `${allotted_mwh[index]} mWh`);
    if (own_mwh !== undefined) columns.set(`own use of ${member}`, `${own_mwh[index]} mWh`);
    if (beyond_mwh !== undefined) columns.set(`what ${member} was given beyond use`, `${beyond_mwh[index]} mWh`);
  }
  for (const { point, ...parts } of cells.plants ?? []) {
    for (const [part, column] of Object.entries(parts)) columns.set(`${part} of ${point}`, `${column[index]} mWh`);
  }
  return columns;
}
