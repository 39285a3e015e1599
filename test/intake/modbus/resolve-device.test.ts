import { expect, test } from "vitest";
import { findProfile } from "../../../hub/decode/profiles/catalogue.ts";
import { resolveDevice } from "../../../hub/intake/modbus/resolve-device.ts";
import type { Device } from "../../../hub/members/device.ts";

const resolve = (device: Omit<Device, "id">) => resolveDevice({ id: "hall", ...device }, findProfile);

test("what a document leaves out is the profile's, and what that leaves out is usual", () => {
  expect(resolve({ profile: "solaredge", modbus: { host: "10.0.0.5" } })).toMatchObject({
    address: { host: "10.0.0.5", port: 1_502, framing: "tcp" },
    unit: 1,
    limits: { timeoutMs: 3_000, maxRegisters: 125, pauseMs: 0 },
    periods: { gauge: 5_000, counter: 60_000 },
  });
  expect(resolve({ profile: "eastron-sdm630", modbus: { serial: "/dev/ttyUSB0" } })).toMatchObject({
    address: { serial: "/dev/ttyUSB0", baud: 9_600, parity: "none", stopBits: 1 },
    limits: { pauseMs: 100 },
  });
  expect(resolve({ profile: "eastron-sdm630", modbus: { host: "10.0.0.5" } }).address).toMatchObject({ port: 502 });
});

test("what a document says wins", () => {
  const modbus = { serial: "/dev/ttyS1", baud: 2_400, parity: "even", stop_bits: 2, unit: 9, timeout_ms: 700 } as const;
  expect(resolve({ profile: "eastron-sdm120", modbus, poll: { power_s: 2, registers_s: 30 } })).toMatchObject({
    address: { serial: "/dev/ttyS1", baud: 2_400, parity: "even", stopBits: 2 },
    unit: 9,
    limits: { timeoutMs: 700 },
    periods: { gauge: 2_000, counter: 30_000 },
  });
});

test("a base address is where a SunSpec device begins", () => {
  const { profile } = resolve({ profile: "sunspec", modbus: { host: "10.0.0.5", base_address: 100 } });
  expect(profile).toMatchObject({ protocol: "sunspec", base: 100 });
});

test.each<[string, Omit<Device, "id">, RegExp]>([
  ["no address", { profile: "sunspec" }, /hall has no Modbus address/],
  ["no profile", { modbus: { host: "10.0.0.5" } }, /no known profile \(none named\)/],
  ["an unknown profile", { profile: "x", modbus: { host: "10.0.0.5" } }, /no known profile \(x\)/],
  ["no place", { profile: "sunspec", modbus: { unit: 1 } }, /neither on the network nor on a serial port/],
])("%s is DEVICE_INVALID", (_name, device, message) => {
  expect(() => resolve(device)).toThrow(
    expect.objectContaining({ code: "DEVICE_INVALID", message: expect.stringMatching(message) }),
  );
});
