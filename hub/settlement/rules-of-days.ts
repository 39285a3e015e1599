import { HubError } from "../errors.ts";
import type { Entry } from "../ledger/entry.ts";
import type { CommunityStore, CommunityVersion } from "../members/community.ts";
import { type LocalDay, rangeOfLocalDay } from "../time-zone.ts";
import type { RunLog } from "./run.ts";

/**
 * The community document that a day goes by. A day that was booked once keeps the one it was booked by. Any other goes by the
 * newest that was adopted before the day was over, so that a new rule does not reach back to days that could not be settled
 * in time. A document that never settled a day was a draft: what replaced it holds for the days before, too.
 * @returns by a day and its newest entry; without a day the current document. It throws HubError COMMUNITY_MISSING
 */
export function rulesOfDays({
  communities,
  runs,
}: {
  readonly communities: CommunityStore;
  readonly runs: Pick<RunLog, "newest">;
}): (day?: LocalDay, booked?: Entry) => Promise<CommunityVersion> {
  const inForceOn = async (day: LocalDay | undefined): Promise<CommunityVersion | undefined> => {
    const current = await communities.current();
    if (current === undefined || day === undefined) return current;
    const { to } = rangeOfLocalDay(current.community.time_zone, day);
    if (current.adopted_ms < to) return current;
    const earlier = (await communities.adoptions()).filter(({ adopted_ms }) => adopted_ms < to);
    if (earlier.length === 0) return current;
    const proven = new Set((await runs.newest()).map(({ community_version }) => community_version));
    const found = earlier.find(({ version }) => proven.has(version));
    return found === undefined ? current : communities.byVersion(found.version);
  };

  return async (day, booked) => {
    const adopted = booked === undefined ? await inForceOn(day) : await communities.byVersion(booked.community_version);
    if (adopted !== undefined) return adopted;
    throw new HubError("COMMUNITY_MISSING", "no community is described, so there is nobody to share with", {
      remedy: "Describe members, metering points and the policy under `community:` in millrace.yaml, then start again.",
    });
  };
}
