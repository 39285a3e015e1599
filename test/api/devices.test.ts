import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BrokerView } from "../../hub/api/operation.ts";
import type { DeviceHealth } from "../../hub/members/device-health.ts";
import { EpochMs } from "../../hub/units.ts";
import { DAY_START } from "../settlement/sunny-day.ts";
import { openApi } from "./open-api.ts";

const meter = { id: "cellar", profile: "test-meter", modbus: { serial: "/dev/ttyUSB0", baud: 9_600, unit: 7 } };
const SEEN = EpochMs(DAY_START + 40 * 3_600_000);
const roofHealth: DeviceHealth = {
  ...{ device: "roof", via: "modbus", state: "penalised", last_seen_ms: SEEN, requests: 200, failures: 50 },
  last_failure: { at_ms: SEEN, reason: "no answer within 1000 ms" },
  identity: { manufacturer: "Test", firmware: "1.2" },
  rated_w: 5_000,
  lacking: ["voltage/l2"],
};

let api: Awaited<ReturnType<typeof openApi>>;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

describe("the list", () => {
  test("what is stored, how it fares and where it is described, in one row", async () => {
    api.devices.health.push(roofHealth);
    const { body } = await api.get("/api/devices");
    expect(body.map(({ device }: { device: string }) => device)).toEqual(["ann", "ben", "roof"]);
    expect(body[2]).toEqual({
      ...{ device: "roof", last_seen_ms: SEEN, series: 1, readings: 37, conflicts: 0, quarantined: 0 },
      ...{ via: "modbus", state: "penalised", requests: 200, failures: 50, error_rate: 0.25 },
      last_failure: { at_ms: SEEN, reason: "no answer within 1000 ms" },
      identity: { manufacturer: "Test", firmware: "1.2" },
      // The document's own word comes before what the device says.
      ...{ rated_w: 9_000, declared_in: "file", profile: "test-inverter", dialect: null },
    });
    expect(body[0]).toMatchObject({ via: null, state: null, requests: 0, error_rate: null, declared_in: null });
  });

  test("a device that is described and was never heard is there too", async () => {
    expect((await api.send("POST", "/api/devices", meter)).status).toBe(200);
    const { body } = await api.get("/api/devices");
    expect(body.find(({ device }: { device: string }) => device === "cellar")).toMatchObject({
      last_seen_ms: null,
      series: 0,
      readings: 0,
      declared_in: "registry",
      profile: "test-meter",
      rated_w: null,
    });
  });
});

describe("the page of one device", () => {
  test("has its document, latest readings, newest refusals and what to look at", async () => {
    api.devices.health.push(roofHealth);
    const refusal = { at: SEEN, source: "readings/roof", reason: "not JSON", payload: Buffer.from("x") };
    for (let count = 0; count < 25; count += 1) await api.stores.series.quarantine({ ...refusal, device: "roof" });
    await api.stores.series.quarantine({ ...refusal, device: "ann" });
    const { status, body } = await api.get("/api/devices/roof");
    expect(status).toBe(200);
    expect(body).toMatchObject({ device: "roof", quarantined: 25, error_rate: 0.25, lacking: ["voltage/l2"] });
    expect(body.document).toEqual({
      id: "roof",
      profile: "test-inverter",
      modbus: { host: "127.0.0.2", unit: 1 },
      rated_w: 9_000,
    });
    expect(body.latest).toEqual([
      expect.objectContaining({ series: "roof/active_energy_export", unit: "Wh", outcome: "value" }),
    ]);
    expect(body.quarantine).toHaveLength(20);
    expect(body.quarantine[0]).toMatchObject({ device: "roof", reason: "not JSON", payload_text: "x" });
    expect(body.remarks).toEqual([
      "It is asked less often because it did not answer: no answer within 1000 ms.",
      "Its profile lists what this device does not have: voltage/l2.",
    ]);
  });

  test("says to set QoS 1 when messages of it were shed", async () => {
    const counts = () => ({ shedQos0: { ann: 12 } });
    api.watched.broker = { counts } as unknown as BrokerView;
    const { body } = await api.get("/api/devices/ann");
    expect(body.document).toBeNull();
    expect(body.remarks).toEqual(["Set QoS 1 on the device: 12 of its messages at QoS 0 were not taken under load."]);
  });

  test("is not there for a device nobody knows", async () => {
    expect(await api.get("/api/devices/nobody")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });
});

describe("adding, changing and taking away", () => {
  test("a device is added, changed and taken away", async () => {
    expect(await api.send("POST", "/api/devices", meter)).toEqual({ status: 200, body: { device: "cellar" } });
    await api.send("POST", "/api/devices", { ...meter, turned: true });
    expect((await api.get("/api/devices/cellar")).body.document).toEqual({ ...meter, turned: true });
    expect(await api.send("DELETE", "/api/devices/cellar")).toEqual({ status: 200, body: { device: "cellar" } });
    expect((await api.get("/api/devices/cellar")).status).toBe(404);
    expect((await api.send("DELETE", "/api/devices/cellar")).status).toBe(404);
  });

  const declared = { id: "roof", profile: "test-inverter", modbus: { host: "127.0.0.9" } };
  test.each([
    ["one of the config file", declared, 409, "DEVICE_DECLARED"],
    ["an unknown profile", { ...meter, profile: "test-metre" }, 422, "DEVICE_INVALID"],
    ["neither Modbus nor MQTT", { id: "cellar" }, 422, "DEVICE_INVALID"],
    ["an unknown field", { ...meter, colour: "red" }, 400, "REQUEST_INVALID"],
    ["text for a number", { ...meter, rated_w: "5000" }, 400, "REQUEST_INVALID"],
    ["no id", { profile: "test-meter" }, 400, "REQUEST_INVALID"],
  ])("refused: %s", async (_name, document, status, code) => {
    expect(await api.send("POST", "/api/devices", document)).toMatchObject({ status, body: { code } });
  });

  test("a device of the config file is not taken away", async () => {
    expect(await api.send("DELETE", "/api/devices/roof")).toMatchObject({
      status: 409,
      body: { code: "DEVICE_DECLARED" },
    });
  });
});

describe("a trial", () => {
  test("answers live values and stores nothing", async () => {
    api.devices.power.remarks.push("The frequency is 60 Hz.");
    const { status, body } = await api.send("POST", "/api/devices/try", meter);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      identity: { manufacturer: "Test" },
      rated_w: 5_000,
      readings: [{ series: "cellar/active_power", value: 100, unit: "W", outcome: "value" }],
      remarks: ["The frequency is 60 Hz."],
    });
    expect((await api.get("/api/devices/cellar")).status).toBe(404);
    expect((await api.get("/api/series/latest?device=cellar")).body).toEqual([]);
  });

  test("a silent device is told as that", async () => {
    api.devices.power.now = null;
    expect(await api.send("POST", "/api/devices/try", meter)).toMatchObject({
      status: 502,
      body: { code: "DEVICE_SILENT", remedy: "Look at the wires." },
    });
  });

  test.each([
    ["power rose", {}, 100, 2_150, { verdict: "right", turned: false, change_w: 2_050 }],
    ["power fell", {}, 100, -1_900, { verdict: "turned", turned: true, change_w: -2_000 }],
    ["power fell at one that is turned", { turned: true }, 100, -1_900, { verdict: "turned", turned: false }],
    ["power rose at one that is turned", { turned: true }, 100, 2_150, { verdict: "right", turned: true }],
    ["power hardly moved", {}, 100, 150, { verdict: "undecided", turned: null, change_w: 50 }],
  ])("a meter, after a load was switched on: %s", async (_name, more, before, after, expected) => {
    api.devices.power.now = after;
    const document = { ...meter, ...more };
    const body = { document, before: [{ series: "cellar/active_power", value: before }] };
    expect((await api.send("POST", "/api/devices/try/sign", body)).body).toMatchObject({
      before_w: before,
      after_w: after,
      ...expected,
    });
  });

  test("an inverter is right when its power is negative, whatever it was before", async () => {
    api.devices.power.now = -3_000;
    const document = { id: "shed", profile: "test-inverter", modbus: { host: "127.0.0.4" } };
    const { body } = await api.send("POST", "/api/devices/try/sign", { document, before: [] });
    expect(body).toMatchObject({ verdict: "right", turned: false, after_w: -3_000 });
  });

  test("earlier readings that are no series are refused", async () => {
    const before = [{ series: "cellar/nothing", value: 1 }];
    expect(await api.send("POST", "/api/devices/try/sign", { document: meter, before })).toMatchObject({
      status: 400,
      body: { code: "REQUEST_INVALID" },
    });
  });
});

describe("what a device can be", () => {
  test("profiles, dialects and serial ports are listed", async () => {
    const { body: profiles } = await api.get("/api/device-profiles");
    expect(profiles).toEqual([
      {
        ...{ name: "test-meter", vendor: "Test", model: "M1", kind: "meter", protocol: "registers" },
        ...{ direction: "Positive is import.", source: "made for tests", unit: 7, port: null, rated_w: null },
        serial: { baud: 9_600, parity: "even", stop_bits: 1 },
      },
      expect.objectContaining({ name: "test-inverter", rated_w: 5_000 }),
    ]);
    const dialect = { name: "test-dialect", title: "Test", topic_hint: "the device's topic", source: "made for tests" };
    expect((await api.get("/api/dialects")).body).toEqual([dialect]);
    expect((await api.get("/api/serial-ports")).body).toEqual([{ path: "/dev/ttyUSB0", title: "a converter" }]);
  });
});
