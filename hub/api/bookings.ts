import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { MOST_POSTINGS } from "../ledger/check-movement.ts";
import { bookWith } from "./book-with.ts";
import { bookingReplies, MovementId, PostingLines, postingsOf, said, sendOutcome } from "./movement-view.ts";
import type { ApiPorts } from "./ports.ts";
import { closed } from "./schemas.ts";

const BookedLines = Type.Array(PostingLines.items, { ...PostingLines, minItems: 1, maxItems: MOST_POSTINGS });
const CorrectedLines = Type.Array(PostingLines.items, {
  maxItems: MOST_POSTINGS,
  description: "the whole entry as it should have been; none takes it back",
});

/** What only stewards book: any accounts, such as units issued and redeemed, and what an entry should have said. */
export const bookingRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, ports) => {
  const book = bookWith(ports);

  app.post(
    "/bookings",
    {
      config: { role: "steward" },
      schema: { body: Type.Object({ ...said, postings: BookedLines }, closed), response: bookingReplies },
    },
    async ({ body: { postings, ...rest }, actor }, reply) => {
      const [outcome] = await book([{ ...rest, kind: "booking", by: actor, postings: postingsOf(postings) }]);
      return sendOutcome(reply, outcome);
    },
  );

  app.post(
    "/corrections",
    {
      config: { role: "steward" },
      schema: {
        description: "book the difference between what an entry should have said and what stands",
        body: Type.Object({ ...said, corrects: MovementId, postings: CorrectedLines }, closed),
        response: bookingReplies,
      },
    },
    async ({ body: { postings, ...rest }, actor }, reply) => {
      const [outcome] = await book([{ ...rest, kind: "correction", by: actor, postings: postingsOf(postings) }]);
      return sendOutcome(reply, outcome);
    },
  );
};
