import { expect, test } from "vitest";
import { decodeQuarantined } from "../../hub/intake/decode-quarantined.ts";
import { createDialectRoutes } from "../../hub/intake/dialect-routes.ts";
import { replayQuarantine } from "../../hub/series/replay-quarantine.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { EpochMs } from "../../hub/units.ts";
import { findCounting } from "./counting-dialect.ts";

const AT = EpochMs(Date.UTC(2026, 10, 22));
const row = (source: string, text: string, device: string | null = "dryer") => ({
  ...{ at: AT, source, device, reason: "not understood" },
  payload: Buffer.from(text),
});

test("a message of a dialect is decoded again by the dialect, and what cannot be stays whole", async () => {
  const routes = createDialectRoutes(findCounting);
  await routes.setDevices([{ id: "dryer", mqtt: { dialect: "counting", topic: "shop/dryer" } }]);
  const arrival = { at: AT, hubClock: "known_good" as const };
  routes.decode(routes.routesOf("shop/dryer/scale"), {
    ...{ topic: "shop/dryer/scale", payload: Buffer.from("2"), arrival },
  });
  const store = memorySeriesStore();
  await store.quarantine(row("shop/dryer/watts", "21"));
  await store.quarantine(row("shop/dryer/watts", "many"));
  await store.quarantine(row("readings/dryer", '[{"n":"voltage","u":"V","v":230}]'));
  const report = await replayQuarantine(store, undefined, decodeQuarantined(routes));
  expect(report.rows.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ["released", null],
    ["kept", "watts are no number"],
    ["released", null],
  ]);
  expect((await store.latest()).map(({ series, value, at }) => [series, value, at])).toEqual([
    ["dryer/active_power", 42, AT],
    ["dryer/voltage", 230, AT],
  ]);
  expect((await store.quarantined(10)).map(({ payload }) => Buffer.from(payload).toString())).toEqual(["many"]);
});
