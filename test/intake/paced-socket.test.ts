import { expect, test } from "vitest";
import { SeriesKey } from "../../hub/reading.ts";
import { EpochMs } from "../../hub/units.ts";
import { openBroker } from "./open-broker.ts";
import { connectRaw, reading } from "./raw-client.ts";
import { until } from "./until.ts";

const POWER = SeriesKey("roof-a/active_power");
const always = { from: EpochMs(0), to: EpochMs(8e15) };

test.each([
  ["smaller than a turn", 16_384, () => 0],
  ["longer than a turn", 1_000, () => 5_000],
  ["short and long by turns, far longer than the socket's own buffer", 2_000, (index: number) => (index % 7) ** 6],
  ["a turn that ends in the middle of nearly every packet", 97, (index: number) => index % 150],
])("nothing is lost and nothing stands still: packets %s", async (_name, readBytes, padding) => {
  await using hub = await openBroker({ "roof-a": ["roof-a"] }, { limits: { readBytes } });
  const client = await connectRaw({ port: hub.broker.port, username: "roof-a", password: hub.passwords["roof-a"]! });
  const count = 300;
  client.send(...Array.from({ length: count }, (_, index) => reading("roof-a", index, { padding: padding(index) })));
  await until(() => client.acknowledged.size === count || client.isClosed(), "all are acknowledged");
  expect(client.acknowledged.size).toBe(count);
  expect((await hub.stores.series.range(POWER, always)).map(({ value }) => value)).toEqual(
    Array.from({ length: count }, (_, index) => index),
  );
});

test("packets sent before the CONNACK are taken in order", async () => {
  await using hub = await openBroker({ "roof-a": ["roof-a"] });
  const login = { port: hub.broker.port, username: "roof-a", password: hub.passwords["roof-a"]! };
  const client = await connectRaw(login, ...Array.from({ length: 200 }, (_, index) => reading("roof-a", index)));
  await until(() => client.acknowledged.size === 200 || client.isClosed(), "all are acknowledged");
  expect(client.acknowledged.size).toBe(200);
});
