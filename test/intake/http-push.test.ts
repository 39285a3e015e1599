import { execFile } from "node:child_process";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startHttpPush } from "../../hub/intake/http-push.ts";
import { MAX_PACKET_BYTES } from "../../hub/intake/limits.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { EpochMs } from "../../hub/units.ts";
import { need } from "../requirements.ts";
import { breakable } from "./breakable-store.ts";
import { answerOf, type OpenPush, openPush } from "./open-push.ts";
import { until } from "./until.ts";

const POWER = SeriesKey("roof-a/active_power");
const always = { from: EpochMs(0), to: EpochMs(8e15) };
const own = { "roof-a": ["roof-a"] };
const power = (v: unknown, t?: number) => [{ n: "active_power", u: "W", v, ...(t !== undefined && { t }) }];
const valuesOf = async (hub: OpenPush) => (await hub.stores.series.range(POWER, always)).map(({ value }) => value);

describe("what is taken", () => {
  test("a batch is answered with how much of it was stored, and is on the disk by then", async () => {
    const { fault, wrap, mend } = breakable();
    await using hub = await openPush(own, { wrap });
    fault.kind = "stuck";
    let isAnswered = false;
    const sent = hub.send("roof-a", "roof-a", [
      { bn: "roof-a/", bt: 1.78e9, n: "active_power", u: "W", v: -2310 },
      { n: "active_power", u: "W", t: 60, v: -2200.5 },
      { n: "active_power", u: "W", t: 120, v: null },
    ]);
    sent.then(() => (isAnswered = true));
    await until(() => fault.asked === 1, "the store is asked");
    expect(isAnswered).toBe(false);
    expect(hub.push.state().held.requests).toBe(1);
    mend();
    expect(await sent).toMatchObject({ status: 200, body: { readings: 3, refusals: 0 } });
    expect(await valuesOf(hub)).toEqual([-2310, -2200.5, null]);
    await until(() => hub.push.state().held.requests === 0, "the request is forgotten");
    expect(hub.push.counts()).toEqual({ messages: 1, refusedRequests: 0, connectionsAtTheGate: 0 });
  });

  test("stored records of a device come again and change nothing", async () => {
    await using hub = await openPush(own);
    const records = power(7, 1.78e9).concat(power(8, 1.78e9 + 60));
    for (const _round of [1, 2, 3]) expect((await hub.send("roof-a", "roof-a", records)).status).toBe(200);
    expect(await valuesOf(hub)).toEqual([7, 8]);
    expect(await hub.stores.series.counts()).toMatchObject({ readings: 2, conflicts: 0 });
  });

  test("a resend with its key changes nothing; without a key, with another or for another device it is new", async () => {
    await using hub = await openPush({ gateway: ["roof-a", "roof-b"] });
    const send = (key?: string, device = "roof-a") =>
      hub.send("gateway", device, power(7), key === undefined ? {} : { "idempotency-key": key });
    await send("key-1");
    await send("key-1");
    expect(await valuesOf(hub)).toEqual([7]);
    await send("key-2");
    await send();
    await send();
    expect(await valuesOf(hub)).toEqual([7, 7, 7, 7]);
    expect(await send("key-1", "roof-b")).toMatchObject({ status: 200, body: { readings: 1 } });
    expect(await hub.stores.series.range(SeriesKey("roof-b/active_power"), always)).toHaveLength(1);
  });

  test("Bearer name:password, application/json and a gateway's devices are as good", async () => {
    await using hub = await openPush({ gateway: ["roof-a", "roof-b"] });
    const authorization = `Bearer gateway:${hub.passwords.gateway}`;
    const headers = { authorization, "content-type": "application/json; charset=utf-8" };
    expect((await hub.send("gateway", "roof-a", power(1), headers)).status).toBe(200);
    expect((await hub.send("gateway", "roof-b", power(2), headers)).status).toBe(200);
    expect(await valuesOf(hub)).toEqual([1]);
  });

  test("what cannot be decoded goes to the quarantine and is counted", async () => {
    await using hub = await openPush(own);
    const mixed = [...power(5, 1.78e9), { n: "active_power", u: "hp", v: 1 }, { n: "speed", u: "W", v: 1 }];
    expect(await hub.send("roof-a", "roof-a", mixed)).toMatchObject({
      status: 200,
      body: { readings: 1, refusals: 2 },
    });
    expect(await hub.send("roof-a", "roof-a", "{oops")).toMatchObject({
      status: 200,
      body: { readings: 0, refusals: 1 },
    });
    expect(await hub.send("roof-a", "roof-a", "")).toMatchObject({ status: 200, body: { readings: 0, refusals: 1 } });
    const rows = await hub.stores.series.quarantined(10);
    expect(rows.map(({ reason }) => reason).toReversed()).toEqual([
      'unit "hp" is foreign to active_power: use W or kW',
      'name "speed" is not [channel/]quantity[/l1|l2|l3|t1|t2] of roof-a',
      "not JSON",
      "empty payload",
    ]);
    expect(rows.every(({ source, device }) => source === "push/roof-a" && device === "roof-a")).toBe(true);
    expect(await valuesOf(hub)).toEqual([5]);
  });

  test("with X-Topic the body may be of any kind, and is decoded as on that topic", async () => {
    const asked: unknown[] = [];
    const route = { device: { device: "roof-a", topic: "tele/roof" }, isTurned: false, ratedW: null } as never;
    const foreign = { device: { device: "roof-b", topic: "tele/roof" }, isTurned: false, ratedW: null } as never;
    await using hub = await openPush(own, {
      dialects: {
        routesOf: (topic) => (topic === "tele/roof/STATE" ? [route, foreign] : []),
        decode(routes, { topic, payload, arrival }) {
          asked.push([routes, topic, Buffer.from(payload).toString()]);
          const value = Number(Buffer.from(payload).toString());
          const stamp = { at: arrival.at, stampedBy: "arrival" } as const;
          return { readings: [{ series: POWER, ...stamp, outcome: "value", value }], refusals: [], requests: [] };
        },
      },
    });
    const headers = { "x-topic": "tele/roof/STATE", "content-type": "text/plain" };
    expect(await hub.send("roof-a", "roof-a", "42", headers)).toMatchObject({ status: 200, body: { readings: 1 } });
    expect(asked).toEqual([[[route], "tele/roof/STATE", "42"]]);
    expect(await valuesOf(hub)).toEqual([42]);
    // A topic that no device is known for is SenML like any other body.
    const unknown = { ...headers, "x-topic": "tele/door/STATE" };
    expect(await hub.send("roof-a", "roof-a", "42", unknown)).toMatchObject({ status: 200, body: { refusals: 1 } });
    expect((await hub.stores.series.quarantined(1))[0]).toMatchObject({ source: "tele/door/STATE", device: "roof-a" });
  });

  test("a message that breaks its decoder is kept aside, and its sender goes on", async () => {
    const route = { device: { device: "roof-a", topic: "t" } } as never;
    const decode = () => {
      throw new TypeError("of undefined");
    };
    await using hub = await openPush(own, { dialects: { routesOf: () => [route], decode } });
    const answer = await hub.send("roof-a", "roof-a", "42", { "x-topic": "t" });
    expect(answer).toMatchObject({ status: 200, body: { readings: 0, refusals: 1 } });
    expect((await hub.stores.series.quarantined(1))[0]?.reason).toBe("cannot be decoded: TypeError: of undefined");
  });

  test.skipIf(!need("curl"))("curl on one connection (needs curl)", async () => {
    await using hub = await openPush(own);
    const login = `roof-a:${hub.passwords["roof-a"]}`;
    const type = "Content-Type: application/senml+json";
    const url = `${hub.url}/push/roof-a`;
    const args = ["-sv", "-u", login, "-H", type, "-d", JSON.stringify(power(1)), url, url];
    const { stdout, stderr } = await promisify(execFile)("curl", args, { timeout: 10_000 });
    expect(stdout).toBe('{"readings":1,"refusals":0}'.repeat(2));
    expect(stderr).toMatch(/Re-using existing .*connection/i);
    expect(await valuesOf(hub)).toEqual([1, 1]);
  });
});

describe("who is refused", () => {
  test("a foreign device", async () => {
    await using hub = await openPush({ ...own, other: ["other"] });
    const answer = await hub.send("other", "roof-a", power(1));
    expect(answer).toMatchObject({
      status: 403,
      body: { code: "DEVICE_FOREIGN", message: "other does not speak for roof-a" },
    });
    expect(answer.body.remedy).toMatch(/millrace credential issue/);
    expect(await hub.stores.series.counts()).toMatchObject({ readings: 0, quarantined: 0 });
  });

  test("no credential, a wrong one, or none that can be read", async () => {
    await using hub = await openPush(own, { limits: { wrongPasswordMs: 1, longestWrongPasswordMs: 2 } });
    const anonymous = await answerOf(await fetch(`${hub.url}/push/roof-a`, { method: "POST", body: "[]" }));
    expect(anonymous).toMatchObject({
      status: 401,
      body: { code: "CREDENTIAL_REFUSED", message: "the request names no credential" },
    });
    expect(anonymous.headers.get("www-authenticate")).toMatch(/^Basic /);
    const password = hub.passwords["roof-a"]!;
    for (const authorization of [
      "Bearer roof-a:wrong",
      `Bearer nobody:${password}`,
      `Bearer ${password}`,
      `Digest roof-a:${password}`,
      "Basic !!!",
      "Basic",
    ]) {
      const answer = await hub.send("roof-a", "roof-a", power(1), { authorization });
      expect(answer, authorization).toMatchObject({ status: 401, body: { code: "CREDENTIAL_REFUSED" } });
    }
    expect(hub.push.counts().refusedRequests).toBe(7);
    expect(await valuesOf(hub)).toEqual([]);
  });

  test("guesses are answered ever later, and slow nobody who knows the password", async () => {
    await using hub = await openPush(own, { limits: { wrongPasswordMs: 60, longestWrongPasswordMs: 240 } });
    const took: number[] = [];
    for (const _guess of [1, 2, 3, 4]) {
      const from = performance.now();
      expect((await hub.send("nobody", "roof-a", power(1))).status).toBe(401);
      took.push(performance.now() - from);
    }
    expect(took.map((ms, guess) => ms >= [60, 120, 240, 240][guess]! - 2)).toEqual([true, true, true, true]);
    const guess = hub.send("nobody", "roof-a", power(1));
    expect((await hub.send("roof-a", "roof-a", power(1))).status).toBe(200);
    expect((await guess).status).toBe(401);
    expect(hub.lines.filter((line) => line.includes("wrong password"))).toHaveLength(1);
  });

  test("a revoked credential, on a connection that was open", async () => {
    await using hub = await openPush(own, { limits: { wrongPasswordMs: 1 } });
    expect((await hub.send("roof-a", "roof-a", power(1))).status).toBe(200);
    await hub.stores.credentials.revoke("roof-a");
    expect((await hub.send("roof-a", "roof-a", power(2))).status).toBe(401);
    expect(await valuesOf(hub)).toEqual([1]);
  });
});

describe("what is refused", () => {
  const large = `[${" ".repeat(MAX_PACKET_BYTES)}]`;
  // name, path, body, headers, status, code
  test.each<[string, string, string, Record<string, string>, number, string]>([
    ["too large a body", "/push/roof-a", large, {}, 413, "MESSAGE_TOO_LARGE"],
    ["another kind of body", "/push/roof-a", "[]", { "content-type": "text/plain" }, 415, "MEDIA_TYPE_REFUSED"],
    ["a packed body", "/push/roof-a", "[]", { "content-encoding": "gzip" }, 415, "MEDIA_TYPE_REFUSED"],
    ["too long a key", "/push/roof-a", "[]", { "idempotency-key": "k".repeat(101) }, 400, "REQUEST_INVALID"],
    ["an empty key", "/push/roof-a", "[]", { "idempotency-key": "" }, 400, "REQUEST_INVALID"],
    ["a filter for a topic", "/push/roof-a", "[]", { "x-topic": "tele/+/STATE" }, 400, "REQUEST_INVALID"],
    ["another address", "/readings/roof-a", "[]", {}, 404, "NOT_FOUND"],
    ["a device that cannot be", "/push/roof%2Fa", "[]", {}, 403, "DEVICE_FOREIGN"],
  ])("%s", async (_name, path, body, headers, status, code) => {
    await using hub = await openPush(own);
    const authorization = `Bearer roof-a:${hub.passwords["roof-a"]}`;
    const all = { "content-type": "application/json", authorization, ...headers };
    const answer = await answerOf(await fetch(`${hub.url}${path}`, { method: "POST", body, headers: all }));
    expect(answer).toMatchObject({
      status,
      body: { code, message: expect.any(String), remedy: expect.stringMatching(/\.$/) },
    });
    expect(Object.keys(answer.body)).toEqual(["code", "message", "remedy"]);
    expect(await hub.stores.series.counts()).toMatchObject({ readings: 0, quarantined: 0 });
    // The next one is taken as ever.
    expect((await hub.send("roof-a", "roof-a", power(1))).status).toBe(200);
  });

  test("a body of no announced size that grows too large", async () => {
    await using hub = await openPush(own);
    const answer = await answerOf(
      await fetch(`${hub.url}/push/roof-a`, {
        method: "POST",
        body: new Blob([large]).stream(),
        duplex: "half",
        headers: { "content-type": "application/json", authorization: `Bearer roof-a:${hub.passwords["roof-a"]}` },
      } as RequestInit),
    );
    expect(answer).toMatchObject({ status: 413, body: { code: "MESSAGE_TOO_LARGE" } });
  });

  test("what is no HTTP, and a request that never ends", async () => {
    await using hub = await openPush(own, { limits: { requestMs: 300, headersMs: 200 } });
    const ask = async (bytes: string) => {
      const socket = connect(hub.push.port, "127.0.0.1");
      socket.write(bytes);
      return text(socket);
    };
    expect(await ask("\x10\x0c\x00\x04MQTT\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 .*"code":"REQUEST_INVALID"/s);
    const login = `Authorization: Bearer roof-a:${hub.passwords["roof-a"]}`;
    const head = `POST /push/roof-a HTTP/1.1\r\nHost: h\r\n${login}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n`;
    expect(await ask(`${head}[`)).toMatch(/^HTTP\/1\.1 408 .*"code":"REQUEST_INVALID"/s);
    await until(() => hub.push.state().held.requests === 0, "its place is free again");
  });
});

describe("when storing does not work", () => {
  test("a full disk: 503 after a while, nothing stored, and all is well when it comes again", async () => {
    const { fault, wrap, mend } = breakable();
    await using hub = await openPush(own, { wrap, limits: { longestPushMs: 150, retryMs: 20 } });
    fault.kind = "full";
    const from = performance.now();
    const answer = await hub.send("roof-a", "roof-a", power(1), { "idempotency-key": "a" });
    expect(performance.now() - from).toBeGreaterThanOrEqual(148);
    expect(answer).toMatchObject({
      status: 503,
      body: { code: "STORE_FAILED", message: "readings cannot be stored at the moment: disk is full. Free space." },
    });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(hub.push.state()).toMatchObject({ storing: false, reason: "disk is full. Free space." });
    expect(await valuesOf(hub)).toEqual([]);
    mend();
    expect((await hub.send("roof-a", "roof-a", power(1), { "idempotency-key": "a" })).status).toBe(200);
    // The one that stayed behind to try may have been stored too: the key makes them one.
    expect(await valuesOf(hub)).toEqual([1]);
    expect(hub.push.state().storing).toBe(true);
  });

  test("a failure that passes in time is not told to anybody", async () => {
    const { fault, wrap, mend } = breakable();
    await using hub = await openPush(own, { wrap, limits: { retryMs: 20 } });
    fault.kind = "full";
    const sent = hub.send("roof-a", "roof-a", power(1));
    await until(() => fault.asked >= 2, "it is tried again");
    mend();
    expect((await sent).status).toBe(200);
    expect(await valuesOf(hub)).toEqual([1]);
  });

  test("a store that answers nothing: 503, and a resend after it changes nothing", async () => {
    const { fault, wrap, mend } = breakable();
    await using hub = await openPush(own, { wrap, limits: { longestPushMs: 100 } });
    fault.kind = "stuck";
    const answer = await hub.send("roof-a", "roof-a", power(1), { "idempotency-key": "a" });
    expect(answer).toMatchObject({ status: 503, body: { code: "STORE_FAILED" } });
    expect(answer.body.message).toMatch(/the store has not answered for 100 ms/);
    mend();
    expect((await hub.send("roof-a", "roof-a", power(1), { "idempotency-key": "a" })).status).toBe(200);
    expect(await valuesOf(hub)).toEqual([1]);
  });
});

describe("limits", () => {
  test("requests of one credential and of all: 503, and the others go on", async () => {
    const { fault, wrap, mend } = breakable();
    const limits = { requestsPerCredential: 2, requests: 3 };
    await using hub = await openPush({ ...own, one: ["one"], two: ["two"] }, { wrap, limits });
    fault.kind = "stuck";
    const held = [hub.send("roof-a", "roof-a", power(1)), hub.send("roof-a", "roof-a", power(2))];
    await until(() => fault.asked === 2, "both are held");
    const third = await hub.send("roof-a", "roof-a", power(3));
    expect(third).toMatchObject({
      status: 503,
      body: { code: "PUSH_BUSY", message: "2 requests of roof-a are under way" },
    });
    expect(third.headers.get("retry-after")).toBe("1");
    held.push(hub.send("one", "one", power(4)));
    await until(() => fault.asked === 3, "another credential is taken");
    expect((await hub.send("two", "two", power(5))).body).toMatchObject({ message: "3 requests are under way" });
    mend();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await hub.send("two", "two", power(5))).status).toBe(200);
  });

  test("bodies of all together", async () => {
    const { fault, wrap, mend } = breakable();
    await using hub = await openPush(own, { wrap, limits: { bodyBytes: 100 } });
    fault.kind = "stuck";
    const held = hub.send("roof-a", "roof-a", power(1));
    await until(() => fault.asked === 1, "it is held");
    expect((await hub.send("roof-a", "roof-a", `${JSON.stringify(power(2))}${" ".repeat(100)}`)).body.code).toBe(
      "PUSH_BUSY",
    );
    mend();
    expect((await held).status).toBe(200);
  });

  test("connections beyond the limit are reset", async () => {
    await using hub = await openPush(own, { limits: { connections: 1 } });
    const first = connect(hub.push.port, "127.0.0.1");
    first.write("POST /push/roof-a HTTP/1.1\r\n");
    await until(() => first.bytesWritten > 0, "the first is connected");
    await expect(hub.send("roof-a", "roof-a", power(1))).rejects.toThrow();
    expect(hub.push.counts().connectionsAtTheGate).toBe(1);
    first.destroy();
    await until(
      async () => (await hub.send("roof-a", "roof-a", power(1)).catch(() => ({ status: 0 }))).status === 200,
      "its place is taken",
    );
  });

  test("a client that leaves frees its place", async () => {
    const { fault, wrap, mend } = breakable();
    await using hub = await openPush(own, { wrap });
    fault.kind = "stuck";
    const leaving = new AbortController();
    const headers = { "content-type": "application/json", authorization: `Bearer roof-a:${hub.passwords["roof-a"]}` };
    const { signal } = leaving;
    const sent = fetch(`${hub.url}/push/roof-a`, { method: "POST", body: JSON.stringify(power(1)), headers, signal });
    await until(() => fault.asked === 1, "it is held");
    leaving.abort();
    await expect(sent).rejects.toThrow();
    await until(() => hub.push.state().held.requests === 0, "its place is free");
    mend();
  });
});

test("closing lets requests under way end, and cuts off those that wait for a broken store", async () => {
  const { fault, wrap, mend } = breakable();
  const hub = await openPush(own, { wrap, limits: { closingMs: 150 } });
  fault.kind = "stuck";
  const held = hub.send("roof-a", "roof-a", power(1));
  await until(() => fault.asked === 1, "it is held");
  const closing = hub.push.close();
  mend();
  expect((await held).status).toBe(200);
  await closing;
  await hub.stores.close();

  const broken = breakable();
  const other = await openPush(own, { wrap: broken.wrap, limits: { closingMs: 150 } });
  broken.fault.kind = "stuck";
  const cut = other.send("roof-a", "roof-a", power(1)).catch((cause: unknown) => cause);
  await until(() => broken.fault.asked === 1, "it is held");
  await other.push.close();
  expect(await cut).toBeInstanceOf(TypeError);
  broken.mend();
  await other.stores.close();
});

test("a port in use is told with its address", async () => {
  await using hub = await openPush(own);
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const again = startHttpPush({
    host: "127.0.0.1",
    port: hub.push.port,
    credentials: hub.stores.credentials,
    store: hub.stores.series,
    clock: () => EpochMs(0),
    log: silent,
  });
  await expect(again).rejects.toMatchObject({ code: "PORT_IN_USE", remedy: expect.stringContaining("push.port") });
});
