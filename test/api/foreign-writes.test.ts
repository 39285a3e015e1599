import { afterAll, beforeAll, expect, test } from "vitest";
import { EpochMs } from "../../hub/units.ts";
import { openApi } from "./open-api.ts";

const authorization = "Bearer token-of-the-steward";
const json = { host: "localhost:8080", "content-type": "application/json", authorization };
const replay = { method: "POST", url: "/api/quarantine/replay", payload: "{}" } as const;

let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test.each([
  ["a program without a browser", json, 200],
  ["the hub's own page", { ...json, origin: "http://localhost:8080", "sec-fetch-site": "same-origin" }, 200],
  ["an address typed by hand", { ...json, "sec-fetch-site": "none" }, 200],
  ["JSON in UTF-8, said so", { ...json, "content-type": "application/json; charset=utf-8" }, 200],
  ["another site's page", { ...json, origin: "https://shop.example", "sec-fetch-site": "cross-site" }, 403],
  ["a page of another port of this machine", { ...json, origin: "http://localhost:3000" }, 403],
  ["a page from a file", { ...json, origin: "null" }, 403],
  ["a site that hides its origin", { ...json, "sec-fetch-site": "cross-site" }, 403],
  ["another name for this machine", { ...json, origin: "http://127.0.0.1:8080" }, 403],
  ["another host", { ...json, host: "evil.example", origin: "http://evil.example" }, 403],
  ["a form", { ...json, "content-type": "application/x-www-form-urlencoded" }, 415],
  ["plain text, which no browser asks about", { ...json, "content-type": "text/plain" }, 415],
  ["a type that only begins like JSON", { ...json, "content-type": "application/jsonp" }, 415],
  ["no type at all", { host: "localhost:8080", authorization }, 415],
])("a write by %s", async (_name, headers, status) => {
  const reply = await api.app.inject({ ...replay, headers });
  expect(reply.statusCode, reply.body).toBe(status);
  expect(Object.keys(reply.headers)).not.toContain("access-control-allow-origin");
});

test.each(["POST", "PUT", "PATCH", "DELETE"] as const)("%s is held to it wherever it goes", async (method) => {
  for (const url of ["/api/health", "/api/nothing", "/metrics", "/"]) {
    const reply = await api.app.inject({ method, url, headers: { ...json, origin: "https://shop.example" } });
    expect(reply.statusCode).toBe(403);
    expect(reply.json()).toMatchObject({ code: "ORIGIN_REFUSED", remedy: expect.stringMatching(/\.$/) });
  }
});

test("reading stays free of it", async () => {
  const headers = { host: "localhost", origin: "https://shop.example" };
  expect((await api.app.inject({ url: "/api/health", headers })).statusCode).toBe(200);
});

test("a replay answers counts, and its body is held to its schema", async () => {
  const payload = Buffer.from('[{"n":"active_power","u":"W","v":1}]');
  const at = EpochMs(api.time.now);
  const refusal = { at, source: "readings/roof", device: "roof", reason: "an older decoder's", payload };
  await api.stores.series.quarantine(refusal);
  const send = (body: object) => api.app.inject({ ...replay, headers: json, payload: JSON.stringify(body) });
  expect((await send({ ids: ["1"] })).statusCode).toBe(400);
  expect((await send({ id: 1 })).statusCode).toBe(400);
  expect((await send({ ids: [1, 9] })).json()).toEqual({
    released: 1,
    kept: 0,
    refused: 0,
    stored: 1,
    repeated: 0,
    conflicting: 0,
    remaining: [],
    missing: [9],
  });
  expect((await api.get("/api/quarantine")).body).toEqual([]);
  const { body: latest } = await api.get("/api/series/latest?device=roof");
  expect(latest).toContainEqual(expect.objectContaining({ series: "roof/active_power", at_ms: at, value: 1 }));
});
