import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256Hex } from "../../hub/canonical-json.ts";
import type { ColumnSalts } from "../../hub/ledger/column-salts.ts";
import type { Community } from "../../hub/members/community.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { createSettlement } from "../../hub/settlement/settlement.ts";
import { createStatements } from "../../hub/statement/statements.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { addDays, rangeOfLocalDay } from "../../hub/time-zone.ts";
import { DAY, EpochMs, MINUTE, Ms } from "../../hub/units.ts";

export const ZONE = "Europe/Vienna";
const QUARTER_MS = 15 * MINUTE;

export const community: Community = {
  name: "Mühlgasse & Señora",
  time_zone: ZONE,
  interval_minutes: 15,
  members: [{ id: "ann" }, { id: "ben" }, { id: "cem" }],
  metering_points: [
    { id: "roof", role: "generation", series: "roof/active_energy_export", rated_kw: 10 },
    { id: "ann", role: "consumption", member: "ann", series: "ann/active_energy_import" },
    { id: "ben", role: "consumption", member: "ben", series: "ben/active_energy_import" },
    { id: "cem", role: "consumption", member: "cem", series: "cem/active_energy_import" },
  ],
  policy: { name: "by consumption", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" },
};

/** Any checkpoint will do: a statement carries it and does not look into it. */
export const CHECKPOINT = [
  "millrace.example/muehlgasse",
  "33",
  "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
  "",
  "— millrace.example/muehlgasse Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=",
  "",
].join("\n");

/** From the last day of September, so that October has something before it, to the first of November. */
const FIRST = "2026-09-30";
const LAST = "2026-11-01";
export const DAY_OF_GAP = "2026-10-10";
export const DAY_OF_RESET = "2026-10-20";

/** Wh in a quarter of an hour; uneven on purpose, so that shares have remainders. */
const energies: Readonly<Record<string, (quarter: number, day: number) => number>> = {
  "roof/active_energy_export": (quarter, day) => {
    const sun = Math.max(0, 22 - Math.abs((quarter % 96) - 50));
    return sun === 0 ? 0 : (sun * (11 + (day % 7)) * 1_001) / 1_000;
  },
  "ann/active_energy_import": (quarter) => 41 + ((quarter * 7) % 90) / 10,
  "ben/active_energy_import": (quarter, day) =>
    (quarter % 96 > 68 ? 210 : 35 + ((quarter * 7) % 13) * 4) + (day % 5) * 3.3,
  "cem/active_energy_import": (quarter) => ((quarter * 13) % 30) * 2.5,
};

/** A register every quarter of an hour, as a device shows it: whole mWh. */
function registersOf(series: string): readonly Reading[] {
  const { from } = rangeOfLocalDay(ZONE, FIRST);
  const { to } = rangeOfLocalDay(ZONE, LAST);
  const energy = energies[series] ?? (() => 0);
  let register_mwh = 5_000_000;
  return Array.from({ length: (to - from) / QUARTER_MS + 1 }, (_, index) => {
    const at = EpochMs(from + index * QUARTER_MS);
    if (index > 0) register_mwh += Math.round(energy(index - 1, Math.floor((index - 1) / 96)) * 1_000);
    return { series: SeriesKey(series), at, stampedBy: "device", outcome: "value", value: register_mwh / 1_000 };
  });
}

/** What a settlement by hand says for itself. */
export const BY_HAND = { by: "dora", reason: "ben's meter was read out by hand; “gap” closed" };

/**
 * The books of three members and a roof, made by the real settlement from readings:
 * 31 days by schedule, each at a quarter past midnight of the next; on the 10th ben's readings of three hours are
 * missing and come two days later, so the 10th is corrected on the 12th; on the 20th the roof's register falls at 11:00,
 * which nobody decides, so one interval is held; the 25th has 25 hours; and on 2 November the 30th is corrected, which
 * counts in November.
 */
export async function openOctober() {
  const stores = await openStores(mkdtempSync(join(tmpdir(), "millrace-october-")), { windowMs: 0 });
  const time = { now: EpochMs(0) };
  // Salts are random in the hub; here they are the same every time, because golden files show the digests.
  const columnSalts: ColumnSalts = {
    ...stores.columnSalts,
    saltsFor: async ({ day, version }, members) =>
      new Map(members.map((member) => [member, Buffer.from(sha256Hex(`${day} ${version} ${member}`), "hex")])),
  };
  const settlement = createSettlement({ ...stores, columnSalts, clock: () => time.now, grace: Ms(10 * MINUTE) });
  await stores.communities.adopt(community, 1);
  const midnight = (day: string) => rangeOfLocalDay(ZONE, day).from;
  const settle = async (day: string, now: number, settledBy?: typeof BY_HAND) => {
    time.now = EpochMs(now);
    return settlement.settle(rangeOfLocalDay(ZONE, day), undefined, settledBy);
  };

  const gap = { from: midnight(DAY_OF_GAP) + 9 * 4 * QUARTER_MS, to: midnight(DAY_OF_GAP) + 12 * 4 * QUARTER_MS };
  const secondGap = { from: midnight("2026-10-30") + 28 * QUARTER_MS, to: midnight("2026-10-30") + 40 * QUARTER_MS };
  const reset = midnight(DAY_OF_RESET) + 11 * 4 * QUARTER_MS;
  const isLate = ({ series, at }: Reading) =>
    series.startsWith("ben/") && [gap, secondGap].some(({ from, to }) => at > from && at < to);
  const readings = Object.keys(energies)
    .flatMap(registersOf)
    .map((reading) => {
      const isReset = reading.series.startsWith("roof/") && reading.at >= reset;
      return isReset ? { ...reading, value: (reading.value ?? 0) - 5_000 } : reading;
    });
  await stores.series.append(readings.filter((reading) => !isLate(reading)));
  for (let day = FIRST; day < LAST; day = addDays(day, 1)) {
    await settle(day, midnight(addDays(day, 1)) + QUARTER_MS);
    if (day !== "2026-10-11") continue;
    await stores.series.append(readings.filter((reading) => isLate(reading) && reading.at < gap.to));
    await settle(DAY_OF_GAP, midnight("2026-10-12") + 10 * 4 * QUARTER_MS, BY_HAND);
  }
  await stores.series.append(readings.filter(isLate));
  await settle("2026-10-30", midnight("2026-11-02") + DAY / 2);
  const statements = createStatements({ ...stores, settlement, checkpoint: async () => CHECKPOINT });
  return { stores, settlement, statements, time, [Symbol.asyncDispose]: () => stores.close() };
}

export const OCTOBER = { first: "2026-10-01", last: "2026-10-31" };
