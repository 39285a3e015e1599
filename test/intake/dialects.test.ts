import mqtt from "mqtt";
import { expect, test, vi } from "vitest";
import { createDialectRoutes } from "../../hub/intake/dialect-routes.ts";
import type { Device } from "../../hub/members/device.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { need } from "../requirements.ts";
import { findCounting } from "./counting-dialect.ts";
import { openBroker } from "./open-broker.ts";

const hasMosquitto = need("mosquitto_pub");
const plug = (id: string, topic: string, more: Partial<Device> = {}): Device => ({
  id,
  mqtt: { dialect: "counting", topic },
  ...more,
});

async function routesOf(...devices: readonly Device[]) {
  const routes = createDialectRoutes(findCounting);
  await routes.setDevices(devices);
  return routes;
}

test.skipIf(!hasMosquitto)("a device speaks its dialect on its own topics (needs mosquitto_pub)", async () => {
  const dialects = await routesOf(plug("dryer", "shop/dryer"));
  await using open = await openBroker({ dryer: ["dryer"] }, { dialects });
  expect(await open.publish("dryer", "shop/dryer/scale", "2")).toMatchObject({ code: 0 });
  expect(await open.publish("dryer", "shop/dryer/watts", "21")).toMatchObject({ code: 0 });
  expect(await open.publish("dryer", "shop/dryer/state", "ON", "-r")).toMatchObject({ code: 0 });
  expect(await open.publish("dryer", "announce/dryer", "{}")).toMatchObject({ code: 0 });
  expect(await open.publish("dryer", "shop/dryer/watts", "many")).toMatchObject({ code: 0 });
  expect(await open.stores.series.latest()).toMatchObject([
    { series: "dryer/active_power", value: 42, stampedBy: "arrival" },
  ]);
  expect(await open.stores.series.quarantined(10)).toMatchObject([
    { device: "dryer", source: "shop/dryer/watts", reason: "watts are no number" },
  ]);
  expect(dialects.health()).toMatchObject([
    { device: "dryer", via: "mqtt", state: "answering", requests: 4, failures: 1 },
  ]);
});

test.skipIf(!hasMosquitto)("nobody speaks for another's device, whatever the topic (needs mosquitto_pub)", async () => {
  const dialects = await routesOf(plug("dryer", "shop/dryer"), plug("lathe", "shop/lathe"));
  await using open = await openBroker({ dryer: ["dryer"], plain: ["plain"] }, { dialects });
  expect(await open.publish("dryer", "shop/lathe/watts", "1")).not.toMatchObject({ code: 0 });
  expect(await open.publish("plain", "shop/dryer/watts", "1")).not.toMatchObject({ code: 0 });
  expect(await open.publish("plain", "announce/plain", "1")).not.toMatchObject({ code: 0 });
  expect(await open.publish("dryer", "shop/dryer2/watts", "1")).not.toMatchObject({ code: 0 });
  expect(open.broker.counts()).toMatchObject({ refusedPublishes: 4 });
  expect(await open.stores.series.catalogue()).toEqual([]);
});

test("a gateway's message speaks of each of its devices, with a memory each", async () => {
  const routes = await routesOf(plug("a", "gate"), plug("b", "gate", { turned: true }));
  const message = (topic: string, text: string) => ({
    topic,
    payload: Buffer.from(text),
    arrival: { at: 1_000 as never, hubClock: "known_good" as const },
  });
  expect(routes.routesOf("gate/watts").map(({ device }) => device.device)).toEqual(["a", "b"]);
  routes.decode(routes.routesOf("gate/scale"), message("gate/scale", "3"));
  const { readings } = routes.decode(routes.routesOf("gate/watts"), message("gate/watts", "5"));
  expect(readings.map(({ series, value }) => [series, value])).toEqual([
    ["a/active_power", 15],
    ["b/active_power", -15],
  ]);
  // Described anew, a device is heard anew.
  await routes.setDevices([plug("a", "gate"), plug("b", "gate")]);
  const again = routes.decode(routes.routesOf("gate/watts"), message("gate/watts", "5"));
  expect(again.readings.map(({ series }) => series)).toEqual(["a/active_power"]);
  expect(again.requests).toEqual([{ topic: "gate/ask/scale", payload: "now" }]);
});

test("the hub asks the device for what is missing, and the device may listen to that alone", async () => {
  const dialects = await routesOf(plug("dryer", "shop/dryer"));
  await using open = await openBroker({ dryer: ["dryer"] }, { dialects });
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${open.broker.port}`, {
    username: "dryer",
    password: open.passwords.dryer ?? "",
  });
  try {
    await expect(client.subscribeAsync("shop/#", { qos: 1 })).rejects.toThrow();
    await expect(client.subscribeAsync("shop/dryer/watts", { qos: 1 })).rejects.toThrow();
    await client.subscribeAsync("shop/dryer/ask/#", { qos: 1 });
    const asked = new Promise<readonly string[]>((resolve) => {
      client.once("message", (topic, payload) => resolve([topic, String(payload)]));
    });
    await client.publishAsync("shop/dryer/watts", "21", { qos: 1 });
    expect(await asked).toEqual(["shop/dryer/ask/scale", "now"]);
    await client.publishAsync("shop/dryer/scale", "2", { qos: 1, retain: true });
    await client.publishAsync("shop/dryer/watts", "21", { qos: 1 });
    await vi.waitFor(async () => {
      const range = { from: 0 as never, to: Number.MAX_SAFE_INTEGER as never };
      const readings = await open.stores.series.range(SeriesKey("dryer/active_power"), range);
      expect(readings.map(({ value }) => value)).toEqual([42]);
    });
  } finally {
    await client.endAsync();
  }
});
