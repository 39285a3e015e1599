import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { explainEntry } from "../statement/explain-entry.ts";
import { EpochMs } from "../units.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Day, EnergyMwh, Limit, Moment, orNull } from "./schemas.ts";

const EntryRow = Type.Object({
  id: Type.String(),
  day: Day,
  booked_ms: Moment,
  kind: Type.Enum(["settlement", "correction"]),
  corrects: orNull(Type.String()),
  postings: Type.Integer(),
});
const RunOfEntry = Type.Object({
  id: Type.Integer({ description: "see /api/days/DAY/runs" }),
  state: Type.Enum(["preliminary", "final", "corrected", "closed"]),
  by: Type.String(),
  reason: Type.String(),
});
const EntryView = Type.Object({
  id: Type.String(),
  day: Day,
  kind: Type.Enum(["settlement", "correction"]),
  corrects: orNull(Type.String()),
  from_ms: Moment,
  to_ms: Moment,
  booked_ms: Moment,
  community_version: Type.String(),
  cells_sha256: Type.String(),
  engine: Type.String(),
  columns_root: orNull(Type.String({ description: "root over the salted columns of the day's members" })),
  digest: Type.String(),
  run: orNull(RunOfEntry),
  postings: Type.Array(Type.Object({ account: Type.String(), amount_mwh: EnergyMwh })),
  explanation: Type.Array(Type.String()),
});
const BalanceView = Type.Object({ account: Type.String(), balance_mwh: EnergyMwh });
const Account = Type.String({ pattern: "^[A-Za-z0-9:_-]{1,100}$" });

/** What stands in the books: entries, what each one says, and the balance of any account at any time. */
export const entryRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (
  app,
  { entries, settlement, communities, clock },
) => {
  app.get(
    "/entries",
    {
      config: { role: "auditor" },
      schema: {
        querystring: Type.Object({ limit: Type.Optional(Limit) }, closed),
        response: { 200: Type.Array(EntryRow) },
      },
    },
    async ({ query }) =>
      (await entries.newest(query.limit ?? 100)).map(({ id, day, booked_ms, kind, corrects, postings }) => {
        return { id, day, booked_ms, kind, corrects, postings: postings.length };
      }),
  );

  app.get(
    "/entries/:id",
    {
      config: { role: "auditor" },
      schema: { params: Type.Object({ id: Type.String({ maxLength: 60 }) }), response: { 200: EntryView } },
    },
    async ({ params: { id } }) => {
      const booked = await entries.byId(id);
      if (booked === undefined) throw notFound(`entry ${id}`, "/api/entries");
      const { entry, digest } = booked;
      const adopted = await communities.byVersion(entry.community_version);
      const run = (await settlement.runs(entry.day)).findLast((one) => one.entry === entry.id);
      const explanation = explainEntry(entry, await settlement.cellsOf(entry), { adopted, run });
      return {
        ...entry,
        digest,
        columns_root: entry.columns_root ?? null,
        run: run === undefined ? null : { id: run.seq, state: run.state, by: run.by, reason: run.reason },
        postings: [...entry.postings],
        explanation: [...explanation],
      };
    },
  );

  app.get(
    "/balances",
    { config: { role: "auditor" }, schema: { response: { 200: Type.Array(BalanceView) } } },
    async () => [...(await entries.balances())],
  );

  app.get(
    "/balances/:account",
    {
      config: { role: "member" },
      schema: {
        params: Type.Object({ account: Account }),
        querystring: Type.Object({ at_ms: Type.Optional(Moment) }, closed),
        response: { 200: Type.Intersect([BalanceView, Type.Object({ at_ms: Moment })]) },
      },
    },
    async ({ params: { account }, query }) => {
      const at = EpochMs(query.at_ms ?? clock());
      const [now, then] = await Promise.all([entries.balances(), entries.balances(at)]);
      if (!now.some((one) => one.account === account)) throw notFound(`account ${account}`, "/api/balances");
      return { account, balance_mwh: then.find((one) => one.account === account)?.balance_mwh ?? 0, at_ms: at };
    },
  );
};
