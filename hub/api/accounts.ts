import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { AccountId } from "../ledger/account.ts";
import { unknownUnit } from "../ledger/decide-effects.ts";
import type { Ledger, UnitAccount } from "../ledger/ledger.ts";
import type { UnitName } from "../ledger/ledger-unit.ts";
import { toHubError } from "../ledger/refusal.ts";
import { EpochMs } from "../units.ts";
import { AccountName, Unit } from "./movement-view.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Limit, Moment, orNull, Problem } from "./schemas.ts";

const place = { account: Type.String(), unit: Type.String() };
const Steps = Type.Integer({ description: "whole smallest steps of `unit`" });
const amounts = {
  posted: Type.Integer({ description: "booked for good, in whole smallest steps of `unit`" }),
  pending_in: Type.Integer({ description: "held for it by others: not its own yet" }),
  pending_out: Type.Integer({ description: "held of it" }),
  available: Type.Integer({ description: "free without credit: posted less pending_out" }),
};
const BalanceView = Type.Object({ ...place, ...amounts });
const LinesView = Type.Object({
  ...place,
  lines: Type.Array(
    Type.Object({
      entry: Type.String(),
      seq: Type.Integer({ description: "place of the entry in the books, from 1" }),
      at_ms: Moment,
      kind: Type.String({ description: "transfer, settlement, hold ..." }),
      amount: Type.Integer({ description: "zero where only pending amounts changed" }),
      counterparty: orNull(Type.String()),
      ...amounts,
    }),
    { description: "oldest first; balances are those after the line" },
  ),
  next: orNull(Type.Integer({ description: "what `after` says for the next page; null on the last one" })),
});

const ofAccount = { params: Type.Object({ account: AccountName }) };
const replies = <T>(view: T) => ({ 200: view, 422: Problem });
/** Later than any entry: nobody books in the year 275760. */
const END_OF_TIME = 8_640_000_000_000_000;

/** What an account has in a unit, and how it came to it. */
export const accountRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { ledger, ledgerRules, clock }) => {
  app.get(
    "/accounts",
    {
      config: { role: "auditor" },
      schema: {
        description: "every account with an entry, by account, then unit",
        querystring: Type.Object({ unit: Type.Optional(Unit), at_ms: Type.Optional(Moment) }, closed),
        response: replies(Type.Array(BalanceView)),
      },
    },
    async ({ query: { unit, at_ms } }) => {
      if (unit !== undefined) await unitNamed(ledger, unit);
      const all = await ledger.balances(at_ms === undefined ? undefined : EpochMs(at_ms));
      return all.filter((one) => unit === undefined || one.unit === unit);
    },
  );

  app.get(
    "/accounts/:account/balance",
    {
      config: { role: "member" },
      schema: {
        ...ofAccount,
        querystring: Type.Object({ unit: Unit, at_ms: Type.Optional(Moment) }, closed),
        response: replies(Type.Object({ ...BalanceView.properties, at_ms: Moment })),
      },
    },
    async ({ params: { account }, query: { unit, at_ms } }) => {
      const at = EpochMs(at_ms ?? clock());
      return { ...(await ledger.balance(await accountIn(ledger, account, unit), at)), at_ms: at };
    },
  );

  app.get(
    "/accounts/:account/limit",
    {
      config: { role: "member" },
      schema: {
        description: "what may be spent of it now, and by which rule",
        ...ofAccount,
        querystring: Type.Object({ unit: Unit }, closed),
        response: replies(
          Type.Object({
            ...place,
            floor: Type.Integer({ description: "the lowest balance allowed, zero or less" }),
            spendable: Steps,
            words: Type.String({ description: "the rule with its figures" }),
          }),
        ),
      },
    },
    async ({ params: { account }, query: { unit } }) => {
      const of = await accountIn(ledger, account, unit);
      return { ...of, ...(await ledger.limit(of, { now: clock(), rules: await ledgerRules() })) };
    },
  );

  app.get(
    "/accounts/:account/turnover",
    {
      config: { role: "member" },
      schema: {
        description: "what came in and went out for good in [from_ms, to_ms)",
        ...ofAccount,
        querystring: Type.Object({ unit: Unit, from_ms: Moment, to_ms: Moment }, closed),
        response: replies(Type.Object({ ...place, from_ms: Moment, to_ms: Moment, in: Steps, out: Steps })),
      },
    },
    async ({ params: { account }, query: { unit, from_ms, to_ms } }) => {
      const of = await accountIn(ledger, account, unit);
      const period = { from: EpochMs(from_ms), to: EpochMs(to_ms) };
      return { ...of, from_ms, to_ms, ...(await ledger.turnover(of, period)) };
    },
  );

  app.get(
    "/accounts/:account/lines",
    {
      config: { role: "member" },
      schema: {
        ...ofAccount,
        querystring: Type.Object(
          {
            unit: Unit,
            from_ms: Type.Optional(Moment),
            to_ms: Type.Optional(Moment),
            after: Type.Optional(
              Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "`next` of the page before" }),
            ),
            limit: Type.Optional(Limit),
          },
          closed,
        ),
        response: replies(LinesView),
      },
    },
    async ({ params: { account }, query }) => {
      const { unit, from_ms = 0, to_ms = END_OF_TIME, after = 0, limit = 100 } = query;
      const of = await accountIn(ledger, account, unit);
      const period = { from: EpochMs(from_ms), to: EpochMs(to_ms) };
      const lines = await ledger.lines(of, period, { after, limit });
      return {
        ...of,
        lines: lines.map((line) => ({ ...line, counterparty: line.counterparty ?? null })),
        next: lines.length < limit ? null : (lines.at(-1)?.seq ?? null),
      };
    },
  );
};

/** @throws HubError ENTRY_INVALID for what is no account's name, UNIT_UNKNOWN */
async function accountIn(ledger: Ledger, account: string, unit: string): Promise<UnitAccount> {
  return { account: AccountId(account), unit: await unitNamed(ledger, unit) };
}

async function unitNamed(ledger: Ledger, name: string): Promise<UnitName> {
  const unit = (await ledger.units()).find((one) => one.name === name);
  if (unit === undefined) throw toHubError(unknownUnit(name as UnitName));
  return unit.name;
}
