import { once } from "node:events";
import mqtt from "mqtt";
import { expect, test } from "vitest";
import { SeriesKey } from "../../hub/reading.ts";
import { EpochMs } from "../../hub/units.ts";
import { breakable } from "./breakable-store.ts";
import { openBroker } from "./open-broker.ts";
import { connectRaw, type Login, reading } from "./raw-client.ts";
import { until } from "./until.ts";

const POWER = SeriesKey("roof-a/active_power");
const always = { from: EpochMs(0), to: EpochMs(8e15) };
const quick = { retryMs: 20, shortestHoldMs: 300, longestHoldMs: 900 };

test("a full disk: nothing is acknowledged, the hub says so, and all of it is acknowledged when space returns", async () => {
  const { fault, wrap, mend } = breakable();
  await using hub = await openBroker({ "roof-a": ["roof-a"] }, { wrap, limits: { retryMs: 20 } });
  const client = await connectRaw(login(hub, "roof-a"));
  fault.kind = "full";
  client.send(...Array.from({ length: 50 }, (_, index) => reading("roof-a", index)));
  await until(() => !hub.broker.state().storing, "the hub notices");
  const asked = fault.asked;
  await until(() => fault.asked > asked + 3, "it is tried again");
  expect(client.acknowledged.size).toBe(0);
  expect(hub.broker.state()).toMatchObject({
    storing: false,
    reason: "disk is full. Free space.",
    held: { messages: 50 },
  });
  expect(await hub.stores.series.range(POWER, always)).toEqual([]);
  // One message tries, the others wait; and the log is not filled with it.
  expect(fault.asked).toBeLessThan(50 + 20);
  expect(hub.lines.filter(({ level }) => level === "error")).toHaveLength(1);

  mend();
  await until(() => client.acknowledged.size === 50, "all are acknowledged");
  expect((await hub.stores.series.range(POWER, always)).map(({ value }) => value)).toEqual(
    Array.from({ length: 50 }, (_, index) => index),
  );
  expect(hub.broker.state()).toMatchObject({ storing: true, reason: null, held: { messages: 0, bytes: 0 } });
  expect(hub.lines.map(({ message }) => message)).toContain("storing again");
});

test("an acknowledgement is held half the keep-alive; then the client is let go, and taken again when storing works", async () => {
  const { fault, wrap, mend } = breakable();
  await using hub = await openBroker({ "roof-a": ["roof-a"], other: ["other"] }, { wrap, limits: quick });
  const client = await connectRaw({ ...login(hub, "roof-a"), keepalive: 1 });
  const idle = await connectRaw({ ...login(hub, "other"), keepalive: 1 });
  fault.kind = "stuck";
  const sentAt = performance.now();
  client.send(reading("roof-a", 1), reading("roof-a", 2));
  await until(() => client.isClosed(), "it is let go");
  expect(performance.now() - sentAt).toBeGreaterThan(450);
  expect(performance.now() - sentAt).toBeLessThan(1_500);
  expect(client.acknowledged.size).toBe(0);
  expect(hub.lines).toContainEqual({
    level: "warn",
    message: expect.stringMatching(/connection closed: an acknowledgement was held for \d+ ms, half its keep-alive/),
    fields: expect.objectContaining({ credential: "roof-a", held: 2 }),
  });
  expect(hub.broker.counts().closedForHolding).toBe(1);
  expect(hub.broker.state()).toMatchObject({ storing: false, reason: expect.stringMatching(/has not answered for/) });
  expect((await connectRaw(login(hub, "roof-a"))).returnCode).toBe(3);
  // Who waits for nothing stays, and is answered.
  idle.send({ cmd: "pingreq" });
  await until(() => idle.heard.some(({ cmd }) => cmd === "pingresp"), "a ping is answered");

  mend();
  await until(() => hub.broker.state().storing, "storing works again");
  const again = await connectRaw(login(hub, "roof-a"));
  expect(again.returnCode).toBe(0);
  again.send({ ...reading("roof-a", 1), dup: true } as never, { ...reading("roof-a", 2), dup: true } as never);
  await until(() => again.acknowledged.size === 2, "both are acknowledged");
  expect(await hub.stores.series.counts()).toMatchObject({ readings: 2, conflicts: 0 });
});

test("a ping is answered beside one held message, and waits behind several of one read: why a hold has a limit", async () => {
  const { fault, wrap, mend } = breakable();
  await using hub = await openBroker({ one: ["one"], two: ["two"] }, { wrap });
  const [one, two] = [await connectRaw(login(hub, "one")), await connectRaw(login(hub, "two"))];
  fault.kind = "stuck";
  const isAnswered = ({ heard }: typeof one) => heard.some(({ cmd }) => cmd === "pingresp");
  two.send(reading("two", 1), reading("two", 2));
  await until(() => fault.asked === 2, "both messages of the second are held");
  two.send({ cmd: "pingreq" });
  one.send(reading("one", 1));
  await until(() => fault.asked === 3, "the message of the first is held");
  one.send({ cmd: "pingreq" });
  await until(() => isAnswered(one), "the ping of the first is answered");
  expect(isAnswered(two)).toBe(false);
  mend();
  await until(() => isAnswered(two), "the ping of the second is answered");
  expect([one.acknowledged.size, two.acknowledged.size]).toEqual([1, 2]);
});

test("a will of a client that was let go is no reading", async () => {
  const { fault, wrap, mend } = breakable();
  await using hub = await openBroker({ "roof-a": ["roof-a"] }, { wrap, limits: quick });
  const dying = await mqtt.connectAsync(`mqtt://127.0.0.1:${hub.broker.port}`, {
    username: "roof-a",
    password: hub.passwords["roof-a"]!,
    keepalive: 1,
    reconnectPeriod: 0,
    will: { topic: "readings/roof-a", payload: Buffer.from("[]"), qos: 1, retain: false },
  });
  fault.kind = "stuck";
  const closed = once(dying.stream, "close");
  dying.publish("readings/roof-a", JSON.stringify([{ n: "active_power", u: "W", v: 1, t: 1.78e9 }]), { qos: 1 });
  await closed;
  mend();
  await until(() => hub.broker.state().held.messages === 0, "what was asked of the store is answered");
  expect((await hub.stores.series.range(POWER, always)).map(({ value }) => value)).toEqual([1]);
  expect((await hub.stores.series.counts()).quarantined).toBe(0);
});

test("with everybody gone, the hub finds out by itself that storing works again", async () => {
  const { fault, wrap, mend } = breakable();
  await using hub = await openBroker({ "roof-a": ["roof-a"] }, { wrap, limits: quick });
  const client = await connectRaw({ ...login(hub, "roof-a"), keepalive: 1 });
  fault.kind = "full";
  client.send(...Array.from({ length: 20 }, (_, index) => reading("roof-a", index)));
  await until(() => client.isClosed(), "it is let go");
  await until(() => hub.broker.state().held.messages === 1, "one message stays behind to try");
  expect((await connectRaw(login(hub, "roof-a"))).returnCode).toBe(3);
  mend();
  await until(() => hub.broker.state().storing, "storing works again");
  expect((await connectRaw(login(hub, "roof-a"))).returnCode).toBe(0);
});

test("QoS 0 is paused first and shed last, counted by device, and its connection stays", async () => {
  const { fault, wrap, mend } = breakable();
  const limits = { ...quick, clientMessages: 100 };
  await using hub = await openBroker({ "roof-a": ["roof-a"] }, { wrap, limits });
  const client = await connectRaw({ ...login(hub, "roof-a"), keepalive: 1 });
  fault.kind = "full";
  const send = (from: number, count: number) =>
    client.send(
      ...Array.from({ length: count }, (_, index) => reading("roof-a", from + index, { qos: 0, padding: 500 })),
    );
  for (let from = 0; from < 1_000; from += 100) send(from, 100);
  await until(() => hub.broker.state().paused === 1, "its socket is paused");
  expect(hub.broker.counts().shedQos0).toEqual({});
  await until(() => (hub.broker.counts().shedQos0["roof-a"] ?? 0) > 0, "some is shed");
  client.send({ cmd: "pingreq" });
  await until(() => client.heard.some(({ cmd }) => cmd === "pingresp"), "a ping is answered");
  mend();
  await until(() => hub.broker.state().held.messages === 0, "what waited is stored");
  client.send(reading("roof-a", 5_000));
  await until(() => client.acknowledged.size === 1, "it goes on");
  const { messages, shedQos0 } = hub.broker.counts();
  expect(messages + shedQos0["roof-a"]!).toBe(1_001);
  expect((await hub.stores.series.counts()).readings).toBe(messages);
  expect(hub.lines.filter(({ message }) => /set QoS 1/.test(message))).toHaveLength(1);
});

test("all acknowledgements of one commit leave in one tick", async () => {
  const { fault, wrap, mend } = breakable();
  await using hub = await openBroker({ "roof-a": ["roof-a"] }, { wrap });
  const client = await connectRaw(login(hub, "roof-a"));
  fault.kind = "stuck";
  const chunks: number[] = [];
  client.socket.on("data", (chunk) => chunks.push(chunk.length));
  client.send(...Array.from({ length: 60 }, (_, index) => reading("roof-a", index)));
  await until(() => fault.asked === 60, "the store is asked");
  mend();
  await until(() => client.acknowledged.size === 60, "all are acknowledged");
  expect(chunks).toEqual([60 * 4]);
});

function login(hub: Awaited<ReturnType<typeof openBroker>>, name: string): Login {
  return { port: hub.broker.port, username: name, password: hub.passwords[name]! };
}
