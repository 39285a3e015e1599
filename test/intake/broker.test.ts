import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { describe, expect, test } from "vitest";
import { MAX_PACKET_BYTES } from "../../hub/intake/broker.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { EpochMs } from "../../hub/units.ts";
import { need } from "../requirements.ts";
import { openBroker } from "./open-broker.ts";
import { until } from "./until.ts";

const hasMosquitto = need("mosquitto_pub") && need("mosquitto_sub");
const always = { from: EpochMs(0), to: EpochMs(8e15) };
const POWER = SeriesKey("roof-a/active_power");
const pack = (value: number, t?: number) =>
  JSON.stringify([{ n: "active_power", u: "W", v: value, ...(t !== undefined && { t }) }]);

describe.skipIf(!hasMosquitto)("mosquitto_pub against the broker (needs mosquitto-clients)", () => {
  test("a reading that was acknowledged is stored", async () => {
    await using hub = await openBroker({ "roof-a": ["roof-a"] });
    expect(await hub.publish("roof-a", "readings/roof-a", pack(-1200))).toEqual({ code: 0, output: "" });
    expect((await hub.stores.series.range(POWER, always)).map(({ value }) => value)).toEqual([-1200]);
    expect(hub.broker.counts().messages).toBe(1);
  });

  test("an unknown name and a wrong password are refused alike", async () => {
    await using hub = await openBroker({ "roof-a": ["roof-a"] });
    const unknown = await hub.publish("nobody", "readings/roof-a", pack(1));
    const wrong = await hub.publish("roof-a", "readings/roof-a", pack(1), "-P", "guess");
    expect(unknown.code).not.toBe(0);
    expect(wrong).toEqual(unknown);
    expect(wrong.output).toMatch(/not authori[sz]ed|bad user name/i);
    expect(await hub.stores.series.catalogue()).toEqual([]);
    expect(hub.broker.counts().refusedConnections).toBe(2);
  });

  test.each(["readings/roof-b", "readings/roof-a/active_power", "readings/", "commands/roof-a", "$SYS/x", "other"])(
    "a credential may not publish on %s, and nothing is stored",
    async (topic) => {
      await using hub = await openBroker({ "roof-a": ["roof-a"], "roof-b": ["roof-b"] });
      expect((await hub.publish("roof-a", topic, pack(1))).code).not.toBe(0);
      expect(await hub.stores.series.catalogue()).toEqual([]);
      expect(hub.broker.counts().refusedPublishes).toBeGreaterThan(0);
    },
  );

  test("a gateway speaks for its devices and for no other", async () => {
    await using hub = await openBroker({ gateway: ["roof-a", "roof-b"] });
    expect((await hub.publish("gateway", "readings/roof-b", pack(1))).code).toBe(0);
    expect((await hub.publish("gateway", "readings/gateway", pack(1))).code).not.toBe(0);
    expect((await hub.stores.series.catalogue()).map(({ series }) => series)).toEqual(["roof-b/active_power"]);
  });

  test.each([
    "#",
    "+/+",
    "$SYS/#",
    "readings/roof-a",
    "commands/#",
    "commands/+",
    "commands/roof-b",
    "commands/roof-a/#",
  ])("subscribing to %s is refused", async (filter) => {
    await using hub = await openBroker({ "roof-a": ["roof-a"] });
    expect((await hub.subscribe("roof-a", filter)).output).toMatch(/denied|rejected|refused/i);
    expect(hub.broker.counts().refusedSubscriptions).toBe(1);
  });

  test("a device may hear its own commands", async () => {
    await using hub = await openBroker({ "roof-a": ["roof-a"] });
    for (const filter of ["commands/roof-a", "commands/roof-a/limit"]) {
      expect((await hub.subscribe("roof-a", filter)).output).not.toMatch(/denied|rejected|refused/i);
    }
    expect(hub.broker.counts().refusedSubscriptions).toBe(0);
  });

  test("garbage is acknowledged into the quarantine with its reason, and the stream goes on", async () => {
    await using hub = await openBroker({ "roof-a": ["roof-a"] });
    for (const payload of ["\u0001\u0002 garbage", "{}", pack(1).replace("W", "furlong"), pack(7)]) {
      expect((await hub.publish("roof-a", "readings/roof-a", payload)).code).toBe(0);
    }
    const rows = await hub.stores.series.quarantined(10);
    expect(rows.map(({ reason, device, source }) => [reason, device, source])).toEqual([
      [expect.stringMatching(/furlong/), "roof-a", "readings/roof-a"],
      [expect.stringMatching(/outermost/), "roof-a", "readings/roof-a"],
      ["not JSON", "roof-a", "readings/roof-a"],
    ]);
    expect(Buffer.from(rows[2]!.payload).toString()).toBe("\u0001\u0002 garbage");
    expect((await hub.stores.series.range(POWER, always)).map(({ value }) => value)).toEqual([7]);
    expect((await hub.stores.series.counts()).quarantined).toBe(3);
  });

  test("a 10 MB payload is refused at its header, noted, and nobody else suffers", async () => {
    await using hub = await openBroker({ "roof-a": ["roof-a"], "roof-b": ["roof-b"] });
    const file = join(tmpdir(), `millrace-10mb-${process.pid}`);
    writeFileSync(file, Buffer.alloc(10_000_000, 32));
    const [refused, fine] = await Promise.all([
      hub.publishFile("roof-a", "readings/roof-a", file),
      hub.publish("roof-b", "readings/roof-b", pack(3)),
    ]);
    expect(refused.code).not.toBe(0);
    expect(fine.code).toBe(0);
    await until(async () => (await hub.stores.series.counts()).quarantined > 0, "the refusal is kept");
    const [row] = await hub.stores.series.quarantined(1);
    expect(row?.reason).toMatch(new RegExp(`over the limit of ${MAX_PACKET_BYTES}`));
    expect(row?.source).toMatch(/roof-a/);
    expect(hub.broker.counts().oversizedPackets).toBeGreaterThan(0);
  });

  test("a retained PUBLISH is a fresh reading and leaves nothing behind; a will is never a reading", async () => {
    await using hub = await openBroker({ "roof-a": ["roof-a"] });
    expect((await hub.publish("roof-a", "readings/roof-a", pack(5), "-r")).code).toBe(0);
    const dying = mqtt.connect(`mqtt://127.0.0.1:${hub.broker.port}`, {
      username: "roof-a",
      password: hub.passwords["roof-a"]!,
      reconnectPeriod: 0,
      will: { topic: "readings/roof-a", payload: Buffer.from(pack(9)), qos: 1, retain: false },
    });
    await new Promise<void>((resolve) => dying.once("connect", () => resolve()));
    const closed = new Promise<void>((resolve) => dying.once("close", () => resolve()));
    dying.stream.destroy();
    await closed;
    expect((await hub.publish("roof-a", "readings/roof-a", pack(6))).code).toBe(0);
    expect((await hub.stores.series.range(POWER, always)).map(({ value }) => value)).toEqual([5, 6]);
  });

  test("the same stamped reading twice is one reading", async () => {
    await using hub = await openBroker({ "roof-a": ["roof-a"] });
    for (let sent = 0; sent < 2; sent += 1) await hub.publish("roof-a", "readings/roof-a", pack(5, 1.78e9));
    expect(await hub.stores.series.counts()).toMatchObject({ readings: 1, conflicts: 0 });
  });
});

test("QoS 1 and 2 are acknowledged only after the store has committed", async () => {
  const gate = Promise.withResolvers<void>();
  await using hub = await openBroker(
    { "roof-a": ["roof-a"] },
    {
      wrap: (store) => ({
        ...store,
        async append(readings) {
          const receipt = await store.append(readings);
          await gate.promise;
          return receipt;
        },
      }),
    },
  );
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${hub.broker.port}`, {
    username: "roof-a",
    password: hub.passwords["roof-a"]!,
  });
  let acknowledged = 0;
  const sent = [1, 2, 1].map(async (qos, index) => {
    await client.publishAsync("readings/roof-a", pack(index, 1.78e9 + index), { qos: qos as 1 | 2 });
    acknowledged += 1;
  });
  // The store has committed all three, so the broker has had every chance to acknowledge too early.
  await until(async () => (await hub.stores.series.counts()).readings === 3, "the store has all three");
  expect(acknowledged).toBe(0);
  gate.resolve();
  await Promise.all(sent);
  expect(acknowledged).toBe(3);
  await client.endAsync();
});

test("a message that cannot be stored is not acknowledged: the client is let go and sends it again", async () => {
  let failures = 2;
  await using hub = await openBroker(
    { "roof-a": ["roof-a"] },
    {
      wrap: (store) => ({
        ...store,
        append: (readings) => (failures-- > 0 ? Promise.reject(new Error("disk full")) : store.append(readings)),
      }),
    },
  );
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${hub.broker.port}`, {
    username: "roof-a",
    password: hub.passwords["roof-a"]!,
    reconnectPeriod: 20,
    clean: false,
    clientId: "roof-a",
  });
  await client.publishAsync("readings/roof-a", pack(42, 1.78e9), { qos: 1 });
  expect(failures).toBe(-1);
  expect((await hub.stores.series.range(POWER, always)).map(({ value }) => value)).toEqual([42]);
  await client.endAsync();
});

test("nobody takes over another credential's session by its client id", async () => {
  await using hub = await openBroker({ "roof-a": ["roof-a"], "roof-b": ["roof-b"] });
  const address = `mqtt://127.0.0.1:${hub.broker.port}`;
  const first = await mqtt.connectAsync(address, {
    username: "roof-a",
    password: hub.passwords["roof-a"]!,
    clientId: "shared",
  });
  const intruder = mqtt.connectAsync(
    address,
    { username: "roof-b", password: hub.passwords["roof-b"]!, clientId: "shared", reconnectPeriod: 0 },
    false,
  );
  await expect(intruder).rejects.toThrow(/identifier rejected/i);
  await first.publishAsync("readings/roof-a", pack(1), { qos: 1 });
  expect(first.connected).toBe(true);
  await first.endAsync();
});

test("bytes that are no MQTT end their own connection only", async () => {
  await using hub = await openBroker({ "roof-a": ["roof-a"] });
  const socket = connect(hub.broker.port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await once(socket, "close");
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${hub.broker.port}`, {
    username: "roof-a",
    password: hub.passwords["roof-a"]!,
  });
  await client.publishAsync("readings/roof-a", pack(1), { qos: 1 });
  await client.endAsync();
  expect(hub.broker.counts().messages).toBe(1);
});
