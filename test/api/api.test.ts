import { readFileSync, writeFileSync } from "node:fs";
import { get as httpGet } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorCodes } from "../../hub/errors.ts";
import { DAY_START } from "../settlement/sunny-day.ts";
import { openApi } from "./open-api.ts";

const NOON = DAY_START + 12 * 3_600_000;

test("health, community, devices, series", async () => {
  await using api = await openApi();
  expect((await api.get("/api/health")).body).toMatchObject({
    status: "ok",
    simulated: false,
    time_speed: 1,
    series: 3,
    quarantined: 0,
  });
  const { body: community } = await api.get("/api/community");
  expect(community).toMatchObject({
    name: "Test street",
    interval_minutes: 60,
    members: [{ id: "ann" }, { id: "ben" }],
  });
  expect(community.policy.text).toMatch(/in proportion to what each member used/);
  expect(community.version).toMatch(/^[0-9a-f]{64}$/);
  const { body: devices } = await api.get("/api/devices");
  expect(devices.map((one: { device: string }) => one.device)).toEqual(["ann", "ben", "roof"]);
  const { body: series } = await api.get("/api/series");
  expect(series[0]).toMatchObject({
    series: "ann/active_energy_import",
    quantity: "active_energy_import",
    unit: "Wh",
    readings: 37,
  });
  const { body: latest } = await api.get("/api/series/latest?device=roof");
  expect(latest).toEqual([
    {
      series: "roof/active_energy_export",
      at_ms: DAY_START + 36 * 3_600_000,
      value: 1_000 + 14 * 900 + 6 * 900,
      unit: "Wh",
      outcome: "value",
      stamped_by: "device",
      clock_unsure: false,
    },
  ]);
  const buckets = `/api/series/buckets?series=ann/active_energy_import&from_ms=${DAY_START}&to_ms=${NOON}&width_ms=21600000`;
  expect((await api.get(buckets)).body.buckets.length).toBeGreaterThan(1);
});

test("the community's day: settled, then provisional with what is held and what is pending", async () => {
  await using api = await openApi();
  const { body: day } = await api.get("/api/days/2026-06-13");
  expect(day).toMatchObject({ state: "settled", entry: "2026-06-13.1", interval_minutes: 60 });
  expect(day.totals).toEqual({
    generation_mwh: 14 * 900_000,
    consumption_mwh: 24 * 1_100_000,
    shared_mwh: 14 * 900_000,
    from_grid_mwh: 24 * 1_100_000 - 14 * 900_000,
    surplus_mwh: 0,
    intervals: 24,
    shared_intervals: 24,
    held_intervals: 0,
    pending_intervals: 0,
  });
  const { body: today } = await api.get("/api/days/2026-06-14");
  expect(today).toMatchObject({ state: "provisional", entry: null });
  expect(today.totals).toMatchObject({ intervals: 24, shared_intervals: 9, held_intervals: 3, pending_intervals: 12 });
  expect(today.intervals[23]).toMatchObject({
    state: "pending",
    generation_mwh: null,
    consumption_mwh: null,
    shared_mwh: null,
  });
  const { body: days } = await api.get("/api/days");
  expect(days).toEqual({ first: "2026-06-13", last: "2026-06-14", today: "2026-06-14", settled: ["2026-06-13"] });
});

test("a member's day, intervals, allotments and balances tell the same numbers", async () => {
  await using api = await openApi();
  // 327272 8/11 mWh: the larger of the two fractions is rounded up.
  const share = 327_273;
  const { body: mine } = await api.get("/api/members/ann/days/2026-06-13");
  const allotted = mine.intervals.map((one: { allotted_mwh: number }) => one.allotted_mwh);
  expect(new Set(allotted.slice(6, 20))).toEqual(new Set([share]));
  expect(mine.totals.allotted_mwh).toBe(14 * share);
  expect((await api.get("/api/balances/member:ann:used")).body.balance_mwh).toBe(mine.totals.allotted_mwh);
  expect((await api.get("/api/balances/member:ann:used?at_ms=1")).body.balance_mwh).toBe(0);
  const range = `from_ms=${DAY_START}&to_ms=${NOON}`;
  const { body: allotments } = await api.get(`/api/allotments?member=ann&${range}`);
  expect(allotments.allotments.map((one: { allotted_mwh: number }) => one.allotted_mwh)).toEqual(allotted.slice(0, 12));
  const { body: intervals } = await api.get(`/api/intervals?point=ann&${range}`);
  expect(intervals.intervals).toHaveLength(12);
  expect(intervals.intervals[0]).toMatchObject({ energy_mwh: 400_000, quality: "measured", reason: null });
  const { body: balances } = await api.get("/api/balances");
  expect(balances.reduce((sum: number, one: { balance_mwh: number }) => sum + one.balance_mwh, 0)).toBe(0);
});

test("an allotment is explained by its inputs, formula, rounding, policy version and entry, in numbers and in words", async () => {
  await using api = await openApi();
  const { body } = await api.get(`/api/members/ann/explanation?from_ms=${NOON}`);
  expect(body).toMatchObject({
    state: "shared",
    settled: true,
    entry: "2026-06-13.1",
    allotted_mwh: 327_273,
    from_grid_mwh: 72_727,
    own_mwh: 0,
  });
  expect(body.inputs).toMatchObject({ pool_mwh: 900_000, community_consumption_mwh: 1_100_000 });
  expect(body.inputs.points.map((point: { point: string }) => point.point)).toEqual(["ann", "roof"]);
  const [ann] = body.inputs.points;
  expect(ann.register_to_mwh - ann.register_from_mwh).toBe(ann.energy_mwh);
  expect(body.tiers).toEqual([
    {
      ...{ tier: 1, rule: "consumption", rank: null, pool_name: "joint" },
      ...{ left_mwh: 900_000, budget_mwh: 900_000, beyond_mwh: 0 },
      weight: "consumption",
      weight_value: "400000",
      weight_total: "1100000",
      pool_mwh: 900_000,
      quota: "327272 8/11",
      cap_mwh: 400_000,
      floor_mwh: 327_272,
      rounded_up: true,
      allotted_mwh: 327_273,
    },
  ]);
  expect(body.sentences.join(" ")).toMatch(
    /generated 0\.900 kWh and used 1\.100 kWh; you used 0\.400 kWh.*rounded up to 327273 mWh/,
  );
  const { body: entry } = await api.get("/api/entries/2026-06-13.1");
  expect(entry.community_version).toBe(body.community_version);
  expect(entry.explanation.join(" ")).toMatch(/24 were shared out/);
  expect((await api.get("/api/entries?limit=1")).body).toMatchObject([{ id: "2026-06-13.1", postings: 3 }]);
});

test("a held interval says who was silent, and other members stay unseen", async () => {
  await using api = await openApi();
  const { body } = await api.get(`/api/members/ann/explanation?from_ms=${DAY_START + 33 * 3_600_000}`);
  expect(body).toMatchObject({ state: "held", allotted_mwh: null, tiers: [] });
  expect(body.sentences[0]).toMatch(/held: 1 consumption meter said nothing/);
  expect(JSON.stringify(body)).not.toMatch(/"ben"/);
});

test("plants are compared, refusals listed", async () => {
  await using api = await openApi();
  expect((await api.get("/api/plants")).body).toMatchObject([
    { point: "roof", rated_kw: 10, generation_mwh: 12_600_000, flag: null },
  ]);
  await api.stores.series.quarantine({
    at: 5 as never,
    source: "readings/x",
    device: "x",
    reason: "not JSON",
    payload: Buffer.from("hi"),
  });
  expect((await api.get("/api/quarantine")).body).toEqual([
    {
      id: 1,
      at_ms: 5,
      source: "readings/x",
      device: "x",
      reason: "not JSON",
      payload_bytes: 2,
      payload_text: "hi",
      payload_hex: "6869",
    },
  ]);
});

test.each([
  ["/api/nothing", 404, "NOT_FOUND"],
  ["/api/days/2026-02-30", 404, "NOT_FOUND"],
  ["/api/days/yesterday", 400, "REQUEST_INVALID"],
  ["/api/members/nobody/days/2026-06-13", 404, "NOT_FOUND"],
  ["/api/members/nobody/explanation?from_ms=1781400000000", 404, "NOT_FOUND"],
  ["/api/members/ann/explanation", 400, "REQUEST_INVALID"],
  ["/api/members/ann/explanation?from_ms=1&extra=1", 400, "REQUEST_INVALID"],
  ["/api/entries/none", 404, "NOT_FOUND"],
  ["/api/entries?limit=0", 400, "REQUEST_INVALID"],
  ["/api/balances/nobody", 404, "NOT_FOUND"],
  ["/api/intervals?point=ann&from_ms=5&to_ms=5", 400, "REQUEST_INVALID"],
  ["/api/intervals?point=ann&from_ms=0&to_ms=1781400000000", 400, "REQUEST_INVALID"],
  ["/api/intervals?point=nobody&from_ms=0&to_ms=1", 404, "NOT_FOUND"],
  ["/api/allotments?member=nobody&from_ms=0&to_ms=1", 404, "NOT_FOUND"],
  ["/api/series/buckets?series=a/nonsense&from_ms=0&to_ms=1&width_ms=1000", 404, "NOT_FOUND"],
  ["/api/series/buckets?series=a/voltage&from_ms=0&to_ms=8000000000000000&width_ms=1000", 400, "REQUEST_INVALID"],
])("%s is refused with %i %s and a remedy", async (url, status, code) => {
  await using api = await openApi();
  const reply = await api.get(url);
  expect(reply).toMatchObject({ status, body: { code } });
  expect(reply.body.remedy).toMatch(/\.$/);
  expect(errorCodes[code as keyof typeof errorCodes]).toBe(status);
});

test("only this machine's names are answered, so that no other site's page reads the hub", async () => {
  await using api = await openApi();
  for (const host of ["evil.example", "hub.local:8080", "localhost.evil.example"]) {
    expect((await api.get("/api/health", { host })).body.code, host).toBe("HOST_REFUSED");
  }
  for (const host of ["localhost:8080", "127.0.0.1", "[::1]:8080"]) {
    expect((await api.get("/api/health", { host })).status, host).toBe(200);
  }
});

test("live updates reach a listener as server-sent events, and closing the hub ends the stream", async () => {
  const api = await openApi();
  await api.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  const told = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<void>();
  httpGet({ host: "127.0.0.1", port, path: "/api/events" }, (reply) => {
    expect(reply.headers["content-type"]).toBe("text/event-stream");
    let text = "";
    reply.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("retry:") && !text.includes("event:"))
        api.live.tell({ name: "settled", data: { day: "2026-06-13" } });
      if (text.includes("event:")) told.resolve(text);
    });
    reply.on("close", () => ended.resolve());
  });
  expect(await told.promise).toMatch(/event: settled\ndata: \{"day":"2026-06-13"\}\n\n/);
  await api[Symbol.asyncDispose]();
  await ended.promise;
});

test("the OpenAPI document is the one that was agreed (set UPDATE_GOLDEN=1 to agree on a new one)", async () => {
  await using api = await openApi();
  await api.app.ready();
  const document = `${JSON.stringify(api.app.swagger(), null, 2)}\n`;
  const golden = join(import.meta.dirname, "..", "golden", "openapi.json");
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(golden, document);
  expect(document).toBe(readFileSync(golden, "utf8"));
  const { status } = await api.get("/api/docs/json");
  expect(status).toBe(200);
});
