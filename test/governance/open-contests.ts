import { type ContestPorts, createContests } from "../../hub/governance/contest/contests.ts";
import type { Actor } from "../../hub/members/actor.ts";
import type { Community } from "../../hub/members/community.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import { createSettlement } from "../../hub/settlement/settlement.ts";
import { EpochMs, Ms } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings, wholeDay } from "../settlement/sunny-day.ts";

export const DAY_NAME = "2026-06-13";
export const ENTRY = `${DAY_NAME}.1`;
export const ann: Actor = { name: "ann", role: "member" };
export const ben: Actor = { name: "ben", role: "member" };
export const steward: Actor = { name: "stella", role: "steward" };
export const auditor: Actor = { name: "otto", role: "auditor" };
export const HOUR_MS = 3_600_000;
export const at = (hour: number) => EpochMs(DAY_START + hour * HOUR_MS);
export const ANN_SERIES = SeriesKey("ann/active_energy_import");

const hours = (wh: number) => Array.from({ length: 24 }, () => wh);
/** The roof makes 900 Wh an hour, ann uses 400 and ben 700. */
export const sunnyReadings: readonly Reading[] = [
  ...registerReadings("roof/active_energy_export", hours(900)),
  ...registerReadings("ann/active_energy_import", hours(400)),
  ...registerReadings("ben/active_energy_import", hours(700)),
];

/** Stores read through their corrections, a settled day, and the cases over it; the test sets the clock. */
export async function openContests(
  options: {
    readonly readings?: readonly Reading[];
    readonly adopt?: Community;
    readonly now?: number;
    /** Ports that stand in for the real ones. */
    readonly instead?: (ports: ContestPorts) => Partial<ContestPorts>;
  } = {},
) {
  const open = await openSettlement(options.now ?? DAY_START + 48 * HOUR_MS);
  const { stores, time } = open;
  if (options.adopt !== undefined) await stores.communities.adopt(options.adopt, 2);
  const clock = () => EpochMs(time.now);
  const corrected = await withCorrections(stores.series, stores.corrections);
  const settlement = createSettlement({ ...stores, series: corrected.store, clock, grace: Ms(600_000) });
  const ports = { ...stores, series: corrected.store, corrections: corrected.corrections, settlement, clock };
  const contests = createContests({ ...ports, ...options.instead?.(ports) });
  await stores.series.append(options.readings ?? sunnyReadings);
  await settlement.settle(wholeDay);
  return { ...open, settlement, ports, contests };
}

export const opening = { id: "c-1", entry: ENTRY, member: "ann", reason: "I was away all day" };
export { community };
