import type { Log } from "../log.ts";
import { hubActor } from "../members/actor.ts";
import type { Community, CommunityStore } from "../members/community.ts";
import { type Clock, type EpochMs, HOUR } from "../units.ts";
import { accounts } from "./account.ts";
import { lapseCredit } from "./lapse-credit.ts";
import type { Ledger } from "./ledger.ts";
import { communityUnit, MWH } from "./ledger-unit.ts";

/** Credit lapses with its month and holds say their own end; an hour late changes no balance that anybody is shown. */
const ROUND_EVERY_MS = HOUR;

/**
 * The units that a community's document declares, in the books.
 * @throws HubError UNIT_CONFLICT when a unit of that name has another scale already; then nothing was declared after it
 */
export async function declareUnits(ledger: Ledger, { ledger: policy }: Community, at: EpochMs): Promise<void> {
  for (const { name, decimals } of policy?.units ?? [])
    await ledger.declareUnit(communityUnit(name, decimals), { by: hubActor, at });
}

/** One round: holds whose time is over end, and credit whose last month has passed goes to the fund, which is everybody's. */
export async function tendCredit(
  ledger: Ledger,
  community: Community | undefined,
  now: EpochMs,
): Promise<{ readonly expired: number; readonly lapsed: number }> {
  const expired = await ledger.expireHolds(now);
  const credit = community?.policy.credit;
  if (community === undefined || credit === undefined) return { expired, lapsed: 0 };
  const rule = { unit: MWH.name, credit, zone: community.time_zone, to: accounts.fund };
  return { expired, lapsed: await lapseCredit(ledger, rule, now) };
}

/** Tend credit now and every hour. @returns to stop it; resolves when nothing is being booked any more */
export function keepCredit(options: {
  readonly ledger: Ledger;
  readonly communities: CommunityStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Why nothing may lapse at the moment: a clock that may be years ahead would end every hold. */
  readonly waitsFor?: (() => string | undefined) | undefined;
}): () => Promise<void> {
  const { ledger, communities, clock, log, waitsFor } = options;
  let turn = Promise.resolve();
  const round = async (): Promise<void> => {
    if (waitsFor?.() !== undefined) return;
    const done = await tendCredit(ledger, (await communities.current())?.community, clock());
    if (done.expired + done.lapsed > 0) log.info(done, "holds ended or credit lapsed");
  };
  const tend = (): void => {
    turn = turn
      .then(round)
      .catch((cause: unknown) => log.error({ cause: String(cause) }, "credit could not be tended"));
  };
  const timer = setInterval(tend, ROUND_EVERY_MS);
  tend();
  return async () => {
    clearInterval(timer);
    await turn;
  };
}
