import { HubError } from "../errors.ts";
import type { CommunityStore } from "../members/community.ts";
import type { Settlement } from "../settlement/settlement.ts";
import { frozenContext } from "../settlement/share-by-plan.ts";
import { localDayOf } from "../time-zone.ts";
import type { EpochMs } from "../units.ts";
import { explainInterval, type IntervalExplanation } from "./explain-interval.ts";

/** Explains any cell on demand, from what it was booked with, or from the readings while it is not booked. */
export interface Explanations {
  /** @throws HubError COMMUNITY_MISSING; NOT_FOUND for a member the community did not have that day */
  ofInterval(member: string, at: EpochMs): Promise<IntervalExplanation>;
}

export function createExplanations(ports: {
  readonly settlement: Settlement;
  readonly communities: CommunityStore;
}): Explanations {
  const { settlement, communities } = ports;
  return {
    async ofInterval(member, at) {
      const current = await communities.current();
      const { cells, entry, run } = await settlement.day(localDayOf(current?.community.time_zone ?? "UTC", at));
      const adopted = await communities.byVersion(cells.community_version);
      if (adopted === undefined || !cells.members.some((column) => column.member === member)) {
        throw new HubError("NOT_FOUND", `${member} is not a member of the community on ${cells.day}`, {
          remedy: "See /api/community for the members.",
        });
      }
      return explainInterval({
        cells,
        adopted,
        member,
        entry: entry?.id ?? null,
        run,
        readings: await settlement.readings(cells.day, adopted),
        context: frozenContext(await settlement.contextOf(cells.day, adopted.community), cells),
        index: Math.floor((at - cells.from_ms) / cells.interval_ms),
      });
    },
  };
}
