import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { RegisterEvent } from "../../hub/members/register-event.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { EpochMs, MilliWattHours } from "../../hub/units.ts";
import { DAY_START } from "../settlement/sunny-day.ts";
import type { KnownToken } from "./known-actors.ts";
import { openApi } from "./open-api.ts";

type Api = Awaited<ReturnType<typeof openApi>>;
const ENTRY = "2026-06-13.1";
const at = (hour: number) => EpochMs(DAY_START + hour * 3_600_000);
const asked = { id: "c-1", member: "ann", reason: "I was away all day" };
const contest = (api: Api, body: object = asked, token: KnownToken = "token-of-ann") =>
  api.send("POST", `/api/entries/${ENTRY}/contest`, body, token);
const decide = (api: Api, body: object, token: KnownToken = "token-of-the-steward") =>
  api.send("POST", "/api/contests/c-1/decision", body, token);
/** A swap that the hub asks about: 0.1 kWh are missing between the two registers. */
const question = (point: string, series: string): RegisterEvent => ({
  ...{ point, kind: "swap", verdict: "question", from_ms: at(12), to_ms: at(12), answers: null },
  ...{ series_before: SeriesKey(series), series_after: SeriesKey(series) },
  ...{ end_mwh: MilliWattHours(5_800_000), start_mwh: MilliWattHours(5_800_000) },
});
const asks = (api: Api, event: RegisterEvent) =>
  api.stores.registerEvents.add(event, { by: "hub", reason: "was the meter swapped?", made_ms: at(30) });

test("a member opens a case, finds it again with its evidence, and withdraws it", async () => {
  await using api = await openApi();
  const opened = await contest(api);
  expect(opened).toMatchObject({
    status: 200,
    body: {
      ...{ id: "c-1", state: "open", member: "ann", entry: ENTRY, day: "2026-06-13", is_intact: true },
      ...{ from_ms: at(0), to_ms: at(24), due_ms: api.time.now + 30 * 86_400_000, correcting_entry: null },
      steps: [{ step: "opened", by: "ann", role: "member", reason: asked.reason, entry: ENTRY }],
      evidence: { is_intact: true, document: { format: 1, member: "ann", recomputation: { agrees: true } } },
    },
  });
  expect((await contest(api)).body).toEqual(opened.body);
  expect(await api.get("/api/contests/c-1")).toEqual(opened);
  const { steps: _steps, evidence: _evidence, ...row } = opened.body;
  expect((await api.get("/api/contests")).body).toEqual([row]);
  const reply = await api.app.inject({ url: "/api/contests/c-1/evidence", headers: { host: "localhost" } });
  expect(reply.headers["content-type"]).toMatch(/^application\/json/);
  expect(createHash("sha256").update(reply.rawPayload).digest("hex")).toBe(opened.body.evidence.sha256);
  expect(reply.body).not.toContain("ben");

  const withdrawn = await api.send("POST", "/api/contests/c-1/withdraw", { reason: "found the cause" }, "token-of-ann");
  expect(withdrawn).toMatchObject({ status: 200, body: { state: "withdrawn" } });
  expect((await contest(api, { ...asked, id: "c-2" })).body.state).toBe("open");
  expect((await api.get("/api/contests?state=open")).body).toMatchObject([{ id: "c-2" }]);
  expect((await api.get("/api/contests?member=ben")).body).toEqual([]);
  expect((await api.get("/api/contests?limit=1")).body).toMatchObject([{ id: "c-2" }]);
});

test("a rejected case changes nothing; a deadline that passed shows", async () => {
  await using api = await openApi();
  await contest(api);
  api.time.now += 30 * 86_400_000;
  expect((await api.get("/api/contests?state=overdue")).body).toMatchObject([{ id: "c-1", state: "overdue" }]);
  const rejected = await decide(api, { verdict: "rejected", reason: "the register says so" });
  expect(rejected).toMatchObject({
    status: 200,
    body: { state: "rejected", steps: [{ step: "opened" }, { by: "steward", verdict: "rejected", wrong: null }] },
  });
  expect(await api.stores.entries.newest(5)).toHaveLength(1);
});

test("an upheld case answers the register's question, and the pages hear of the day", async () => {
  await using api = await openApi();
  const { seq } = await asks(api, question("ann", "ann/active_energy_import"));
  await contest(api, { ...asked, from_ms: at(10), to_ms: at(14) });
  const told: unknown[] = [];
  const stop = api.live.listen((event) => told.push(event));
  const wrong = { what: "register", event: seq, verdict: "continues", end_register_kwh: 5.9 };
  const upheld = await decide(api, { verdict: "upheld", reason: "the fitter's note says 5.9", wrong });
  stop();
  expect(upheld).toMatchObject({
    status: 200,
    body: {
      ...{ state: "corrected", correcting_entry: "2026-06-13.2" },
      steps: [
        { step: "opened" },
        { step: "decided", verdict: "upheld", wrong: { what: "register", event: seq, end_mwh: 5_900_000 } },
        { step: "corrected", by: "hub", entry: "2026-06-13.2" },
      ],
    },
  });
  expect(told).toContainEqual({ name: "settled", data: { day: "2026-06-13" } });
  expect((await api.get("/api/entries/2026-06-13.2")).body).toMatchObject({ corrects: ENTRY, kind: "correction" });
  expect((await decide(api, { verdict: "upheld", reason: "the fitter's note says 5.9", wrong })).body).toEqual(
    upheld.body,
  );
});

test("readings are corrected through the log that the hub reads through", async () => {
  await using api = await openApi();
  await contest(api);
  const change = { kind: "value_offset", by: -100 };
  const wrong = { what: "readings", series: "ann/active_energy_import", from_ms: at(5), to_ms: at(5) + 1, change };
  const { status, body } = await decide(api, { verdict: "upheld", reason: "the photo shows less", wrong });
  expect([status, body.steps[1].wrong]).toEqual([200, { ...wrong, is_of_another: false }]);
  expect(await api.stores.corrections.list()).toMatchObject([
    { author: "steward", change, reason: "case c-1 upheld: the photo shows less" },
  ]);
});

test("a member is told no more of another's register than that it is another's", async () => {
  await using api = await openApi();
  const { seq } = await asks(api, question("ben", "ben/active_energy_import"));
  await contest(api);
  await decide(api, {
    ...{ verdict: "upheld", reason: "another register was wrong" },
    wrong: { what: "register", event: seq, verdict: "continues", end_register_kwh: 9.5 },
  });
  const asMember = await contest(api);
  expect(asMember.body.steps[1].wrong).toEqual({ what: "register", is_of_another: true });
  expect(JSON.stringify(asMember.body)).not.toContain("ben");
  expect((await api.get("/api/contests/c-1")).body.steps[1].wrong).toMatchObject({ event: seq });
});

test.each([
  ["without a reason", { id: "c-1", member: "ann" }, "token-of-ann", 400, "REQUEST_INVALID"],
  ["with an author of its own", { ...asked, by: "ann" }, "token-of-ann", 400, "REQUEST_INVALID"],
  ["with an id that is none", { ...asked, id: "c 1" }, "token-of-ann", 400, "REQUEST_INVALID"],
  ["for another member", { ...asked, member: "ben" }, "token-of-ann", 403, "ACTOR_REFUSED"],
  ["by staff", asked, "token-of-paula", 403, "ACTOR_REFUSED"],
  ["by an auditor", asked, "token-of-iris", 403, "ACTOR_REFUSED"],
  ["by a screen", asked, "token-of-the-hall", 403, "ACTOR_REFUSED"],
  ["for nobody's column", { ...asked, member: "carl" }, "token-of-the-steward", 422, "CASE_INVALID"],
  ["for half an interval", { ...asked, from_ms: at(0) + 1 }, "token-of-ann", 422, "CASE_INVALID"],
] as const)("a case %s is refused", async (_what, body, token, status, code) => {
  await using api = await openApi();
  expect(await contest(api, body, token)).toMatchObject({ status, body: { code } });
  expect((await api.get("/api/contests")).body).toEqual([]);
});

test.each([
  ["by the member", { verdict: "rejected", reason: "no longer" }, "token-of-ann", 403, "ACTOR_REFUSED"],
  ["upheld for nothing", { verdict: "upheld", reason: "fair" }, "token-of-the-steward", 422, "CASE_INVALID"],
  [
    "rejected for something",
    { verdict: "rejected", reason: "fair", wrong: { what: "day" } },
    "token-of-the-steward",
    ...([422, "CASE_INVALID"] as const),
  ],
  [
    "about an event that is not there",
    { verdict: "upheld", reason: "fair", wrong: { what: "register", event: 9, verdict: "noted" } },
    "token-of-the-steward",
    ...([422, "REGISTER_EVENT_INVALID"] as const),
  ],
  [
    "with more than it takes",
    { verdict: "upheld", reason: "fair", wrong: { what: "day", series: "ann/active_energy_import" } },
    "token-of-the-steward",
    ...([400, "REQUEST_INVALID"] as const),
  ],
] as const)("a decision %s is refused, and the case stays open", async (_what, body, token, status, code) => {
  await using api = await openApi();
  await contest(api);
  expect(await decide(api, body, token)).toMatchObject({ status, body: { code } });
  expect((await api.get("/api/contests/c-1")).body.state).toBe("open");
});

test("what is not there is not found", async () => {
  await using api = await openApi();
  expect((await api.send("POST", "/api/entries/2026-06-13.9/contest", asked)).status).toBe(404);
  expect((await api.get("/api/contests/c-9")).status).toBe(404);
  expect((await api.get("/api/contests/c-9/evidence")).status).toBe(404);
  expect((await decide(api, { verdict: "rejected", reason: "no such case" })).status).toBe(404);
  expect((await api.send("POST", "/api/contests/c-9/withdraw", { reason: "no such case" })).status).toBe(404);
});
