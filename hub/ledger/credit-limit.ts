import Type, { type Static } from "typebox";
import { DAY, EpochMs } from "../units.ts";
import { type AccountId, accountParts } from "./account.ts";
import { formatAmount, type LedgerUnit, UNIT_PATTERN } from "./ledger-unit.ts";
import type { RunningTotals } from "./running-totals.ts";

/**
 * How far below zero a member's credit may go: a published formula, as data. Without one nobody goes below zero.
 * It is evaluated from the postings when somebody wants to spend, inside the same write.
 */

const Steps = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
const closed = { additionalProperties: false } as const;

export const CreditLimitSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60, description: "what members know the rule by" }),
    unit: Type.String({ description: "the unit it is for; each unit has one rule at most" }),
    formula: Type.Union([
      Type.Object({ kind: Type.Literal("fixed"), amount: Steps("the same for everybody, in smallest steps") }, closed),
      Type.Object(
        {
          kind: Type.Literal("share_of_sales"),
          numerator: Type.Integer({ minimum: 0, maximum: 1_000, description: "1 of 1/4" }),
          denominator: Type.Integer({ minimum: 1, maximum: 1_000, description: "4 of 1/4" }),
          window_days: Type.Integer({
            minimum: 1,
            maximum: 3_660,
            description: "how far back sales count, such as 365",
          }),
          counts: Type.Union([Type.Literal("trades"), Type.Literal("credits")], {
            description:
              "trades: what other members paid, less what they were paid back, each for itself, so that two who pay each other in turn gain nothing; credits: all that came in",
          }),
          at_least: Steps("for those who have not sold anything yet, in smallest steps"),
          at_most: Steps("whatever was sold, in smallest steps"),
        },
        closed,
      ),
    ]),
  },
  closed,
);
export type CreditLimit = Static<typeof CreditLimitSchema>;

/** What a policy says about the ledger. */
export const LedgerPolicySchema = Type.Object(
  {
    units: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: UNIT_PATTERN, description: "a plain word such as acorn" }),
          decimals: Type.Integer({ minimum: 0, maximum: 6, description: "2: 1250 is shown as 12.50; never changes" }),
        },
        closed,
      ),
      { default: [] },
    ),
    limits: Type.Array(CreditLimitSchema, { default: [] }),
  },
  { ...closed, description: "units of the community, and how far below zero members may go" },
);
export type LedgerPolicy = Static<typeof LedgerPolicySchema>;

/** What is known of an account when its limit is evaluated. */
export interface SalesRecord {
  readonly now: EpochMs;
  readonly totals: RunningTotals;
  totalsAt(at: EpochMs): RunningTotals;
  /** Net amount that came from each other account by payments between two, after a moment. */
  tradesSince(since: EpochMs): ReadonlyMap<AccountId, number>;
}

/** How far an account may go, and the sentence that says why. */
export interface JudgedLimit {
  /** The lowest balance allowed, zero or less, in smallest steps. */
  readonly floor: number;
  readonly words: string;
}

/** What may be spent of an account of this kind, by the rule of its unit. Pure. */
export function judgeLimit(
  account: AccountId,
  unit: LedgerUnit,
  limits: readonly CreditLimit[],
  record: SalesRecord,
): JudgedLimit {
  const rule =
    accountParts(account)?.kind === "memberCredit" ? limits.find((one) => one.unit === unit.name) : undefined;
  if (rule === undefined) return { floor: 0, words: "it has no credit line" };
  const { formula, name } = rule;
  if (formula.kind === "fixed") return { floor: 0 - formula.amount, words: `rule "${name}": the same for everybody` };
  const { numerator, denominator, window_days, counts, at_least, at_most } = formula;
  const since = EpochMs(record.now - window_days * DAY);
  const sold = counts === "trades" ? netSales(record.tradesSince(since)) : creditsSince(record, since);
  const share = Number((BigInt(sold) * BigInt(numerator)) / BigInt(denominator));
  const line = Math.min(Math.max(share, at_least), at_most);
  const from = new Date(since).toISOString().slice(0, 10);
  return {
    floor: 0 - line,
    words: `rule "${name}": ${numerator}/${denominator} of the ${formatAmount(sold, unit)} sold since ${from}, at least ${formatAmount(at_least, unit)} and at most ${formatAmount(at_most, unit)}`,
  };
}

/** Each trading partner counts for what stayed: paying in a circle of two earns no credit. */
function netSales(trades: ReadonlyMap<AccountId, number>): number {
  let sold = 0;
  for (const [account, amount] of trades) {
    if (accountParts(account)?.kind === "memberCredit") sold += Math.max(0, amount);
  }
  return sold;
}

function creditsSince({ totals, totalsAt }: SalesRecord, since: EpochMs): number {
  return totals.posted_in - totalsAt(since).posted_in;
}
