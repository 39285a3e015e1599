import { expect, test } from "vitest";
import { DAY_START } from "../settlement/sunny-day.ts";
import { openApi } from "./open-api.ts";

const at = (hour: number) => DAY_START + hour * 3_600_000;
const swap = {
  kind: "swap",
  at_ms: at(12),
  end_register_kwh: 5.8,
  start_register_kwh: 0.5,
  series_after: "ann-new/active_energy_import",
  reason: "the old meter was replaced",
};

test("a swapped meter is declared, listed and stands", async () => {
  await using api = await openApi();
  const { status, body } = await api.send("POST", "/api/metering-points/ann/events", swap);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ id: 1, point: "ann", kind: "swap", verdict: "continues", stands: true, by: "steward" },
    ...{ from_ms: at(12), to_ms: at(12), end_register_mwh: 5_800_000, start_register_mwh: 500_000 },
    ...{ series_before: "ann/active_energy_import", series_after: swap.series_after, reason: swap.reason },
  });
  expect((await api.get("/api/register-events?point=ann")).body).toEqual([body]);
  expect((await api.get("/api/register-events?point=ben")).body).toEqual([]);
  expect((await api.get("/api/register-events?open=true")).body).toEqual([]);
});

test("a question is answered, and shows as answered", async () => {
  await using api = await openApi();
  await api.send("POST", "/api/metering-points/ann/events", swap);
  const decided = await api.send("POST", "/api/register-events/1/decision", {
    verdict: "continues",
    start_register_kwh: 0.6,
    reason: "misread at first",
  });
  expect(decided).toMatchObject({ status: 200, body: { id: 2, answers: 1, start_register_mwh: 600_000 } });
  expect((await api.get("/api/register-events")).body).toMatchObject([
    { id: 2, stands: true },
    { id: 1, stands: false },
  ]);
});

test.each([
  ["POST", "/api/metering-points/nobody/events", swap, 404, "NOT_FOUND"],
  ["POST", "/api/metering-points/ann/events", { ...swap, at_ms: at(24_000) }, 422, "REGISTER_EVENT_INVALID"],
  ["POST", "/api/metering-points/ann/events", { ...swap, reason: "" }, 400, "REQUEST_INVALID"],
  ["POST", "/api/metering-points/ann/events", { ...swap, end_register_kwh: -1 }, 400, "REQUEST_INVALID"],
  ["POST", "/api/metering-points/ann/events", { ...swap, by: "ann" }, 400, "REQUEST_INVALID"],
  ["POST", "/api/register-events/9/decision", { verdict: "noted", reason: "none" }, 422, "REGISTER_EVENT_INVALID"],
] as const)("%s %s with nonsense changes nothing", async (method, url, body, status, code) => {
  await using api = await openApi();
  expect(await api.send(method, url, body)).toMatchObject({ status, body: { code } });
  expect((await api.get("/api/register-events")).body).toEqual([]);
});
