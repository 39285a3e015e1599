import mqtt from "mqtt";
import mqttPacket from "mqtt-packet";
import { expect, test } from "vitest";
import { type OpenBroker, openBroker } from "./open-broker.ts";
import { connectRaw, type Login, openRaw, type RawClient, reading } from "./raw-client.ts";
import { until } from "./until.ts";

const devices = (count: number, prefix = "idle") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, [`${prefix}-${index}`]]));

test("1,000 idle connections, and one that works as if it were alone", async () => {
  await using hub = await openBroker({ ...devices(1_000), worker: ["worker"] });
  const idle = await Promise.all(Array.from({ length: 1_000 }, (_, index) => connectRaw(login(hub, `idle-${index}`))));
  expect(idle.every(({ returnCode }) => returnCode === 0)).toBe(true);
  expect(hub.broker.state().connections).toBe(1_000);
  const waits = await workFor(hub, "worker", 40);
  expect(percentile(waits, 0.99)).toBeLessThan(500);
  expect(idle.some((client) => client.isClosed())).toBe(false);
  for (const { socket } of idle) socket.destroy();
  await until(() => hub.broker.state().connections === 0, "all are gone");
}, 60_000);

test("a client that never reads is let go, and nobody waits for it", async () => {
  await using hub = await openBroker(
    { deaf: ["deaf"], worker: ["worker"] },
    { limits: { drainTimeoutMs: 300, keepAliveS: 3_600 } },
  );
  const deaf = await connectRaw(login(hub, "deaf"));
  deaf.socket.pause();
  const pings = Buffer.concat(Array.from({ length: 20_000 }, () => mqttPacket.generate({ cmd: "pingreq" })));
  let waits: readonly number[] = [];
  const working = (async () => {
    waits = await workFor(hub, "worker", 20);
  })();
  // It asks and never listens, until the answers fill every buffer on the way.
  while (!deaf.isClosed()) {
    deaf.socket.write(pings);
    await until(() => !deaf.socket.writableNeedDrain || deaf.isClosed(), "it can go on asking");
  }
  await working;
  expect(percentile(waits, 0.99)).toBeLessThan(1_000);
  await until(() => hub.broker.state().connections === 0, "it is let go");
}, 60_000);

test.each([0, 1] as const)(
  "a flood at QoS %i leaves the others their share",
  async (qos) => {
    await using hub = await openBroker({ flood: ["flood"], worker: ["worker"] });
    const flood = await connectRaw(login(hub, "flood"));
    let isOver = false;
    const flooding = (async () => {
      for (let sent = 0; !isOver; sent += 200) {
        const packets = Array.from({ length: 200 }, (_, index) => reading("flood", sent + index, { qos }));
        flood.send(...packets);
        await until(() => !flood.socket.writableNeedDrain || flood.isClosed(), "the flood can go on");
      }
    })();
    await until(() => hub.broker.counts().messages > 2_000, "the flood runs");
    const waits = await workFor(hub, "worker", 60);
    isOver = true;
    expect(percentile(waits, 0.99)).toBeLessThan(1_000);
    expect(flood.isClosed()).toBe(false);
    flood.socket.destroy();
    await flooding;
    expect(hub.broker.counts().shedQos0).toEqual({});
  },
  60_000,
);

test("connections faster than their rate are turned away; who is in stays in, and later ones are taken again", async () => {
  const limits = { connectsPerAddress: { burst: 20, perSecond: 10 } };
  await using hub = await openBroker({ worker: ["worker"], late: ["late"] }, { limits });
  const worker = await connectRaw(login(hub, "worker"));
  const flood = await Promise.all(Array.from({ length: 300 }, () => openRaw(hub.broker.port)));
  await until(() => hub.broker.counts().connectionsAtTheGate > 200, "most are turned away");
  expect(hub.broker.state().connections).toBeLessThan(60);
  worker.send(reading("worker", 1));
  await until(() => worker.acknowledged.size === 1, "the one inside works");
  for (const { socket } of flood) socket.destroy();
  await until(async () => (await connectRaw(login(hub, "late"))).returnCode === 0, "a later one is taken");
  expect(hub.lines.filter(({ message }) => /turned away/.test(message))).toHaveLength(1);
});

test("a connection that never says CONNECT is closed, and an address has only so many of them", async () => {
  const limits = { connectTimeoutMs: 200, halfOpenPerAddress: 5 };
  await using hub = await openBroker({ worker: ["worker"] }, { limits });
  const silent = await Promise.all(Array.from({ length: 8 }, () => openRaw(hub.broker.port)));
  await until(() => hub.broker.counts().connectionsAtTheGate === 3, "three are turned away");
  await until(() => silent.every((client) => client.isClosed()), "the others are closed");
  expect((await connectRaw(login(hub, "worker"))).returnCode).toBe(0);
});

test("no more connections than the limit, and a place that is left is given again", async () => {
  await using hub = await openBroker(devices(4), { limits: { connections: 3 } });
  const inside = await Promise.all([0, 1, 2].map((index) => connectRaw(login(hub, `idle-${index}`))));
  expect((await connectRaw(login(hub, "idle-3"))).returnCode).toBe(null);
  inside[0]!.socket.destroy();
  await until(async () => (await connectRaw(login(hub, "idle-3"))).returnCode === 0, "the place is given again");
});

test("two devices with one client id do not push each other out for ever, and the steward is told", async () => {
  const limits = { takeovers: { burst: 3, perSecond: 0.001 } };
  await using hub = await openBroker({ twin: ["twin"] }, { limits });
  let connects = 0;
  const twins = await Promise.all(
    [0, 1].map(async () => {
      const options = {
        username: "twin",
        password: hub.passwords.twin!,
        clientId: "twin",
        reconnectPeriod: 5,
        reconnectOnConnackError: true,
      };
      const client = mqtt.connect(`mqtt://127.0.0.1:${hub.broker.port}`, options);
      client.on("error", () => {});
      client.on("connect", () => {
        connects += 1;
      });
      await until(() => client.connected, "it is taken");
      return client;
    }),
  );
  await until(() => (hub.broker.state().sharedClientIds[0]?.refused ?? 0) >= 10, "the newcomer is refused");
  expect(hub.broker.state().sharedClientIds).toEqual([
    expect.objectContaining({ client: "twin", credential: "twin", takeovers: 3 }),
  ]);
  expect(connects).toBe(4);
  const holder = twins.find(({ connected }) => connected);
  await holder!.publishAsync("readings/twin", "[]", { qos: 1 });
  expect(hub.lines.filter(({ message }) => /client id used twice/.test(message))).toHaveLength(1);
  expect(hub.lines.find(({ message }) => /client id used twice/.test(message))?.fields).toMatchObject({
    credential: "twin",
    holder: expect.stringMatching(/127\.0\.0\.1/),
    newcomer: expect.stringMatching(/127\.0\.0\.1/),
  });
  await Promise.all(twins.map((client) => client.endAsync(true)));
});

test("wrong passwords of one address are answered later and later, right ones at once", async () => {
  const limits = { wrongPasswordMs: 100, longestWrongPasswordMs: 400 };
  await using hub = await openBroker({ worker: ["worker"] }, { limits });
  const wrong = async () => {
    const from = performance.now();
    const { returnCode } = await connectRaw({ ...login(hub, "worker"), password: "guess", clientId: "guesser" });
    expect(returnCode).toBe(4);
    return performance.now() - from;
  };
  const waits = [await wrong(), await wrong(), await wrong(), await wrong()];
  [100, 200, 400, 400].forEach((least, index) => {
    expect(waits[index]).toBeGreaterThanOrEqual(least - 5);
  });
  const guessing = wrong();
  const from = performance.now();
  expect((await connectRaw(login(hub, "worker"))).returnCode).toBe(0);
  expect(performance.now() - from).toBeLessThan(350);
  await guessing;
});

test("a client has a bounded number of subscriptions, and one it gives back is free again", async () => {
  await using hub = await openBroker({ worker: ["worker"] }, { limits: { subscriptions: 3 } });
  const client = await connectRaw(login(hub, "worker"));
  const topics = [1, 2, 3, 4, 5].map((index) => `commands/worker/${index}`);
  client.send({
    cmd: "subscribe",
    messageId: 1,
    subscriptions: topics.map((topic) => ({ topic, qos: 1 as const })),
  } as never);
  await until(() => answers(client, "suback").length === 1, "the first answer");
  expect(answers(client, "suback")[0]).toMatchObject({ granted: [1, 1, 1, 128, 128] });
  client.send({ cmd: "unsubscribe", messageId: 2, unsubscriptions: [topics[0]!] });
  await until(() => answers(client, "unsuback").length === 1, "it is given back");
  client.send({ cmd: "subscribe", messageId: 3, subscriptions: [{ topic: topics[4]!, qos: 1 }] } as never);
  await until(() => answers(client, "suback").length === 2, "the second answer");
  expect(answers(client, "suback")[1]).toMatchObject({ granted: [1] });
});

test("a keep-alive longer than the limit is taken as the limit", async () => {
  await using hub = await openBroker({ worker: ["worker"] }, { limits: { keepAliveS: 1 } });
  const client = await connectRaw({ ...login(hub, "worker"), keepalive: 60_000 });
  const from = performance.now();
  await until(() => client.isClosed(), "a vanished client is missed");
  expect(performance.now() - from).toBeGreaterThan(1_000);
});

function login(hub: OpenBroker, name: string): Login {
  return { port: hub.broker.port, username: name, password: hub.passwords[name]! };
}

/** Publish one reading after the other and return how long each acknowledgement took, ms. */
async function workFor(hub: OpenBroker, name: string, readings: number): Promise<readonly number[]> {
  const worker = await connectRaw(login(hub, name));
  const waits: number[] = [];
  for (let index = 0; index < readings; index += 1) {
    const from = performance.now();
    worker.send(reading(name, index));
    await until(() => worker.acknowledged.size === index + 1, `${name} is acknowledged`);
    waits.push(performance.now() - from);
  }
  worker.socket.destroy();
  return waits;
}

function percentile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)]!;
}

const answers = (client: RawClient, cmd: string) => client.heard.filter((packet) => packet.cmd === cmd);
