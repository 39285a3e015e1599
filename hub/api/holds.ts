import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type, { type Static } from "typebox";
import { LONGEST_HOLD_MS } from "../ledger/check-movement.ts";
import { dueOf, type Hold, type Movement } from "../ledger/movement.ts";
import type { Actor } from "../members/actor.ts";
import { EpochMs } from "../units.ts";
import { bookWith } from "./book-with.ts";
import {
  bookingReplies,
  MovementId,
  MovementView,
  PaidAmount,
  payment,
  said,
  sendOutcome,
  showMovement,
} from "./movement-view.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Moment, orNull, Problem } from "./schemas.ts";

const HoldBody = Type.Object(
  {
    ...said,
    ...payment,
    timeout_ms: orNull(
      Type.Integer({
        minimum: 1,
        maximum: LONGEST_HOLD_MS,
        description: "how long it holds; null holds until it is posted or voided",
      }),
    ),
  },
  closed,
);
const HoldView = Type.Object({
  ...MovementView.properties,
  state: Type.Enum(["pending", "posted", "voided", "expired"]),
  due_ms: orNull(Moment),
});
const ofHold = { params: Type.Object({ hold: MovementId }) };

/** Amounts set aside for payments that are not certain yet: held at badge-in, paid or freed at badge-out. */
export const holdRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, ports) => {
  const { ledger, clock } = ports;
  const book = bookWith(ports);

  app.post(
    "/holds",
    { config: { role: "staff" }, schema: { body: HoldBody, response: bookingReplies } },
    async ({ body, actor }, reply) => {
      const [outcome] = await book([toHold(body, actor)]);
      return sendOutcome(reply, outcome);
    },
  );

  app.get(
    "/holds/:hold",
    { config: { role: "member" }, schema: { ...ofHold, response: { 200: HoldView, 404: Problem } } },
    async ({ params: { hold } }) => {
      const booked = await ledger.movement(hold);
      if (booked?.said.kind !== "hold") throw notFound(`hold ${hold}`, "/api/accounts");
      // What was booked last may be dated a little after a clock that was set back.
      const state = await ledger.holdState(hold, EpochMs(Math.max(clock(), booked.booked_ms)));
      return { ...showMovement(booked), state: state ?? ("pending" as const), due_ms: dueOf(booked) ?? null };
    },
  );

  app.post(
    "/holds/:hold/post",
    {
      config: { role: "staff" },
      schema: {
        description: "pay what is held, or a part of it; the rest is free again",
        ...ofHold,
        body: Type.Object({ ...said, amount: orNull(PaidAmount) }, closed),
        response: bookingReplies,
      },
    },
    async ({ params: { hold }, body, actor }, reply) => {
      const [outcome] = await book([{ ...body, kind: "post", by: actor, hold }]);
      return sendOutcome(reply, outcome);
    },
  );

  app.post(
    "/holds/:hold/void",
    {
      config: { role: "staff" },
      schema: {
        description: "free what is held",
        ...ofHold,
        body: Type.Object(said, closed),
        response: bookingReplies,
      },
    },
    async ({ params: { hold }, body, actor }, reply) => {
      const [outcome] = await book([{ ...body, kind: "void", by: actor, hold }]);
      return sendOutcome(reply, outcome);
    },
  );
};

function toHold(body: Static<typeof HoldBody>, by: Actor): Movement {
  return { ...body, kind: "hold", by } as Hold;
}
