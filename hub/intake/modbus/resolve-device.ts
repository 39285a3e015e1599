import {
  type DeviceProfile,
  type Point,
  type RegisterProfile,
  type RequestLimits,
  requestLimits,
  type SerialLine,
} from "../../decode/profiles/device-profile.ts";
import { HubError } from "../../errors.ts";
import type { Device, ModbusAddress } from "../../members/device.ts";
import type { BusAddress } from "./bus-address.ts";
import { COUNTER_PERIOD_MS, GAUGE_PERIOD_MS, type PollPeriods } from "./poll-schedule.ts";

/** Modbus TCP's own port (IANA mbap). */
const MODBUS_PORT = 502;
/** What most devices on serial lines leave the factory with. */
const COMMON_LINE: SerialLine = { baud: 9_600, parity: "none", stopBits: 1 };

export type FindProfile = (name: string) => DeviceProfile | undefined;

/** A device document with all that it leaves to its profile. */
export interface ResolvedDevice {
  readonly device: Device;
  /** Its addresses are those of this device. */
  readonly profile: DeviceProfile;
  readonly address: BusAddress;
  readonly unit: number;
  readonly limits: RequestLimits;
  readonly periods: PollPeriods;
}

/** @throws HubError DEVICE_INVALID when the document names no place or no known profile */
export function resolveDevice(device: Device, findProfile: FindProfile): ResolvedDevice {
  const { modbus, poll } = device;
  const profile = device.profile === undefined ? undefined : findProfile(device.profile);
  if (modbus === undefined || profile === undefined) {
    const missing = modbus === undefined ? "no Modbus address" : `no known profile (${device.profile ?? "none named"})`;
    throw new HubError("DEVICE_INVALID", `device ${device.id} has ${missing}`, {
      remedy: "Write modbus and the name of a known profile; millrace device profiles lists them.",
    });
  }
  const limits = { ...requestLimits, ...profile.request };
  return {
    device,
    profile: moveAddresses(profile, modbus.base_address),
    address: addressOf(device.id, modbus, profile),
    unit: modbus.unit ?? profile.unit,
    limits: { ...limits, timeoutMs: modbus.timeout_ms ?? limits.timeoutMs },
    periods: {
      gauge: poll?.power_s === undefined ? GAUGE_PERIOD_MS : 1_000 * poll.power_s,
      counter: poll?.registers_s === undefined ? COUNTER_PERIOD_MS : 1_000 * poll.registers_s,
    },
  };
}

function addressOf(id: string, modbus: ModbusAddress, profile: DeviceProfile): BusAddress {
  const { host, serial, port, framing, baud, parity, stop_bits } = modbus;
  if (host !== undefined) return { host, port: port ?? profile.port ?? MODBUS_PORT, framing: framing ?? "tcp" };
  if (serial === undefined) {
    throw new HubError("DEVICE_INVALID", `device ${id} is neither on the network nor on a serial port`, {
      remedy: "Write modbus.host or modbus.serial.",
    });
  }
  const line = profile.serial ?? COMMON_LINE;
  return {
    serial,
    baud: baud ?? line.baud,
    parity: parity ?? line.parity,
    stopBits: stop_bits ?? line.stopBits,
  };
}

function moveAddresses(profile: DeviceProfile, by: number | undefined): DeviceProfile {
  if (by === undefined) return profile;
  if (profile.protocol === "sunspec") return { ...profile, base: by };
  const move = (point: Point): Point => ({
    ...point,
    at: point.at + by,
    ...(point.scaleAt !== undefined && { scaleAt: point.scaleAt + by }),
  });
  const { ratedPower, identity } = profile;
  const moved: RegisterProfile = {
    ...profile,
    points: Object.fromEntries(Object.entries(profile.points).map(([key, point]) => [key, move(point)])),
    ...(ratedPower !== undefined && { ratedPower: move(ratedPower) }),
    ...(identity !== undefined && { identity: identity.map((field) => ({ ...field, at: field.at + by })) }),
  };
  return moved;
}
