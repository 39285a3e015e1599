import { type NeededCoefficients, neededCoefficients } from "../allocation/needed-coefficients.ts";
import { HubError } from "../errors.ts";
import { coefficientSeries } from "../members/coefficient-series.ts";
import type { Community, CommunityStore } from "../members/community.ts";
import { remedyForUnknown } from "../nearest-word.ts";
import type { Reading } from "../reading.ts";
import type { Correction, CorrectionLog } from "../series/corrections.ts";
import type { SeriesStore } from "../series/series-store.ts";
import { type Clock, EpochMs, MINUTE } from "../units.ts";
import { planOf } from "./share-by-plan.ts";

/** Shares of all members from one moment on, by member, as exact decimals such as `0.333334`. */
export interface NamedSet {
  readonly from_ms: EpochMs;
  readonly shares: Readonly<Record<string, string>>;
}

export interface NamedCoefficients {
  readonly key: string;
  readonly pool: string;
  readonly sets: readonly NamedSet[];
  /** Who names them, as a pseudonym, and why, for shares that are named otherwise than before. */
  readonly by: string;
  readonly reason: string;
}

/** Shares that are new, that stand already, and that stood otherwise and are corrected now. */
export interface NamingReport {
  readonly named: number;
  readonly unchanged: number;
  readonly corrected: number;
}

export interface NamingPorts {
  /** Read through its corrections. */
  readonly series: Pick<SeriesStore, "range" | "append">;
  readonly corrections: Pick<CorrectionLog, "add">;
  readonly communities: CommunityStore;
  readonly clock: Clock;
}

/** As an exact decimal of at most 12 places; a fraction such as 1/3 has none. */
const DECIMAL = /^(0|1)(\.\d{1,12})?$/;
const ONE = 10n ** 12n;

/**
 * Take in the shares that an operator or the community's own office names, all of them or none: whatever is wrong with any
 * set is said before anything is kept. Sent again they change nothing; what stands otherwise is corrected, and stays.
 * @throws HubError COEFFICIENTS_INVALID; COMMUNITY_MISSING
 */
export async function nameCoefficients(ports: NamingPorts, named: NamedCoefficients): Promise<NamingReport> {
  const { series, corrections, communities, clock } = ports;
  const { key, pool, sets, by, reason } = named;
  const adopted = await communities.current();
  if (adopted === undefined) {
    throw new HubError("COMMUNITY_MISSING", "no community is described, so nobody has a share", {
      remedy: "Describe members, metering points and the policy under `community:` in millrace.yaml, then start again.",
    });
  }
  const { members } = checkSets({ key, pool, sets }, adopted.community);
  const moments = sets.map(({ from_ms }) => from_ms);
  const range = { from: EpochMs(Math.min(...moments)), to: EpochMs(Math.max(...moments) + 1) };
  const readings: Reading[] = [];
  const changes: Correction[] = [];
  let unchanged = 0;
  for (const member of members) {
    const of = coefficientSeries(key, pool, member);
    const standing = new Map((await series.range(of, range, Number.MAX_SAFE_INTEGER)).map((one) => [one.at, one]));
    for (const { from_ms: at, shares } of sets) {
      const value = Number(shares[member]);
      const known = standing.get(at);
      if (known === undefined) readings.push({ series: of, at, stampedBy: "device", outcome: "value", value });
      else if (known.outcome === "value" && known.value === value) unchanged += 1;
      else {
        const change = { kind: "substitute", value } as const;
        changes.push({
          ...{ series: of, range: { from: at, to: EpochMs(at + 1) }, change },
          ...{ author: by, reason, made_ms: clock() },
        });
      }
    }
  }
  const { conflicting } = readings.length === 0 ? { conflicting: 0 } : await series.append(readings);
  // Somebody named the same moments otherwise in between: what stands now is corrected.
  if (conflicting > 0) return nameCoefficients(ports, named);
  if (changes.length > 0) await corrections.add(changes);
  return { named: readings.length, unchanged, corrected: changes.length };
}

/** @throws HubError COEFFICIENTS_INVALID naming the first thing that is wrong */
function checkSets(
  { key, pool, sets }: Pick<NamedCoefficients, "key" | "pool" | "sets">,
  community: Community,
): NeededCoefficients {
  const needed = neededCoefficients(planOf(community));
  const wanted = needed.find((one) => one.key === key && one.pool === pool);
  if (wanted === undefined) {
    const known = needed.map((one) => `${one.key} of pool ${one.pool}`);
    throw invalid(
      `the community's policy shares by no coefficients ${key} of pool ${pool}`,
      known.length === 0 ? "Adopt a policy with weight external first." : `It needs ${known.join(", ")}.`,
    );
  }
  const members = new Set(wanted.members);
  const named = new Set<number>();
  for (const { from_ms, shares } of sets) {
    const at = new Date(from_ms).toISOString();
    if (from_ms % (community.interval_minutes * MINUTE) !== 0)
      throw invalid(`${at} is no beginning of an interval`, `Intervals have ${community.interval_minutes} minutes.`);
    if (named.has(from_ms)) throw invalid(`${at} is named twice`, "Leave one of them out.");
    named.add(from_ms);
    for (const [member, share] of Object.entries(shares)) {
      if (!members.has(member))
        throw invalid(`${member} at ${at} takes no part in pool ${pool}`, remedyForUnknown(member, wanted.members));
      if (!DECIMAL.test(share) || unitsOf(share) > ONE)
        throw invalid(`"${share}" of ${member} at ${at} is no share`, 'Write a decimal from 0 to 1, such as "0.25".');
    }
    const missing = wanted.members.find((member) => !Object.hasOwn(shares, member));
    if (missing !== undefined) throw invalid(`${missing} has no share at ${at}`, 'Name every member; "0" is a share.');
    const sum = Object.values(shares).reduce((all, share) => all + unitsOf(share), 0n);
    if (sum > ONE) throw invalid(`the shares at ${at} sum to more than 1`, "Lower them until they sum to 1 or less.");
  }
  if (sets.length === 0) throw invalid("no set of shares is there", "Name at least one.");
  return wanted;
}

function unitsOf(share: string): bigint {
  const [whole = "0", decimals = ""] = share.split(".");
  return BigInt(whole) * ONE + BigInt(decimals.padEnd(12, "0"));
}

function invalid(what: string, remedy: string): HubError {
  return new HubError("COEFFICIENTS_INVALID", `these coefficients cannot be taken: ${what}`, { remedy });
}
