import { readFile } from "node:fs/promises";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import Type from "typebox";
import type { ApiPorts } from "./ports.ts";
import { closed, Limit, Name, orNull, Problem } from "./schemas.ts";

/** What a member runs to check a proof; it comes from here, so that nobody needs the hub's sources. */
const VERIFIER = new URL("../cli/verify-proof.mjs", import.meta.url);

const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "entries that it covers" });
const Path = Type.Array(Type.String(), {
  description: "hashes, Base64; docs/proofs.md says how they are put together",
});
const text = (type: string, description: string) => ({
  200: { description, content: { [type]: { schema: Type.String() } } },
});
const PLAIN = "text/plain; charset=utf-8";

const Proof = Type.Object({
  format: Type.Literal("millrace-proof-1"),
  leaf: Type.String({ description: "what was booked, to the byte" }),
  index: Type.Integer({ description: "place in the log, from 0" }),
  path: Path,
  checkpoint: Type.String({ description: "the signed note that it is proved under" }),
  key: Type.String({ description: "what the note is signed with, name+id+key" }),
  column: Type.Optional(Type.Object({ text: Type.String(), salt: Type.String(), path: Path })),
  consistency_path: Type.Optional(Path),
});

/** The log of the ledger as everybody may see it: checkpoints, proofs, and the program that checks them. */
export const logRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { ledgerLog }) => {
  app.get(
    "/log/checkpoint",
    { config: { role: "public" }, schema: { response: text("text/plain", "the newest signed checkpoint") } },
    async (_request, reply) => reply.type(PLAIN).send(await ledgerLog.checkpoint()),
  );

  app.get(
    "/log/checkpoints",
    {
      config: { role: "public" },
      schema: {
        description: "every checkpoint that was signed, the largest first",
        querystring: Type.Object({ limit: Type.Optional(Limit), below: Type.Optional(Size) }, closed),
        response: {
          200: Type.Object({
            checkpoints: Type.Array(Type.Object({ size: Size, note: Type.String() })),
            next: orNull(Type.Integer({ description: "what `below` says for the next page; null on the last one" })),
          }),
        },
      },
    },
    async ({ query: { limit = 100, below } }) => {
      const checkpoints = [...(await ledgerLog.checkpoints({ limit, ...(below !== undefined && { below }) }))];
      return { checkpoints, next: checkpoints.length < limit ? null : (checkpoints.at(-1)?.size ?? null) };
    },
  );

  app.get(
    "/log/key",
    { config: { role: "public" }, schema: { response: text("text/plain", "the public key, name+id+key") } },
    async (_request, reply) => reply.type(PLAIN).send(`${await ledgerLog.verifierKey()}\n`),
  );

  app.get(
    "/log/consistency",
    {
      config: { role: "public" },
      schema: {
        description: "that the log of one checkpoint is the beginning of that of another",
        querystring: Type.Object({ from: Size, to: Size }, closed),
        response: { 200: Type.Object({ from: Size, to: Size, path: Path }), 404: Problem },
      },
    },
    async ({ query: { from, to } }) => ({
      from,
      to,
      path: [...(await ledgerLog.consistency({ older: from, newer: to }))],
    }),
  );

  app.get(
    "/log/verifier",
    { config: { role: "public" }, schema: { response: text("text/javascript", "checks a proof; needs Node alone") } },
    async (_request, reply) => attach(reply, "verify-proof.mjs", "text/javascript").send(await readFile(VERIFIER)),
  );

  app.get(
    "/entries/:id/proof",
    {
      config: { role: "member" },
      schema: {
        description: "a proof to keep: that an entry or movement is in the log, and what a member's column of it was",
        params: Type.Object({ id: Type.String({ maxLength: 60 }) }),
        querystring: Type.Object(
          {
            member: Type.Optional(Name),
            from: Type.Optional(
              Type.Integer({ ...Size, description: "entries that the checkpoint in your hands covers" }),
            ),
          },
          closed,
        ),
        response: { 200: Proof, 404: Problem },
      },
    },
    async ({ params: { id }, query: { member, from } }, reply) => {
      const wanted = { ...(member !== undefined && { member }), ...(from !== undefined && { keptSize: from }) };
      const { path, column, consistency_path, ...proof } = await ledgerLog.proofOf(id, wanted);
      attach(reply, `proof-${id.replaceAll(/[^\w.-]/g, "_")}.json`, "application/json; charset=utf-8");
      return {
        ...proof,
        path: [...path],
        ...(column !== undefined && { column: { ...column, path: [...column.path] } }),
        ...(consistency_path !== undefined && { consistency_path: [...consistency_path] }),
      };
    },
  );
};

function attach(reply: FastifyReply, name: string, type: string): FastifyReply {
  return reply.type(type).header("content-disposition", `attachment; filename="${name}"`);
}
