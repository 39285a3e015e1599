import type { Packet } from "mqtt-packet";
import { expect, test, vi } from "vitest";
import { HubError } from "../../hub/errors.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { openClient } from "../peers/open-client.ts";
import { openAnsweringBroker } from "./answering-broker.ts";

const soon = (claim: () => unknown): Promise<unknown> => vi.waitFor(claim, { timeout: 10_000, interval: 5 });
const accept: Packet = { cmd: "connack", reasonCode: 0, sessionPresent: false };
const publish = (messageId: number, dup = false): Packet => ({
  cmd: "publish",
  topic: "readings/meter-1",
  payload: Buffer.from(JSON.stringify([{ n: "voltage", u: "V", bt: 1_600_000_000 + messageId, v: 230 }])),
  qos: 1,
  retain: false,
  dup,
  messageId,
});

/** Accepts everybody, and sends these once they have subscribed. */
const delivering =
  (...packets: readonly Packet[]) =>
  (packet: Packet): readonly Packet[] => {
    if (packet.cmd === "connect") return [accept];
    if (packet.cmd === "subscribe") {
      return [{ cmd: "suback", messageId: packet.messageId ?? 0, granted: [1] }, ...packets];
    }
    return [];
  };

test("it asks for a session that stays, with room for as many messages as a commit takes", async () => {
  await using broker = await openAnsweringBroker(delivering());
  await using hub = openClient({ port: broker.port, clientId: "hub-1", sharedGroup: "hubs" });
  await soon(() => expect(hub.client.state().connected).toBe(true));
  expect(broker.received[0]).toMatchObject({
    cmd: "connect",
    clientId: "hub-1",
    clean: false,
    protocolVersion: 5,
    properties: { receiveMaximum: 10_000, sessionExpiryInterval: 30 * 86_400 },
  });
  expect(broker.received[1]).toMatchObject({ subscriptions: [{ topic: "$share/hubs/readings/+", qos: 1 }] });
});

test("messages are stored together, and acknowledged in order of arrival in one write", async () => {
  const ids = Array.from({ length: 500 }, (_, index) => index + 1);
  await using broker = await openAnsweringBroker(delivering(...ids.map((id) => publish(id))));
  const inner = memorySeriesStore();
  const held: (() => void)[] = [];
  const store = {
    ...inner,
    async append(...those: Parameters<typeof inner.append>) {
      await new Promise<void>((resolve) => held.push(resolve));
      return inner.append(...those);
    },
  };
  await using hub = openClient({ port: broker.port, store });
  await soon(() => expect(held).toHaveLength(500));
  expect(broker.received.filter(({ cmd }) => cmd === "puback")).toEqual([]);
  // All but the first: nobody may overtake it.
  for (const release of held.slice(1).reverse()) release();
  await soon(() => expect(hub.client.counts().messages).toBe(499));
  expect(broker.received.filter(({ cmd }) => cmd === "puback")).toEqual([]);
  held[0]?.();
  const pubacks = () => broker.received.filter(({ cmd }) => cmd === "puback");
  await soon(() => expect(pubacks()).toHaveLength(500));
  expect(pubacks().map(({ messageId }) => messageId)).toEqual(ids);
  expect(pubacks().every((packet) => packet.cmd === "puback" && (packet.reasonCode ?? 0) === 0)).toBe(true);
  expect(broker.pubackChunks).toEqual([500]);
});

test("what is stored after its connection ended is not acknowledged on the next one", async () => {
  await using broker = await openAnsweringBroker((packet, connection) => {
    if (packet.cmd === "pingreq") return "cut";
    return connection === 1 ? delivering(publish(1), publish(2))(packet) : delivering(publish(1, true))(packet);
  });
  const inner = memorySeriesStore();
  const held: (() => void)[] = [];
  let failed = false;
  const store = {
    ...inner,
    async append(...those: Parameters<typeof inner.append>) {
      if (those[1]?.packet === 2 && !failed) {
        failed = true;
        throw new HubError("STORE_FAILED", "the disk is full", { remedy: "Free some." });
      }
      await new Promise<void>((resolve) => held.push(resolve));
      return inner.append(...those);
    },
  };
  await using hub = openClient({ port: broker.port, store });
  await soon(() => expect(hub.client.counts().notStored).toBe(1));
  // It does not come back while the store still holds what came over the first connection.
  expect(broker.received.filter(({ cmd }) => cmd === "connect")).toHaveLength(1);
  held[0]?.();
  await soon(() => expect(held).toHaveLength(2));
  expect(broker.received.filter(({ cmd }) => cmd === "puback")).toEqual([]);
  held[1]?.();
  await soon(() => expect(broker.received.filter(({ cmd }) => cmd === "puback")).toHaveLength(1));
  expect((await inner.counts()).readings).toBe(1);
});

test("a session taken over three times in a row: told, counted, and slowed down", async () => {
  await using broker = await openAnsweringBroker((packet) => {
    const answers = delivering()(packet);
    return packet.cmd === "subscribe" ? [...answers, { cmd: "disconnect", reasonCode: 0x8e }] : answers;
  });
  await using hub = openClient({ port: broker.port, clientId: "same", limits: { contestedMs: 60_000 } });
  await soon(() => expect(hub.client.state().contested).toBe(true));
  expect(hub.client.counts().takeovers).toBe(3);
  expect(hub.client.state()).toMatchObject({
    connected: false,
    last_error: "another client connected with this client id; another client seems to use the client id same",
  });
  const last = hub.lines.at(-1) ?? "";
  expect(last).toMatch(/^error two clients share one client id: give each hub/);
  expect(Number(/"retry_ms":(\d+)/.exec(last)?.[1])).toBeGreaterThanOrEqual(30_000);
});

test.each([
  ["refuses the filter", 0x87, /Subscribe error: Not authorized/],
  ["grants only QoS 0", 0, /grants only QoS 0 for readings\/\+/],
])("a broker that %s is told", async (_name, granted, reason) => {
  await using broker = await openAnsweringBroker((packet) => {
    if (packet.cmd === "connect") return [accept];
    return packet.cmd === "subscribe" ? [{ cmd: "suback", messageId: packet.messageId ?? 0, granted: [granted] }] : [];
  });
  await using hub = openClient({ port: broker.port });
  await soon(() => expect(hub.client.state().last_error).toMatch(reason));
  expect(hub.client.state().connected).toBe(false);
});

test("a decoder that breaks does not stop the stream", async () => {
  await using broker = await openAnsweringBroker(delivering(publish(1), publish(2)));
  const inner = memorySeriesStore();
  const store = {
    ...inner,
    async append(...those: Parameters<typeof inner.append>) {
      if (those[1]?.packet === 1) throw new RangeError("not a whole epoch ms");
      return inner.append(...those);
    },
  };
  await using hub = openClient({ port: broker.port, store });
  await soon(() => expect(broker.received.filter(({ cmd }) => cmd === "puback")).toHaveLength(2));
  expect((await inner.counts()).readings).toBe(1);
  expect((await inner.quarantined(1))[0]).toMatchObject({
    device: "meter-1",
    reason: expect.stringContaining("not a whole epoch ms"),
  });
  expect(hub.client.counts().messages).toBe(2);
});
