import mqtt from "mqtt";
import { expect, test, vi } from "vitest";
import { createDialectRoutes } from "../../hub/intake/dialect-routes.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { findCounting } from "../intake/counting-dialect.ts";
import { need } from "../requirements.ts";
import { openClient } from "./open-client.ts";
import { openMosquitto, PASSWORD } from "./open-mosquitto.ts";

const hasMosquitto = need("mosquitto");
const soon = (claim: () => unknown): Promise<unknown> => vi.waitFor(claim, { timeout: 10_000, interval: 20 });
const everything = { from: 0 as never, to: Number.MAX_SAFE_INTEGER as never };

test.skipIf(!hasMosquitto)(
  "devices of another broker: retained facts are learned and are no readings, new devices are subscribed to, requests go there (needs mosquitto)",
  { timeout: 30_000 },
  async () => {
    await using broker = await openMosquitto();
    const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      username: "publisher",
      password: PASSWORD,
    });
    try {
      await device.publishAsync("dryer/scale", "2", { qos: 1, retain: true });
      await device.publishAsync("dryer/watts", "7", { qos: 1, retain: true });
      const dialects = createDialectRoutes(findCounting);
      await dialects.setDevices([{ id: "dryer", mqtt: { dialect: "counting", topic: "dryer" } }]);
      await using hub = openClient({ port: broker.port, clientId: "hub-dialects", dialects });
      await soon(() => expect(hub.client.counts().retained).toBe(2));
      await device.publishAsync("dryer/watts", "21", { qos: 1 });
      const powers = async (name: string) =>
        (await hub.store.range(SeriesKey(`${name}/active_power`), everything)).map(({ value }) => value);
      await soon(async () => expect(await powers("dryer")).toEqual([42]));

      const asked: string[] = [];
      device.on("message", (topic) => void asked.push(topic));
      await device.subscribeAsync("lathe/ask/#", { qos: 1 });
      await dialects.setDevices([
        { id: "dryer", mqtt: { dialect: "counting", topic: "dryer" } },
        { id: "lathe", mqtt: { dialect: "counting", topic: "lathe" } },
      ]);
      hub.client.devicesChanged();
      await soon(() => expect(asked).toContain("lathe/ask/alive"));
      await soon(async () => {
        await device.publishAsync("lathe/watts", "5", { qos: 1 });
        expect(asked).toContain("lathe/ask/scale");
      });
      await device.publishAsync("lathe/scale", "3", { qos: 1 });
      await device.publishAsync("lathe/watts", "5", { qos: 1 });
      await soon(async () => expect((await powers("lathe")).at(-1)).toBe(15));
      // What was subscribed to before is not replayed: its retained readings would be booked anew.
      expect(await powers("dryer")).toEqual([42]);
    } finally {
      await device.endAsync();
    }
  },
);
