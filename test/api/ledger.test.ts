import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MOST_IN_BATCH } from "../../hub/ledger/ledger.ts";
import { openApi } from "./open-api.ts";

const ANN = "member:ann:credit";
const BEN = "member:ben:credit";
const gift = { from: ANN, to: BEN, unit: "acorn", amount: 300, reason: "gift" };

let api: Awaited<ReturnType<typeof openApi>>;
beforeEach(async () => {
  api = await openApi();
  await api.send("POST", "/api/units", { name: "acorn", decimals: 2 });
  const postings = [
    { account: ANN, unit: "acorn", amount: 1_000 },
    { account: "outside", unit: "acorn", amount: -1_000 },
  ];
  const { status } = await api.send("POST", "/api/bookings", { id: "issue-1", reason: "issue", postings });
  expect(status).toBe(201);
});
afterEach(() => api[Symbol.asyncDispose]());

const available = async (account: string, query = ""): Promise<number> =>
  (await api.get(`/api/accounts/${account}/balance?unit=acorn${query}`)).body.available;

describe("units", () => {
  test("are declared once and keep their scale", async () => {
    expect((await api.get("/api/units")).body).toEqual([
      { name: "mWh", decimals: 6, shown: "kWh" },
      { name: "ms", decimals: 3, shown: "s" },
      { name: "acorn", decimals: 2, shown: "acorn" },
    ]);
    const declare = (decimals: number, name = "acorn") => api.send("POST", "/api/units", { name, decimals });
    expect(await declare(2)).toMatchObject({ status: 200, body: { outcome: "exists" } });
    expect(await declare(3)).toMatchObject({ status: 409, body: { code: "UNIT_CONFLICT" } });
    expect(await declare(0, "ms")).toMatchObject({ status: 422, body: { code: "ENTRY_INVALID" } });
    expect((await declare(7, "nut")).status).toBe(400);
  });
});

describe("transfers", () => {
  test("one is booked once, however often it is sent, and names who asked", async () => {
    const first = await api.send("POST", "/api/transfers", { id: "t-1", ...gift }, "token-of-ann");
    expect(first).toMatchObject({
      status: 201,
      body: {
        outcome: "created",
        entry: {
          ...{ id: "t-1", kind: "transfer", reason: "gift", about: null, by: { name: "ann", role: "member" } },
          effects: [
            { account: ANN, unit: "acorn", amount: -300, pending_in: 0, pending_out: 0 },
            { account: BEN, unit: "acorn", amount: 300, pending_in: 0, pending_out: 0 },
          ],
        },
      },
    });
    const again = await api.send("POST", "/api/transfers", { id: "t-1", ...gift }, "token-of-ann");
    expect(again).toEqual({ status: 200, body: { outcome: "exists", entry: first.body.entry } });
    expect(await available(ANN)).toBe(700);
    expect((await api.get("/api/movements/t-1")).body).toEqual(first.body.entry);
    expect((await api.get("/api/movements/t-2")).status).toBe(404);
    const other = await api.send("POST", "/api/transfers", { id: "t-1", ...gift, amount: 301 }, "token-of-ann");
    expect(other).toMatchObject({ status: 409, body: { code: "ENTRY_CONFLICT" } });
  });

  test("who has too little is told the limit, and the id is burnt", async () => {
    const asked = { id: "t-1", ...gift, amount: 1_001 };
    expect(await api.send("POST", "/api/transfers", asked)).toEqual({
      status: 409,
      body: {
        code: "LIMIT_EXCEEDED",
        message: expect.stringContaining("would stand at -0.01 acorn"),
        remedy: expect.stringMatching(/at most 10\.00 acorn/),
        limit: 0,
        projected: -1,
      },
    });
    const again = await api.send("POST", "/api/transfers", { ...asked, amount: 1 });
    expect(again).toMatchObject({ status: 409, body: { code: "ENTRY_ID_FAILED" } });
    expect((await api.get(`/api/accounts/${ANN}/limit?unit=acorn`)).body).toEqual({
      ...{ account: ANN, unit: "acorn", floor: 0, spendable: 1_000, words: "it has no credit line" },
    });
  });

  test.each([
    ["of another member's credit", {}, 403, "ACTOR_REFUSED"],
    ["to nobody", { from: BEN, to: "member:ada:credit" }, 422, "ACCOUNT_UNKNOWN"],
    ["out of the pool", { from: "pool" }, 403, "ACTOR_REFUSED"],
    ["to an account of no kind", { from: BEN, to: "ann" }, 422, "ENTRY_INVALID"],
    ["in a unit nobody declared", { from: BEN, to: ANN, unit: "kWh" }, 422, "UNIT_UNKNOWN"],
    ["for a reason in prose", { from: BEN, to: ANN, reason: "for Ann's cake" }, 422, "ENTRY_INVALID"],
    ["of a fraction", { from: BEN, to: ANN, amount: 0.5 }, 400, "REQUEST_INVALID"],
    ["of nothing", { from: BEN, to: ANN, amount: 0 }, 400, "REQUEST_INVALID"],
    ["of more than can be counted", { from: BEN, to: ANN, amount: 2 ** 53 }, 400, "REQUEST_INVALID"],
    ["in the name of another", { from: BEN, to: ANN, by: "ann" }, 400, "REQUEST_INVALID"],
    ["of words for a number", { from: BEN, to: ANN, amount: "300" }, 400, "REQUEST_INVALID"],
  ])("ben's token is refused a payment %s", async (_name, change, status, code) => {
    const reply = await api.send("POST", "/api/transfers", { id: "t-1", ...gift, ...change }, "token-of-ben");
    expect(reply).toMatchObject({ status, body: { code } });
    expect(await available(ANN)).toBe(1_000);
  });

  test("a batch tells what became of each, and one that is refused leaves the others alone", async () => {
    const transfers = [
      { id: "b-1", ...gift },
      { id: "b-2", ...gift, amount: 5_000 },
      { id: "b-3", from: BEN, to: "fund", unit: "acorn", amount: 300, reason: "gift", about: "case-1" },
      { id: "b-1", ...gift },
    ];
    const { status, body } = await api.send("POST", "/api/transfers/batch", { transfers });
    expect(status).toBe(200);
    expect(body.outcomes).toMatchObject([
      { outcome: "created", entry: { id: "b-1" } },
      { outcome: "refused", id: "b-2", code: "LIMIT_EXCEEDED", limit: 0, projected: -4_300 },
      { outcome: "created", entry: { id: "b-3", about: "case-1" } },
      { outcome: "exists", entry: { id: "b-1" } },
    ]);
    expect([await available(ANN), await available(BEN), await available("fund")]).toEqual([700, 0, 300]);
    const swap = [
      { id: "s-1", ...gift },
      { id: "s-2", ...gift, amount: 5_000 },
    ];
    const broken = await api.send("POST", "/api/transfers/batch", { transfers: swap, all_or_none: true });
    expect(broken.body.outcomes).toMatchObject([
      { outcome: "refused", id: "s-1", code: "CHAIN_BROKEN", message: expect.stringContaining("s-2") },
      { outcome: "refused", id: "s-2", code: "LIMIT_EXCEEDED" },
    ]);
    expect([await available(ANN), await available(BEN)]).toEqual([700, 0]);
    const many = Array.from({ length: MOST_IN_BATCH + 1 }, (_, index) => ({ id: `m-${index}`, ...gift }));
    expect((await api.send("POST", "/api/transfers/batch", { transfers: many })).status).toBe(400);
    expect((await api.send("POST", "/api/transfers/batch", { transfers: [] })).status).toBe(400);
  });
});

describe("holds", () => {
  const hold = { id: "h-1", from: ANN, to: "machine:mill", unit: "acorn", amount: 500, reason: "session" };

  test("an amount is held, a part of it is paid, and the rest is free again", async () => {
    const held = await api.send("POST", "/api/holds", { ...hold, timeout_ms: 60_000 }, "token-of-paula");
    expect(held).toMatchObject({
      status: 201,
      body: { entry: { kind: "hold", by: { name: "paula", role: "staff" } } },
    });
    expect((await api.get("/api/holds/h-1")).body).toMatchObject({
      ...{ id: "h-1", state: "pending", due_ms: api.time.now + 60_000 },
    });
    expect(await available(ANN)).toBe(500);
    const post = { id: "p-1", reason: "session", amount: 200 };
    expect(await api.send("POST", "/api/holds/h-1/post", { ...post, amount: 501, id: "p-0" })).toMatchObject({
      ...{ status: 422, body: { code: "HOLD_EXCEEDED" } },
    });
    const paid = await api.send("POST", "/api/holds/h-1/post", post);
    expect(paid).toMatchObject({ status: 201, body: { outcome: "created", entry: { kind: "post", resolves: "h-1" } } });
    expect((await api.send("POST", "/api/holds/h-1/post", post)).body.outcome).toBe("exists");
    expect((await api.get("/api/holds/h-1")).body.state).toBe("posted");
    expect([await available(ANN), await available("machine:mill")]).toEqual([800, 200]);
    expect(await api.send("POST", "/api/holds/h-1/void", { id: "v-1", reason: "late" })).toMatchObject({
      ...{ status: 409, body: { code: "HOLD_POSTED" } },
    });
  });

  test("it is voided, or lapses when its time is over", async () => {
    await api.send("POST", "/api/holds", { ...hold, timeout_ms: null });
    await api.send("POST", "/api/holds", { ...hold, id: "h-2", timeout_ms: 1_000 });
    expect(await available(ANN)).toBe(0);
    expect((await api.send("POST", "/api/holds/h-1/void", { id: "v-1", reason: "cancelled" })).status).toBe(201);
    api.time.now += 2_000;
    expect((await api.get("/api/holds/h-1")).body).toMatchObject({ state: "voided", due_ms: null });
    expect((await api.get("/api/holds/h-2")).body.state).toBe("expired");
    expect(await available(ANN)).toBe(1_000);
    const late = await api.send("POST", "/api/holds/h-2/post", { id: "p-1", reason: "late", amount: null });
    expect(late).toMatchObject({ status: 409, body: { code: "HOLD_EXPIRED" } });
  });

  test("what is no hold is not there, and members hold nothing", async () => {
    expect((await api.get("/api/holds/issue-1")).status).toBe(404);
    const post = await api.send("POST", "/api/holds/nothing/post", { id: "p-1", reason: "late", amount: null });
    expect(post).toMatchObject({ status: 404, body: { code: "HOLD_UNKNOWN" } });
    const asked = { ...hold, timeout_ms: null };
    expect((await api.send("POST", "/api/holds", asked, "token-of-ann")).body.code).toBe("ACTOR_REFUSED");
    expect((await api.send("POST", "/api/holds", hold)).status).toBe(400);
  });
});

describe("bookings and corrections", () => {
  test("an entry is corrected by the difference, and stands", async () => {
    const postings = [
      { account: ANN, unit: "acorn", amount: 900 },
      { account: "outside", unit: "acorn", amount: -900 },
    ];
    const corrected = await api.send("POST", "/api/corrections", {
      ...{ id: "c-1", corrects: "issue-1", reason: "misread", postings },
    });
    expect(corrected).toMatchObject({
      status: 201,
      body: { entry: { corrects: "issue-1", effects: [{ account: ANN, amount: -100 }, { amount: 100 }] } },
    });
    expect(await available(ANN)).toBe(900);
    const none = { id: "c-2", corrects: "nothing", reason: "misread", postings: [] };
    expect(await api.send("POST", "/api/corrections", none)).toMatchObject({ status: 404 });
  });

  test("what does not balance is not booked", async () => {
    const postings = [{ account: ANN, unit: "acorn", amount: 1 }];
    expect(await api.send("POST", "/api/bookings", { id: "x", reason: "issue", postings })).toMatchObject({
      ...{ status: 422, body: { code: "ENTRY_INVALID" } },
    });
  });
});

describe("accounts", () => {
  test("balances of all, at any time; energy and acorns side by side", async () => {
    const { body } = await api.get("/api/accounts?unit=acorn");
    const nothing = { pending_in: 0, pending_out: 0 };
    expect(body).toEqual([
      { account: ANN, unit: "acorn", posted: 1_000, available: 1_000, ...nothing },
      { account: "outside", unit: "acorn", posted: -1_000, available: -1_000, ...nothing },
    ]);
    const { body: all } = await api.get("/api/accounts");
    expect(all).toContainEqual(expect.objectContaining({ account: "member:ann:used", unit: "mWh" }));
    const sums = new Map<string, number>();
    for (const { unit, posted } of all) sums.set(unit, (sums.get(unit) ?? 0) + posted);
    expect([...sums.values()].every((sum) => sum === 0)).toBe(true);
    expect(await available(ANN, "&at_ms=1")).toBe(0);
    expect((await api.get(`/api/accounts?at_ms=${api.time.now - 1}&unit=acorn`)).body).toEqual([]);
  });

  test("lines come page by page, and turnover is their sum", async () => {
    for (const index of [1, 2, 3]) {
      api.time.now += 1_000;
      await api.send("POST", "/api/transfers", { id: `t-${index}`, ...gift, amount: index });
    }
    const lines = `/api/accounts/${ANN}/lines?unit=acorn&limit=3`;
    const { body: first } = await api.get(lines);
    expect(first.lines.map((line: { entry: string }) => line.entry)).toEqual(["issue-1", "t-1", "t-2"]);
    expect(first.lines[2]).toMatchObject({ kind: "transfer", amount: -2, posted: 997, counterparty: BEN });
    const { body: second } = await api.get(`${lines}&after=${first.next}`);
    expect(second).toMatchObject({ lines: [{ entry: "t-3", posted: 994 }], next: null });
    const since = `from_ms=${api.time.now - 1_000}&to_ms=${api.time.now + 1}`;
    expect((await api.get(`/api/accounts/${ANN}/turnover?unit=acorn&${since}`)).body).toMatchObject({ in: 0, out: 5 });
    const { body: late } = await api.get(`/api/accounts/${ANN}/lines?unit=acorn&${since}`);
    expect(late.lines.map((line: { amount: number }) => line.amount)).toEqual([-2, -3]);
  });

  test.each([
    ["/api/accounts/ann/balance?unit=acorn", 422, "ENTRY_INVALID"],
    [`/api/accounts/${ANN}/balance?unit=nut`, 422, "UNIT_UNKNOWN"],
    [`/api/accounts/${ANN}/limit?unit=nut`, 422, "UNIT_UNKNOWN"],
    ["/api/accounts?unit=nut", 422, "UNIT_UNKNOWN"],
    [`/api/accounts/${ANN}/balance`, 400, "REQUEST_INVALID"],
    [`/api/accounts/${ANN}/lines?unit=acorn&limit=0`, 400, "REQUEST_INVALID"],
    [`/api/accounts/${ANN}/turnover?unit=acorn&from_ms=0`, 400, "REQUEST_INVALID"],
  ])("%s is refused with %i %s", async (url, status, code) => {
    const reply = await api.get(url);
    expect(reply).toMatchObject({ status, body: { code, remedy: expect.stringMatching(/\.$/) } });
  });
});
