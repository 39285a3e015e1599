import { describe, expect, test, vi } from "vitest";
import { HubError } from "../../hub/errors.ts";
import { SeriesKey } from "../../hub/reading.ts";
import type { Delivery, SeriesStore } from "../../hub/series/series-store.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { need } from "../requirements.ts";
import { newFolder, type OpenClient, openClient } from "./open-client.ts";
import { openMosquitto, PASSWORD } from "./open-mosquitto.ts";
import { openPublisher } from "./publisher.ts";
import { auditMessages, publishMessages, readingsOf } from "./stamped-messages.ts";

const hasMosquitto = need("mosquitto") && need("mosquitto_passwd");
const PROTOCOLS = [
  ["MQTT 5", 5],
  ["MQTT 3.1.1", 4],
] as const;

const soon = (claim: () => unknown): Promise<unknown> => vi.waitFor(claim, { timeout: 15_000, interval: 10 });
const connected = ({ client }: OpenClient) => soon(() => expect(client.state().connected).toBe(true));
const reading = (value: number, quantity = "active_power", unit = "W") =>
  JSON.stringify([{ bt: 1_600_000_000 + value, n: quantity, u: unit, v: value }]);
const storeFailed = () => new HubError("STORE_FAILED", "the disk is full", { retryable: true, remedy: "Free some." });
/** A store whose appends go through something else first. */
const wrap = (
  append: (store: SeriesStore, ...those: Parameters<SeriesStore["append"]>) => ReturnType<SeriesStore["append"]>,
) => {
  const store = memorySeriesStore();
  return { ...store, append: (...those: Parameters<SeriesStore["append"]>) => append(store, ...those) };
};

describe.skipIf(!hasMosquitto).each(PROTOCOLS)("broker client, %s (needs mosquitto)", (_name, protocol) => {
  test("what was published while the hub was away arrives when it is back", async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    const folder = newFolder();
    const store = memorySeriesStore();
    {
      await using hub = openClient({ port: mosquitto.port, protocol, folder, store });
      await connected(hub);
      await publishMessages(publisher, 0, 100);
      await soon(() => expect(hub.client.counts().messages).toBe(100));
      expect(hub.client.state()).toMatchObject({ reconnects: 0, last_error: undefined, contested: false });
    }
    await publishMessages(publisher, 100, 300);
    await using hub = openClient({ port: mosquitto.port, protocol, folder, store });
    await soon(() => expect(hub.client.counts().messages).toBe(200));
    expect(await auditMessages([store], 300)).toEqual([]);
    expect(hub.client.counts().lostSessions).toBe(0);
  });

  test("what cannot be stored is not acknowledged, and comes again after a wait", async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    let appends = 0;
    const store = wrap(async (inner, ...those) => {
      appends += 1;
      if (appends > 50 && appends <= 53) throw storeFailed();
      return inner.append(...those);
    });
    await using hub = openClient({ port: mosquitto.port, protocol, store });
    await connected(hub);
    await publishMessages(publisher, 0, 200);
    await soon(async () => expect((await store.counts()).readings).toBe(readingsOf(200)));
    expect(await auditMessages([store], 200)).toEqual([]);
    expect(hub.client.counts().notStored).toBeGreaterThanOrEqual(1);
    expect(hub.client.state().last_error).toBe("the disk is full");
    expect(hub.lines.filter((line) => line.startsWith("warn messages could not be stored"))).not.toEqual([]);
  });

  test("a repeated delivery says so, and which one it repeats", async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    const deliveries: (Delivery | undefined)[] = [];
    const store = wrap(async (inner, readings, delivery) => {
      deliveries.push(delivery);
      if (deliveries.length === 1) throw storeFailed();
      return inner.append(readings, delivery);
    });
    await using hub = openClient({ port: mosquitto.port, protocol, store, clientId: "hub-1" });
    await connected(hub);
    const unstamped = JSON.stringify([{ n: "active_power", u: "W", v: 1 }]);
    await publisher.publish("readings/meter-1", unstamped);
    await soon(() => expect(deliveries).toHaveLength(2));
    const [first, second] = deliveries;
    expect(first).toMatchObject({ client: "broker-client:hub-1", isRepeat: false });
    expect(second).toEqual({ ...first, isRepeat: true });
    expect(Buffer.from(second?.payload ?? []).toString()).toBe(unstamped);
  });

  test("a retained message that the broker replays is no reading; fresh ones are, whatever their flag", async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    await publisher.publish("readings/meter-1", reading(1), { retain: true });
    await using hub = openClient({ port: mosquitto.port, protocol });
    await connected(hub);
    await soon(() => expect(hub.client.counts().retained).toBe(1));
    await publisher.publish("readings/meter-1", reading(2), { retain: true });
    await publisher.publish("readings/meter-1", reading(3));
    await soon(() => expect(hub.client.counts().messages).toBe(2));
    expect(hub.client.counts().retained).toBe(1);
    expect(hub.lines.filter((line) => line.includes("not a new reading"))).toHaveLength(1);
    expect((await hub.store.latest([SeriesKey("meter-1/active_power")])).map(({ value }) => value)).toEqual([3]);
    expect((await hub.store.counts()).readings).toBe(2);
  });

  test("what is no reading goes to the quarantine with its reason, and the stream goes on", async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    await using hub = openClient({ port: mosquitto.port, protocol, topics: ["readings/#", "workshop/+/power"] });
    await connected(hub);
    await publisher.publish("workshop/lathe/power", "1.5 kW");
    await publisher.publish("readings/meter-1/raw", "[]");
    await publisher.publish("readings/meter-1", "not JSON");
    await publisher.publish("readings/meter-1", `"${"x".repeat(300_000)}"`);
    await publisher.publish("readings/meter-1", reading(1), { qos: 0 });
    await soon(() => expect(hub.client.counts()).toMatchObject({ messages: 5, unpromised: 1 }));
    const rows = (await hub.store.quarantined(10)).map(({ source, device, reason }) => [source, device, reason]);
    expect(rows.reverse()).toEqual([
      ["workshop/lathe/power", null, "neither readings/<device> nor a topic of a device that is described here"],
      ["readings/meter-1/raw", null, "neither readings/<device> nor a topic of a device that is described here"],
      ["readings/meter-1", "meter-1", "not JSON"],
      ["readings/meter-1", "meter-1", "message of 300002 bytes is over the limit of 262144"],
    ]);
    expect((await hub.store.counts()).readings).toBe(1);
    expect(hub.lines.filter((line) => line.includes("set QoS 1"))).toHaveLength(1);
  });

  test("two hubs of a shared group split the messages: together they hold each exactly once", async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    await using one = openClient({ port: mosquitto.port, protocol, sharedGroup: "hubs" });
    await using two = openClient({ port: mosquitto.port, protocol, sharedGroup: "hubs" });
    await connected(one);
    await connected(two);
    await publishMessages(publisher, 0, 2_000);
    await soon(() => expect(one.client.counts().messages + two.client.counts().messages).toBe(2_000));
    expect(await auditMessages([one.store, two.store], 2_000)).toEqual([]);
    expect(one.client.counts().messages).toBeGreaterThan(200);
    expect(two.client.counts().messages).toBeGreaterThan(200);
  });

  test("a filter that is no longer configured is given up, though the session kept it", async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    const folder = newFolder();
    {
      await using hub = openClient({ port: mosquitto.port, protocol, folder });
      await connected(hub);
    }
    await using hub = openClient({ port: mosquitto.port, protocol, folder, topics: ["readings/meter-1"] });
    await connected(hub);
    await publisher.publish("readings/meter-2", reading(1));
    await publisher.publish("readings/meter-1", reading(2));
    await soon(async () => expect((await hub.store.counts()).readings).toBe(1));
    expect((await hub.store.catalogue()).map(({ series }) => series)).toEqual(["meter-1/active_power"]);
  });

  test("a wrong password is told and tried again with more and more patience; a corrected one needs no restart", async () => {
    await using mosquitto = await openMosquitto();
    let password = "wrong";
    await using hub = openClient({ port: mosquitto.port, protocol, readPassword: () => password, chance: () => 0.999 });
    await soon(() => expect(hub.client.counts().failedAttempts).toBeGreaterThanOrEqual(4));
    expect(hub.client.state()).toMatchObject({ connected: false, contested: false });
    expect(hub.client.state().last_error).toMatch(/^Connection refused: (Not authorized|Bad User ?Name or Password)/i);
    const waits = hub.lines
      .filter((line) => line.includes("retry_ms"))
      .map((line) => Number(/"retry_ms":(\d+)/.exec(line)?.[1]));
    expect(waits.slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(hub.lines.find((line) => line.startsWith("warn"))).toMatch(
      /^warn the broker refuses the hub: check username, password/,
    );
    expect(hub.lines.join()).not.toContain(`"${password}"`);
    password = PASSWORD;
    await connected(hub);
    expect(hub.client.state().reconnects).toBe(0);
  });

  // mosquitto 2.0 ends the older connection without a word, in MQTT 5 as well.
  test("two hubs with one client id: told, and it slows down", async () => {
    await using mosquitto = await openMosquitto();
    const limits = { contestedMs: 60_000 };
    await using one = openClient({ port: mosquitto.port, protocol, clientId: "same", limits });
    await connected(one);
    await using two = openClient({ port: mosquitto.port, protocol, clientId: "same", limits });
    await soon(() => expect([one, two].some(({ client }) => client.state().contested)).toBe(true));
    const loser = one.client.state().contested ? one : two;
    expect(loser.client.state()).toMatchObject({ connected: false });
    expect(loser.client.state().last_error).toMatch(/another client seems to use the client id same$/);
    const line = loser.lines.find((each) => each.startsWith("error two clients share one client id"));
    expect(Number(/"retry_ms":(\d+)/.exec(line ?? "")?.[1])).toBeGreaterThanOrEqual(30_000);
  });

  test("a broker that is not there yet is waited for; one that lost the session is told", async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    await mosquitto.stop("SIGKILL");
    await using hub = openClient({ port: mosquitto.port, protocol });
    await soon(() => expect(hub.client.counts().failedAttempts).toBeGreaterThanOrEqual(1));
    expect(hub.client.state().last_error).toMatch(/ECONNREFUSED/);
    await mosquitto.start();
    await connected(hub);
    expect(hub.client.counts().lostSessions).toBe(0);
    // Killed, mosquitto has saved nothing.
    await mosquitto.stop("SIGKILL");
    await mosquitto.start();
    await soon(() => expect(hub.client.counts().lostSessions).toBe(1));
    await connected(hub);
    expect(hub.lines.filter((line) => line.includes("has forgotten this hub's session"))).toHaveLength(1);
    await publishMessages(publisher, 0, 10);
    await soon(() => expect(hub.client.counts().messages).toBe(10));
    expect(await auditMessages([hub.store], 10)).toEqual([]);
  });
});
