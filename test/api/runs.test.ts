import { expect, test } from "vitest";
import { DAY_START } from "../settlement/sunny-day.ts";
import { openApi } from "./open-api.ts";

const DAY = "2026-06-13";

test("a settled day shows its run and what it rests on", async () => {
  await using api = await openApi();
  const { status, body } = await api.get(`/api/days/${DAY}/runs`);
  expect(status).toBe(200);
  expect(body).toEqual([
    {
      ...{ id: 1, day: DAY, state: "preliminary", entry: `${DAY}.1`, by: "hub", reason: "by schedule" },
      ...{ engine: "millrace-1", made_ms: DAY_START + 36 * 3_600_000 },
      intervals: { expected: 24, measured: 24, substituted: 0, held: 0, unmeasured: 0 },
      cells_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      community_version: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
  expect((await api.get("/api/days/2026-06-14/runs")).body).toEqual([]);
});

test("a day is settled by hand, with a reason that stays", async () => {
  await using api = await openApi();
  const settle = (day: string) => api.send("POST", `/api/days/${day}/settle`, { reason: "the steward asked" });
  expect(await settle(DAY)).toMatchObject({ status: 200, body: { outcome: "unchanged" } });
  expect(await settle("2026-06-14")).toMatchObject({ status: 200, body: { outcome: "not_over" } });
  api.time.now = DAY_START + 60 * 3_600_000;
  expect((await settle("2026-06-14")).body).toEqual({ outcome: "settled" });
  expect((await api.get("/api/days/2026-06-14/runs")).body).toMatchObject([
    { by: "steward", reason: "the steward asked" },
  ]);
});

test("an estimate is accepted for a metering point that exists", async () => {
  await using api = await openApi();
  const accept = (point: string) =>
    api.send("POST", "/api/acceptances", { point, from_ms: DAY_START, to_ms: DAY_START + 1, reason: "agreed" });
  expect(await accept("ben")).toMatchObject({ status: 200, body: { accepted: true } });
  expect(await accept("nobody")).toMatchObject({ status: 404 });
  expect(await api.stores.acceptances.list()).toMatchObject([{ point: "ben", by: "steward", reason: "agreed" }]);
});
