import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import Type from "typebox";
import { formatHledger } from "../statement/format-hledger.ts";
import { cupsOfMeteringPoints, formatSpanishCoefficients } from "../statement/format-spanish-coefficients.ts";
import { PERIOD_PATTERN, parsePeriod, periodName } from "../statement/period.ts";
import { statementFileName, statementFormatNames, statementFormats } from "../statement/statement-formats.ts";
import { statementLanguages } from "../statement/statement-words.ts";
import { createStatements } from "../statement/statements.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Name } from "./schemas.ts";

const PeriodText = Type.String({
  pattern: PERIOD_PATTERN,
  description: "local days of the community: 2026-06, 2026, 2026-06-13 or 2026-06-01..2026-06-14",
});
const File = Type.String({ description: "a file, see docs/statements.md" });
const inTypes = (...types: readonly string[]) => ({
  description: "a file to keep",
  content: Object.fromEntries(types.map((type) => [type, { schema: File }])),
});
const contentTypes = statementFormatNames.map((name) => statementFormats[name].contentType);

/** What people take away: a member's statement, the journal of the community, the coefficients for a distributor. */
export const statementRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, ports) => {
  const statements = createStatements({ ...ports, checkpoint: () => ports.ledgerLog.checkpoint() });

  app.get(
    "/members/:member/statement",
    {
      config: { role: "member" },
      schema: {
        params: Type.Object({ member: Name }),
        querystring: Type.Object(
          {
            period: PeriodText,
            format: Type.Optional(Type.Enum(statementFormatNames, { default: "json" })),
            rows: Type.Optional(Type.Enum(["days", "intervals"], { default: "days", description: "for json and csv" })),
            language: Type.Optional(Type.Enum(statementLanguages, { default: "en", description: "for pdf" })),
          },
          closed,
        ),
        response: { 200: inTypes(...contentTypes) },
      },
    },
    async ({ params: { member }, query }, reply) => {
      const { format = "json", rows = "days", language = "en" } = query;
      const request = { member, period: parsePeriod(query.period), rows, language };
      const { contentType, make } = statementFormats[format];
      const name = statementFileName(request, format);
      return sendFile(reply, { name, contentType, content: await make(statements, request) });
    },
  );

  app.get(
    "/community/journal",
    {
      config: { role: "auditor" },
      schema: {
        querystring: Type.Object({ period: PeriodText, plant: Type.Optional(Name) }, closed),
        response: { 200: inTypes(statementFormats.hledger.contentType) },
      },
    },
    async ({ query: { period: text, plant } }, reply) => {
      const period = parsePeriod(text);
      const scope = plant === undefined ? ({ kind: "community" } as const) : ({ kind: "plant", plant } as const);
      const content = formatHledger(await statements.journal(scope, period));
      const name = `journal-${plant ?? "community"}-${periodName(period)}.journal`;
      return sendFile(reply, { name, contentType: statementFormats.hledger.contentType, content });
    },
  );

  app.get(
    "/community/coefficients",
    {
      config: { role: "steward" },
      schema: {
        querystring: Type.Object(
          { format: Type.Enum(["es"], { description: "es: CUPS;beta, as Spanish distributors take it" }) },
          closed,
        ),
        response: { 200: inTypes("text/plain; charset=utf-8") },
      },
    },
    async (_request, reply) => {
      const community = (await ports.communities.current())?.community;
      if (community === undefined) throw notFound("community", "/api/community");
      const content = formatSpanishCoefficients(community, cupsOfMeteringPoints(community));
      return sendFile(reply, { name: "coefficients-es.txt", contentType: "text/plain; charset=utf-8", content });
    },
  );
};

/** As bytes, so that nothing on the way writes them anew. */
function sendFile(
  reply: FastifyReply,
  file: { readonly name: string; readonly contentType: string; readonly content: string | Uint8Array },
): FastifyReply {
  return reply
    .header("content-disposition", `attachment; filename="${file.name}"`)
    .type(file.contentType)
    .send(typeof file.content === "string" ? Buffer.from(file.content) : Buffer.from(file.content));
}
