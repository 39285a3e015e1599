import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { caseStates } from "../governance/contest/case.ts";
import type { CaseView } from "../governance/contest/contests.ts";
import type { Actor } from "../members/actor.ts";
import { DEVICE_PATTERN } from "../reading.ts";
import { EpochMs } from "../units.ts";
import { CaseDetail, CaseRow, FindingBody, toDetail, toFinding, toRow } from "./contest-view.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Limit, Moment, Name } from "./schemas.ts";

const Reason = Type.String({ minLength: 3, maxLength: 2_000, description: "why, for whoever reads it in years" });
const EntryName = Type.String({ maxLength: 60 });

/** Until there are logins, whoever reaches the hub on its own machine reads as its auditor does. */
const READER: Actor = { name: "reader", role: "auditor" };

/** Contested entries: opened and withdrawn by members, decided by stewards, seen by both and by auditors. */
export const contestRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, ports) => {
  const { contests } = ports;
  const detail = async (view: CaseView, actor: Actor) =>
    toDetail(view, await contests.evidenceOf(view.id, actor), actor);

  app.post(
    "/entries/:id/contest",
    {
      config: { role: "member" },
      schema: {
        description: "contest an entry; what it rests on is frozen now. The same request again opens nothing more",
        params: Type.Object({ id: EntryName }),
        body: Type.Object(
          {
            id: Type.String({ pattern: DEVICE_PATTERN, description: "id of the case, of your choice" }),
            member: Type.String({ pattern: DEVICE_PATTERN, description: "whose share it is about" }),
            from_ms: Type.Optional(Moment),
            to_ms: Type.Optional(Moment),
            reason: Reason,
          },
          closed,
        ),
        response: { 200: CaseDetail },
      },
    },
    async ({ params, body: { from_ms, to_ms, ...said }, actor }) => {
      const opening = {
        ...{ ...said, entry: params.id },
        ...(from_ms !== undefined && { from_ms: EpochMs(from_ms) }),
        ...(to_ms !== undefined && { to_ms: EpochMs(to_ms) }),
      };
      return detail(await contests.open(opening, actor), actor);
    },
  );

  app.get(
    "/contests",
    {
      config: { role: "member" },
      schema: {
        description: "newest first; a member sees the own ones",
        querystring: Type.Object(
          {
            member: Type.Optional(Name),
            state: Type.Optional(Type.Enum([...caseStates])),
            limit: Type.Optional(Limit),
          },
          closed,
        ),
        response: { 200: Type.Array(CaseRow) },
      },
    },
    async ({ query: { member, state, limit } }) =>
      (await contests.list(READER))
        .filter((view) => member === undefined || view.opened.member === member)
        .filter((view) => state === undefined || view.state === state)
        .slice(0, limit ?? 100)
        .map(toRow),
  );

  app.get(
    "/contests/:id",
    {
      config: { role: "member" },
      schema: {
        description: "every step of a case, and the evidence that was frozen when it was opened",
        params: Type.Object({ id: Name }),
        response: { 200: CaseDetail },
      },
    },
    async ({ params: { id } }) => detail(await contests.byId(id, READER), READER),
  );

  app.get(
    "/contests/:id/evidence",
    {
      config: { role: "member" },
      schema: {
        description: "the evidence byte for byte, so that its sha256 can be computed by anybody",
        params: Type.Object({ id: Name }),
      },
    },
    async ({ params: { id } }, reply) => {
      const { document } = await contests.evidenceOf(id, READER);
      if (document === null) throw notFound(`evidence of case ${id} as it was frozen`, `/api/contests/${id}`);
      return reply.type("application/json; charset=utf-8").send(document);
    },
  );

  app.post(
    "/contests/:id/withdraw",
    {
      config: { role: "member" },
      schema: {
        description: "by whoever opened it; what is contested after that is a new case",
        params: Type.Object({ id: Name }),
        body: Type.Object({ reason: Reason }, closed),
        response: { 200: CaseDetail },
      },
    },
    async ({ params: { id }, body: { reason }, actor }) => detail(await contests.withdraw(id, reason, actor), actor),
  );

  app.post(
    "/contests/:id/decision",
    {
      config: { role: "steward" },
      schema: {
        description: "decide a case. One that is upheld says what is wrong; the day is settled anew at once",
        params: Type.Object({ id: Name }),
        body: Type.Object(
          { verdict: Type.Enum(["upheld", "rejected"]), reason: Reason, wrong: Type.Optional(FindingBody) },
          closed,
        ),
        response: { 200: CaseDetail },
      },
    },
    async ({ params: { id }, body: { verdict, reason, wrong }, actor }) => {
      const finding = wrong === undefined ? null : toFinding(wrong);
      const view = await contests.decide(id, { verdict, reason, wrong: finding }, actor);
      if (toRow(view).correcting_entry !== null) ports.live.tell({ name: "settled", data: { day: view.opened.day } });
      return detail(view, actor);
    },
  );
};
