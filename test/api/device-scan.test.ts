import { afterEach, beforeEach, expect, test } from "vitest";
import type { LiveEvent } from "../../hub/api/live-events.ts";
import { HubError } from "../../hub/errors.ts";
import { openApi } from "./open-api.ts";

const network = { subnet: "127.0.0.0/29" };
const found = { modbus: { host: "127.0.0.3", port: 502, unit: 1 }, profiles: ["test-meter"], models: [] };

let api: Awaited<ReturnType<typeof openApi>>;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const untilOver = async (): Promise<void> => {
  const over = Promise.withResolvers<void>();
  const stop = api.live.listen(({ data }) => {
    if (data.state !== "running") over.resolve();
  });
  await over.promise;
  stop();
};

test("before the first scan there is none", async () => {
  expect((await api.get("/api/scan")).body).toEqual({
    state: "none",
    started_ms: null,
    ended_ms: null,
    progress: null,
    findings: [],
    problem: null,
  });
});

test("a scan goes on in the background, is one at a time, and keeps what it found", async () => {
  const told: LiveEvent[] = [];
  api.live.listen((event) => told.push(event));
  const begun = await api.send("POST", "/api/scan", network);
  expect(begun).toMatchObject({ status: 202, body: { state: "running", progress: { done: 0, total: 2 } } });
  expect(await api.send("POST", "/api/scan", network)).toMatchObject({ status: 409, body: { code: "SCAN_RUNNING" } });
  expect((await api.get("/api/scan")).body).toMatchObject({ state: "running", findings: [found] });
  const over = untilOver();
  api.devices.endScan();
  await over;
  const { body } = await api.get("/api/scan");
  expect(body).toMatchObject({ state: "done", progress: { done: 2, total: 2 }, findings: [found], problem: null });
  expect(body.ended_ms).toBe(api.time.now);
  expect(told.at(-1)).toEqual({ name: "scan", data: { state: "done", done: 2, total: 2, findings: 1 } });
  expect(JSON.stringify(told)).not.toContain("127.0.0");
  expect((await api.send("POST", "/api/scan", network)).status).toBe(202);
});

test("stopping keeps what was found", async () => {
  await api.send("POST", "/api/scan", network);
  expect(await api.send("DELETE", "/api/scan")).toMatchObject({ status: 200, body: { state: "stopped" } });
  expect((await api.get("/api/scan")).body).toMatchObject({ state: "stopped", findings: [found] });
});

test("a place that cannot be is refused, and what an earlier scan found stays", async () => {
  await api.send("POST", "/api/scan", network);
  await api.send("DELETE", "/api/scan");
  expect(await api.send("POST", "/api/scan", { subnet: "nonsense" })).toMatchObject({
    status: 422,
    body: { code: "SCAN_TARGET_INVALID" },
  });
  expect((await api.get("/api/scan")).body).toMatchObject({ state: "stopped", findings: [found] });
  expect((await api.send("POST", "/api/scan", { subnets: [] })).status).toBe(400);
});

test("a scan that fails says why", async () => {
  await api.send("POST", "/api/scan", network);
  const over = untilOver();
  api.devices.endScan(new HubError("SCAN_TARGET_INVALID", "the port is gone", { remedy: "Plug it in." }));
  await over;
  expect((await api.get("/api/scan")).body).toMatchObject({ state: "failed", problem: "the port is gone Plug it in." });
});

test("closing the hub stops a scan", async () => {
  await api.send("POST", "/api/scan", network);
  await api.app.close();
});
