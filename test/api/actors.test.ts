import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "../../hub/members/role.ts";
import { tokenOf } from "./known-actors.ts";
import { openApi } from "./open-api.ts";

interface Write {
  readonly method: string;
  readonly url: string;
  readonly role: Role | undefined;
}

const reading = new Set(["GET", "HEAD", "OPTIONS"]);
const json = { host: "localhost", "content-type": "application/json" };

let api: Awaited<ReturnType<typeof openApi>>;
const writes: Write[] = [];
/** Fastify tells of each app as it is made, so that no route is registered unseen. */
const watchRoutes = (message: unknown): void => {
  (message as { readonly fastify: FastifyInstance }).fastify.addHook("onRoute", ({ method, url, config }) => {
    for (const one of [method].flat()) if (!reading.has(one)) writes.push({ method: one, url, role: config?.role });
  });
};
beforeAll(async () => {
  subscribe("fastify.initialization", watchRoutes);
  api = await openApi();
  unsubscribe("fastify.initialization", watchRoutes);
});
afterAll(() => api[Symbol.asyncDispose]());

const send = (write: Pick<Write, "method" | "url">, authorization?: string) =>
  api.app.inject({
    method: write.method as "POST",
    url: write.url.replaceAll(/:\w+/g, "1"),
    headers: { ...json, ...(authorization !== undefined && { authorization }) },
    payload: "{}",
  });

test("every write there is wants a token, before it looks at what is asked", async () => {
  expect(writes.length).toBeGreaterThanOrEqual(11);
  for (const write of writes) {
    const where = `${write.method} ${write.url}`;
    expect(write.role, where).toBeDefined();
    const reply = await send(write);
    expect(reply.statusCode, where).toBe(401);
    expect(reply.json(), where).toMatchObject({ code: "ACTOR_REQUIRED", remedy: expect.stringContaining("token") });
  }
});

test.each([
  ["a token of nobody", "Bearer nobody"],
  ["no word before it", "token-of-the-steward"],
  ["a name and a password", `Basic ${Buffer.from("steward:token-of-the-steward").toString("base64")}`],
  ["an empty one", "Bearer "],
  ["two", "Bearer token-of-the-steward token-of-ann"],
  ["a word every object has", "Bearer constructor"],
  ["that of the hub itself, which never asks", `Bearer ${tokenOf("hub")}`],
])("%s is no token", async (_name, authorization) => {
  const reply = await send({ method: "POST", url: "/api/quarantine/replay" }, authorization);
  expect([reply.statusCode, reply.json().code]).toEqual([401, "ACTOR_REQUIRED"]);
});

test("no write is open to a role below its own, nor any to one that only looks", async () => {
  const ladder: readonly Role[] = ["screen", "member", "staff", "steward"];
  for (const write of writes) {
    const needed = ladder.indexOf(write.role ?? "steward");
    expect(needed, write.url).toBeGreaterThanOrEqual(0);
    for (const role of [...ladder.slice(0, needed), "auditor"] as const) {
      const reply = await send(write, `Bearer ${tokenOf(role)}`);
      expect([reply.statusCode, reply.json().code], `${write.method} ${write.url} by ${role}`).toEqual([
        ...[403, "ACTOR_REFUSED"],
      ]);
    }
  }
});

test("a right token reaches the route, however its scheme is spelt", async () => {
  const replay = { method: "POST", url: "/api/quarantine/replay" };
  for (const scheme of ["Bearer", "bearer", "BEARER"]) {
    expect((await send(replay, `${scheme} ${tokenOf("steward")}`)).statusCode).toBe(200);
  }
});

test("reading needs no token, and a wrong one does no harm to it", async () => {
  expect((await api.get("/api/health")).status).toBe(200);
  expect((await api.get("/api/health", { authorization: "Bearer nobody" })).status).toBe(200);
});

test("a name in a body makes nobody an actor", async () => {
  const body = { point: "ann", from_ms: 0, to_ms: 1, reason: "agreed", by: "ann" };
  expect((await api.send("POST", "/api/acceptances", body)).status).toBe(400);
  const headers = { ...json, authorization: `Bearer ${tokenOf("steward")}`, "x-actor": "ann", "x-member": "ann" };
  const payload = JSON.stringify({ ...body, by: undefined });
  await api.app.inject({ method: "POST", url: "/api/acceptances", headers, payload });
  expect(await api.stores.acceptances.list()).toMatchObject([{ by: "steward" }]);
});
