import { afterEach, expect, test } from "vitest";
import { startFaultyLink } from "../../../hub/demo/devices/faulty-link.ts";
import type { Device } from "../../../hub/members/device.ts";
import type { Reading } from "../../../hub/reading.ts";
import { meter, openMeter, shown } from "./open-meter.ts";
import { openTestHub } from "./test-hub.ts";

const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
function closed<T extends { close(): Promise<unknown> }>(opened: T): T {
  closing.push(opened);
  return opened;
}
async function serveMeter(...how: Parameters<typeof openMeter>) {
  const opened = await openMeter(...how);
  closed(opened.server);
  return opened;
}

const isValue = ({ outcome }: Reading) => outcome === "value";

test("live values, and nothing is stored", async () => {
  const values = { "voltage/l1": 230, "voltage/l2": 231, "voltage/l3": 229, frequency: 50 };
  const { device } = await serveMeter(() => meter({ ...values, active_power: 1_000 }));
  const hub = closed(openTestHub([]));
  const { readings, remarks } = await hub.intake.tryDevice(device);
  expect(readings.find(({ series }) => series === "hall/active_power")).toMatchObject({ value: 1_000 });
  expect(remarks).toEqual([]);
  expect(await hub.store.catalogue()).toEqual([]);
  expect(hub.intake.health()).toEqual([]);
});

test("all values 0, a wrong scale and power beyond the rated one are remarked on", async () => {
  const zeros = Object.fromEntries(Object.keys(shown).map((key) => [key, 0]));
  let values = zeros;
  const { device } = await serveMeter(() => meter(values));
  const hub = closed(openTestHub([]));
  expect((await hub.intake.tryDevice(device)).remarks).toEqual([
    "All values are 0: is it night, or is it the wrong unit or profile?",
  ]);
  values = { ...zeros, frequency: 5_000, active_power: 9_000, "voltage/l1": 2_300 };
  expect((await hub.intake.tryDevice({ ...device, rated_w: 5_000 })).remarks).toEqual([
    "voltage/l1 is 2300 V: wrong scale, word order or profile?",
    "active_power is 9000 W, above the rated power of 5000 W: wrong scale or profile?",
    "frequency is 5000 Hz: wrong scale, word order or profile?",
  ]);
});

test("one lost answer is asked for again; a silent device is DEVICE_SILENT with the reason", async () => {
  const { server, device } = await serveMeter(meter);
  const link = closed(await startFaultyLink({ target: server }));
  const tried: Device = { ...device, modbus: { ...device.modbus, port: link.port } };
  const hub = closed(openTestHub([]));
  link.next({ kind: "swallow" });
  expect((await hub.intake.tryDevice(tried)).readings.every(isValue)).toBe(true);
  link.next({ kind: "swallow" }, 2);
  await expect(hub.intake.tryDevice(tried)).rejects.toMatchObject({
    code: "DEVICE_SILENT",
    message: "device hall gave no values: no answer within 150 ms",
  });
  await expect(hub.intake.tryDevice({ ...device, profile: "none" })).rejects.toMatchObject({
    code: "DEVICE_INVALID",
  });
  await expect(hub.intake.tryDevice(device, AbortSignal.abort(new Error("left")))).rejects.toThrow("left");
});
