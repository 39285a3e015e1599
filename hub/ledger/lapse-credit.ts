import { expireCredit } from "../allocation/credit-lots.ts";
import type { Credit } from "../allocation/policy.ts";
import { sha256Hex } from "../canonical-json.ts";
import type { ErrorCode } from "../errors.ts";
import { hubActor } from "../members/actor.ts";
import type { TimeZone } from "../time-zone.ts";
import { EpochMs } from "../units.ts";
import { type AccountId, accountParts } from "./account.ts";
import { LAPSE_ID, localMonthOf, lotsOfLines } from "./credit-lots-of-account.ts";
import { type AccountBalance, type Ledger, MOST_IN_BATCH, type StatementLine, type UnitAccount } from "./ledger.ts";
import type { UnitName } from "./ledger-unit.ts";
import type { Movement } from "./movement.ts";

/** Lines read at once. */
const PAGE = 1_000;
/** Hexadecimal digits of a hash that make an id: 128 bits. */
const ID_DIGITS = 32;

/** It was spent in between: what is left of it lapses with the next month. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["LIMIT_EXCEEDED", "ENTRY_ID_FAILED"]);

export interface LapseRule {
  readonly unit: UnitName;
  readonly credit: Credit;
  readonly zone: TimeZone;
  /** Where credit goes that nobody used in time: the fund, or the grid. */
  readonly to: AccountId;
}

/**
 * Book what of each member's credit has passed its last month. One booking a member and month, so that running it again
 * books nothing twice. What is held stays until it is free, and lapses with the next month.
 * @returns how many bookings were made
 */
export async function lapseCredit(ledger: Ledger, rule: LapseRule, now: EpochMs): Promise<number> {
  if (rule.credit.expires_after_months === "never") return 0;
  const due: Movement[] = [];
  for (const balance of await ledger.balances(now)) {
    if (balance.unit !== rule.unit || accountParts(balance.account)?.kind !== "memberCredit") continue;
    if (balance.available > 0) due.push(...(await lapsesOf(ledger, balance, rule, now)));
  }
  let made = 0;
  for (let start = 0; start < due.length; start += MOST_IN_BATCH) {
    const batch = due.slice(start, start + MOST_IN_BATCH);
    for (const one of await ledger.append(batch, { now, rules: { limits: [] } })) {
      if (one.outcome === "created") made += 1;
      else if (one.outcome === "refused" && !passing.has(one.refusal.code))
        throw new Error(`credit could not lapse: ${one.refusal.message}`);
    }
  }
  return made;
}

async function lapsesOf(
  ledger: Ledger,
  { account, unit, available }: AccountBalance,
  { credit, zone, to }: LapseRule,
  now: EpochMs,
): Promise<readonly Movement[]> {
  const month = localMonthOf(zone, now);
  const id = `${LAPSE_ID}${sha256Hex(`${account} ${unit} ${month}`).slice(0, ID_DIGITS)}`;
  if ((await ledger.movement(id)) !== undefined) return [];
  const lots = lotsOfLines(await allLines(ledger, { account, unit }), { credit, zone });
  const amount = Math.min(expireCredit(lots, month).amount, available);
  if (amount <= 0) return [];
  const postings = [
    { account, unit, amount: -amount },
    { account: to, unit, amount },
  ];
  return [{ kind: "booking", id, by: hubActor, reason: "lapsed", about: month, postings }];
}

async function allLines(ledger: Ledger, of: UnitAccount): Promise<readonly StatementLine[]> {
  const always = { from: EpochMs(0), to: EpochMs(Number.MAX_SAFE_INTEGER) };
  const lines: StatementLine[] = [];
  for (;;) {
    const page = await ledger.lines(of, always, { limit: PAGE, after: lines.at(-1)?.seq ?? 0 });
    lines.push(...page);
    if (page.length < PAGE) return lines;
  }
}
