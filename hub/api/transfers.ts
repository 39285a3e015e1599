import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type, { type Static } from "typebox";
import { MOST_IN_BATCH } from "../ledger/ledger.ts";
import type { Movement, Transfer } from "../ledger/movement.ts";
import type { Actor } from "../members/actor.ts";
import { bookWith } from "./book-with.ts";
import {
  bookingReplies,
  MovementView,
  OutcomeView,
  payment,
  said,
  sendOutcome,
  showMovement,
  showOutcome,
} from "./movement-view.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Problem } from "./schemas.ts";

const TransferBody = Type.Object({ ...said, ...payment }, closed);

/** Payments from one account to another, one or many at a time; a member's token spends that member's credit only. */
export const transferRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, ports) => {
  const book = bookWith(ports);
  const bookChain = bookWith(ports, "appendChain");

  app.post(
    "/transfers",
    { config: { role: "member" }, schema: { body: TransferBody, response: bookingReplies } },
    async ({ body, actor }, reply) => {
      const [outcome] = await book([toTransfer(body, actor)]);
      return sendOutcome(reply, outcome);
    },
  );

  app.post(
    "/transfers/batch",
    {
      config: { role: "member" },
      schema: {
        description: "booked in order and in one transaction; one that is refused leaves the others alone",
        body: Type.Object(
          {
            transfers: Type.Array(TransferBody, { minItems: 1, maxItems: MOST_IN_BATCH }),
            all_or_none: Type.Optional(
              Type.Boolean({ description: "one that is refused keeps all of them out, such as an exchange" }),
            ),
          },
          closed,
        ),
        response: { 200: Type.Object({ outcomes: Type.Array(OutcomeView, { description: "one each, in order" }) }) },
      },
    },
    async ({ body: { transfers, all_or_none }, actor }) => {
      const movements = transfers.map((transfer) => toTransfer(transfer, actor));
      const outcomes = all_or_none === true ? await bookChain(movements) : await book(movements);
      return { outcomes: outcomes.map((outcome, index) => showOutcome(outcome, transfers[index]?.id ?? "")) };
    },
  );

  app.get(
    "/movements/:id",
    {
      config: { role: "member" },
      schema: {
        description: "one transfer, booking, hold, its end, or correction",
        params: Type.Object({ id: said.id }),
        response: { 200: MovementView, 404: Problem },
      },
    },
    async ({ params: { id } }) => {
      const movement = await ports.ledger.movement(id);
      if (movement === undefined) throw notFound(`movement ${id}`, "/api/accounts");
      return showMovement(movement);
    },
  );
};

function toTransfer(body: Static<typeof TransferBody>, by: Actor): Movement {
  return { ...body, kind: "transfer", by } as Transfer;
}
