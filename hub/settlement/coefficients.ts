import { type NeededCoefficients, neededCoefficients } from "../allocation/needed-coefficients.ts";
import type { SharingPlan } from "../allocation/plan-sharing.ts";
import type { Coefficients } from "../allocation/run-tiers.ts";
import { coefficientSeries } from "../members/coefficient-series.ts";
import type { Reading, SeriesKey } from "../reading.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import { EpochMs, HOUR, type Ms, shiftDecimal } from "../units.ts";

/**
 * Shares that somebody outside names, as they were in force in each interval of a day: frozen with the cells, so that a day
 * can be checked when the readings behind them are gone.
 */
export interface CoefficientColumn {
  readonly key: string;
  readonly pool: string;
  /** When the set in force was named for; null where none is in force. One value an interval, as in every column. */
  readonly named_ms: readonly (number | null)[];
  /** In member-id order; exact texts such as `0.333334`, null where the set in force has none for the member. */
  readonly members: readonly { readonly member: string; readonly share: readonly (string | null)[] }[];
}

/** Why an interval cannot be shared by the coefficients it has. */
export type CoefficientFault =
  | { readonly fault: "missing"; readonly members: readonly string[] }
  | { readonly fault: "above_one" };

/** A set is in force until the next one, but no longer than this: schemes name them by the hour or more often. */
export const IN_FORCE_FOR: Ms = HOUR;

/** Decimal places of a share that count: what lies beyond is cut, so that no sum passes 1 by a float's last digit. */
const PLACES = 12;
const ONE = 10 ** PLACES;

/** Series that a plan's coefficients are read from. */
export function coefficientSeriesOf(plan: SharingPlan): readonly SeriesKey[] {
  return neededCoefficients(plan).flatMap(({ key, pool, members }) =>
    members.map((member) => coefficientSeries(key, pool, member)),
  );
}

/**
 * Read what a day needs.
 * @param day    [from, to)
 * @param length of an interval
 */
export async function readCoefficients(
  store: Pick<SeriesStore, "range">,
  plan: SharingPlan,
  day: TimeRange,
  length: Ms,
): Promise<readonly CoefficientColumn[]> {
  const around = { from: EpochMs(day.from - IN_FORCE_FOR), to: day.to };
  const starts = Array.from({ length: Math.ceil((day.to - day.from) / length) }, (_, index) =>
    EpochMs(day.from + index * length),
  );
  return Promise.all(
    neededCoefficients(plan).map(async (needed) => {
      const { key, pool, members } = needed;
      const lists = await Promise.all(
        members.map((member) => store.range(coefficientSeries(key, pool, member), around)),
      );
      return inForce(needed, lists, starts);
    }),
  );
}

/** Which set is in force at each start. Pure. @param lists readings of each member, by time */
export function inForce(
  { key, pool, members }: NeededCoefficients,
  lists: readonly (readonly Reading[])[],
  starts: readonly EpochMs[],
): CoefficientColumn {
  const shares = lists.map((readings) => new Map(readings.filter(isNamed).map((one) => [one.at as number, one.value])));
  const named = [...new Set(shares.flatMap((share) => [...share.keys()]))].sort((a, b) => a - b);
  const named_ms = starts.map((start) => {
    const newest = named.findLast((at) => at <= start);
    return newest === undefined || start - newest >= IN_FORCE_FOR ? null : newest;
  });
  return {
    key,
    pool,
    named_ms,
    members: members.map((member, at) => ({
      member,
      share: named_ms.map((moment) => textOfShare(moment === null ? null : (shares[at]?.get(moment) ?? null))),
    })),
  };
}

/** What is wrong with a set in one interval; undefined when it can be shared by. Pure. */
export function faultOfCoefficients({ members }: CoefficientColumn, index: number): CoefficientFault | undefined {
  const missing = members.filter(({ share }) => (share[index] ?? null) === null);
  if (missing.length > 0) return { fault: "missing", members: missing.map(({ member }) => member) };
  const sum = members.reduce((all, { share }) => all + unitsOf(share[index] ?? "0"), 0n);
  return sum > BigInt(ONE) ? { fault: "above_one" } : undefined;
}

/** The sets of one interval as the tiers want them; a faulty one gives nothing to anybody. Pure. */
export function coefficientsAt(columns: readonly CoefficientColumn[], index: number): Coefficients {
  const keys: Record<string, Record<string, Record<string, string>>> = {};
  for (const column of columns) {
    const { key, pool, members } = column;
    const isSound = faultOfCoefficients(column, index) === undefined;
    keys[key] ??= {};
    keys[key][pool] = Object.fromEntries(
      members.map(({ member, share }) => [member, (isSound ? share[index] : undefined) ?? "0"]),
    );
  }
  return keys;
}

/** A moment that is in doubt names nothing, and neither does a share below 0 or above 1. */
function isNamed({ outcome, value, isClockUnsure }: Reading): boolean {
  return outcome === "value" && value !== null && value >= 0 && value <= 1 && isClockUnsure !== true;
}

function textOfShare(value: number | null): string | null {
  if (value === null) return null;
  const units = Math.floor(shiftDecimal(value, PLACES));
  const decimals = String(units % ONE)
    .padStart(PLACES, "0")
    .replace(/0+$/, "");
  return decimals === "" ? String(Math.floor(units / ONE)) : `${Math.floor(units / ONE)}.${decimals}`;
}

function unitsOf(share: string): bigint {
  const [whole = "0", decimals = ""] = share.split(".");
  return BigInt(whole + decimals.padEnd(PLACES, "0"));
}
