import type { Policy } from "../allocation/policy.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { EntryStore } from "../ledger/entry-store.ts";
import type { Community, CommunityStore } from "../members/community.ts";
import type { SeriesStore } from "../series/series-store.ts";
import { addDays, type LocalDay, rangeOfLocalDay } from "../time-zone.ts";
import { MINUTE, Ms } from "../units.ts";
import { readCoefficients } from "./coefficients.ts";
import type { CellStore, QuotaColumn } from "./day-cells.ts";
import { isPlainPolicy, planOf, type SharingContext } from "./share-by-plan.ts";

/** What the rules of a day need beside its energies, as the earlier days of its month stand and readings say now. */
export function dayContext(ports: {
  readonly series: Pick<SeriesStore, "range">;
  readonly entries: Pick<EntryStore, "ofDay">;
  readonly cells: Pick<CellStore, "byDigest">;
  readonly communities: Pick<CommunityStore, "byVersion">;
}): (day: LocalDay, community: Community) => Promise<SharingContext> {
  const { series, entries, cells: cellStore, communities } = ports;
  const contextOf = async (day: LocalDay, community: Community): Promise<SharingContext> => {
    if (isPlainPolicy(community.policy)) return {};
    const range = rangeOfLocalDay(community.time_zone, day);
    const length = Ms(community.interval_minutes * MINUTE);
    const coefficients = await readCoefficients(series, planOf(community), range, length);
    return { ...(await quotasBefore(day, community)), ...(coefficients.length > 0 && { coefficients }) };
  };

  /** What a quota of a month was used for on the earlier days of that month, as they stand. */
  const quotasBefore = async (day: LocalDay, { policy }: Community): Promise<SharingContext> => {
    const isMonthly = policy.tiers.map(({ cap }) => cap?.kind === "demand_and_quota" && cap.per === "month");
    if (!hasMonthlyQuota(policy)) return {};
    const before: QuotaColumn[] = policy.tiers.map(() => []);
    for (let earlier = `${day.slice(0, 7)}-01`; earlier < day; earlier = addDays(earlier, 1)) {
      const entry = (await entries.ofDay(earlier)).at(-1)?.entry;
      const cells = entry === undefined ? undefined : await cellStore.byDigest(entry.cells_sha256);
      if (cells?.quotas === undefined) continue;
      const then = (await communities.byVersion(cells.community_version))?.community.policy.tiers ?? [];
      for (const [tier, column] of cells.quotas.entries()) {
        // Another rule's quota is another quota.
        const isSame =
          isMonthly[tier] === true && canonicalJson(then[tier] ?? null) === canonicalJson(policy.tiers[tier]);
        if (column !== null && isSame) before[tier] = addQuotas(before[tier] ?? [], column);
      }
    }
    return { quotaBefore: before.map((column, tier) => (isMonthly[tier] === true ? column : undefined)) };
  };

  return contextOf;
}

/** True where a day hangs on the earlier days of its month: what they took of a quota is gone. */
export function hasMonthlyQuota({ tiers }: Policy): boolean {
  return tiers.some(({ cap }) => cap?.kind === "demand_and_quota" && cap.per === "month");
}

function addQuotas(before: QuotaColumn, column: QuotaColumn): QuotaColumn {
  const taken = new Map(before.map(({ member, taken_mwh }) => [member, taken_mwh]));
  for (const { member, taken_mwh } of column) taken.set(member, (taken.get(member) ?? 0) + taken_mwh);
  return [...taken].map(([member, taken_mwh]) => ({ member, taken_mwh }));
}
