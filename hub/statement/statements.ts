import { HubError } from "../errors.ts";
import type { AccountId } from "../ledger/account.ts";
import type { BookedEntry, EntryStore } from "../ledger/entry-store.ts";
import type { CommunityStore, CommunityVersion } from "../members/community.ts";
import type { Settlement } from "../settlement/settlement.ts";
import type { TimeZone } from "../time-zone.ts";
import { MilliWattHours } from "../units.ts";
import { type Journal, type JournalScope, makeJournal, shownBy } from "./journal.ts";
import { type MemberInterval, memberIntervals } from "./member-intervals.ts";
import { countedOn, type Period } from "./period.ts";
import { type MemberEntry, makeStatement, type Statement } from "./statement.ts";

/** Makes statements and journals from the books whenever one is asked for. */
export interface Statements {
  /** @throws HubError COMMUNITY_MISSING; NOT_FOUND for a member the books know nothing of */
  ofMember(member: string, period: Period, detail?: "days" | "intervals"): Promise<Statement>;
  /** @throws HubError COMMUNITY_MISSING; NOT_FOUND for a member or plant the books know nothing of */
  journal(scope: JournalScope, period: Period): Promise<Journal>;
}

export interface StatementPorts {
  readonly entries: EntryStore;
  readonly communities: CommunityStore;
  readonly settlement: Pick<Settlement, "cellsOf" | "runs">;
  /** The newest signed checkpoint of the log over the books, where there is one. */
  readonly checkpoint?: (() => Promise<string | undefined>) | undefined;
}

export function createStatements({ entries, communities, settlement, checkpoint }: StatementPorts): Statements {
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
      const { opening, booked } = await readPeriod(entries, current.community.time_zone, period);
      const adopted = await versionsOf(booked);
      const isMember = [current, ...adopted].some(({ community }) => community.members.some(({ id }) => id === member));
      const isBooked = [...opening.keys()].some(shownBy({ kind: "member", member }));
      if (!isMember && !isBooked) throw unknown("member", member);
      const own: MemberEntry[] = [];
      for (const each of booked) own.push(await memberEntry(each, member));
      const note = await checkpoint?.();
      return makeStatement({ member, period, current, adopted, opening, entries: own, detail, checkpoint: note });
    },
    async journal(scope, period) {
      const { community } = await currentCommunity();
      const { opening, booked } = await readPeriod(entries, community.time_zone, period);
      if (scope.kind !== "community") {
        const isNamed =
          scope.kind === "member"
            ? community.members.some(({ id }) => id === scope.member)
            : community.metering_points.some(({ id, role }) => id === scope.plant && role === "generation");
        const accounts = [
          ...opening.keys(),
          ...booked.flatMap(({ entry }) => entry.postings.map(({ account }) => account)),
        ];
        if (!isNamed && !accounts.some(shownBy(scope)))
          throw unknown(scope.kind, scope.kind === "member" ? scope.member : scope.plant);
      }
      return makeJournal({ scope, period, community, opening, booked });
    },
  };
}

/** What stood on every account before a period, and the entries that count in it, in the order they count. */
async function readPeriod(
  entries: EntryStore,
  zone: TimeZone,
  { first, last }: Period,
): Promise<{ readonly opening: ReadonlyMap<AccountId, number>; readonly booked: readonly BookedEntry[] }> {
  const opening = new Map<AccountId, number>();
  const found: (BookedEntry & { readonly on: string })[] = [];
  for (const day of await entries.days()) {
    if (day > last) break;
    for (const booked of await entries.ofDay(day)) {
      const on = countedOn(zone, booked.entry);
      if (on >= first && on <= last) found.push({ ...booked, on });
      if (on >= first) continue;
      for (const { account, amount_mwh } of booked.entry.postings)
        opening.set(account, MilliWattHours((opening.get(account) ?? 0) + amount_mwh));
    }
    // Years of days are read for one statement; the readings that arrive meanwhile are not to wait for it.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const inOrder = found.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  return { opening, booked: inOrder.map(({ on: _on, ...booked }) => booked) };
}

function unknown(kind: "member" | "plant", name: string): HubError {
  return new HubError("NOT_FOUND", `there is no ${kind} named ${name}`, {
    remedy: "See /api/community for members and metering points.",
  });
}
