import { breathe } from "../breathe.ts";
import { HubError } from "../errors.ts";
import type { BookedEntry, EntryStore } from "../ledger/entry-store.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { CommunityStore, CommunityVersion } from "../members/community.ts";
import type { Settlement } from "../settlement/settlement.ts";
import { type Journal, type JournalScope, makeJournal, shownBy } from "./journal.ts";
import { type MemberInterval, memberIntervals } from "./member-intervals.ts";
import type { Period } from "./period.ts";
import { readPeriod } from "./read-books.ts";
import { type MemberEntry, makeStatement, type Statement } from "./statement.ts";

/** Makes statements and journals from the books whenever one is asked for. */
export interface Statements {
  /** @throws HubError COMMUNITY_MISSING; NOT_FOUND for a member the books know nothing of */
  ofMember(member: string, period: Period, detail?: "days" | "intervals"): Promise<Statement>;
  /** @throws HubError COMMUNITY_MISSING; NOT_FOUND for a member or plant the books know nothing of */
  journal(scope: JournalScope, period: Period): Promise<Journal>;
}

export interface StatementPorts {
  readonly entries: Pick<EntryStore, "byId">;
  readonly ledger: Pick<Ledger, "records" | "units">;
  readonly communities: CommunityStore;
  readonly settlement: Pick<Settlement, "cellsOf" | "runs">;
  /** The newest signed checkpoint of the log over the books, where there is one. */
  readonly checkpoint?: (() => Promise<string | undefined>) | undefined;
}

export function createStatements({ entries, ledger, communities, settlement, checkpoint }: StatementPorts): Statements {
  const currentCommunity = async (): Promise<CommunityVersion> => {
    const current = await communities.current();
    if (current !== undefined) return current;
    throw new HubError("COMMUNITY_MISSING", "no community is described, so there is nobody to make a statement for", {
      remedy: "Describe members, metering points and the policy under `community:` in millrace.yaml, then start again.",
    });
  };

  const intervalsOf = async (id: string | null, member: string): Promise<MemberEntry["intervals"]> => {
    const booked = id === null ? undefined : await entries.byId(id);
    const cells = booked === undefined ? undefined : await settlement.cellsOf(booked.entry);
    // One day's cells at a time, and only one column of them: a year of a large community does not fit in memory.
    return cells === undefined ? undefined : (memberIntervals(cells, member) ?? null);
  };

  const memberEntry = async (booked: BookedEntry, member: string): Promise<MemberEntry> => {
    const { entry } = booked;
    const runs = entry.kind === "correction" ? await settlement.runs(entry.day) : [];
    const before: readonly MemberInterval[] | null | undefined = await intervalsOf(entry.corrects, member);
    return {
      ...booked,
      intervals: await intervalsOf(entry.id, member),
      before,
      run: runs.find((run) => run.entry === entry.id),
    };
  };

  const versionsOf = async (booked: readonly BookedEntry[]): Promise<readonly CommunityVersion[]> => {
    const versions = new Set(booked.map(({ entry }) => entry.community_version));
    const adopted = await Promise.all([...versions].map((version) => communities.byVersion(version)));
    return adopted.filter((one) => one !== undefined);
  };

  return {
    async ofMember(member, period, detail = "days") {
      const current = await currentCommunity();
      const { opening, records } = await readPeriod(ledger, current.community.time_zone, period);
      const booked = records.flatMap(({ entry, digest }) => (entry === undefined ? [] : [{ entry, digest }]));
      const adopted = await versionsOf(booked);
      const isMember = [current, ...adopted].some(({ community }) => community.members.some(({ id }) => id === member));
      const isBooked = [...opening.keys()].some(shownBy({ kind: "member", member }));
      if (!isMember && !isBooked) throw unknown("member", member);
      const own: MemberEntry[] = [];
      for (const each of booked) {
        own.push(await memberEntry(each, member));
        // A day of a large community takes ten milliseconds; a year of them would keep readings waiting.
        await breathe();
      }
      return makeStatement({
        ...{ member, period, current, adopted, opening, detail },
        entries: own,
        movements: records.filter(({ movement }) => movement !== undefined),
        units: await ledger.units(),
        checkpoint: await checkpoint?.(),
      });
    },
    async journal(scope, period) {
      const { community } = await currentCommunity();
      const books = await readPeriod(ledger, community.time_zone, period);
      if (scope.kind !== "community") {
        const isNamed =
          scope.kind === "member"
            ? community.members.some(({ id }) => id === scope.member)
            : community.metering_points.some(({ id, role }) => id === scope.plant && role === "generation");
        const accounts = [
          ...books.opening.keys(),
          ...books.records.flatMap(({ postings }) => postings.map(({ account }) => account)),
        ];
        if (!isNamed && !accounts.some(shownBy(scope)))
          throw unknown(scope.kind, scope.kind === "member" ? scope.member : scope.plant);
      }
      return makeJournal({ scope, period, community, units: await ledger.units(), books });
    },
  };
}

function unknown(kind: "member" | "plant", name: string): HubError {
  return new HubError("NOT_FOUND", `there is no ${kind} named ${name}`, {
    remedy: "See /api/community for members and metering points.",
  });
}
