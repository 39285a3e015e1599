import type { Device, ModbusAddress } from "../../../../../hub/members/device.ts";
import type { Profile } from "../../api/device-contract.ts";

/** What somebody has filled in so far; fields hold what was typed, `""` where nothing was. */
export interface Draft {
  readonly id: string;
  readonly profile: string | null;
  readonly dialect: string | null;
  readonly reach: "network" | "serial";
  readonly host: string;
  readonly port: string;
  readonly framing: "tcp" | "rtu";
  readonly serial: string;
  readonly baud: string;
  readonly parity: NonNullable<ModbusAddress["parity"]>;
  readonly stopBits: NonNullable<ModbusAddress["stop_bits"]>;
  readonly unit: string;
  /** As a finding told it; nothing to fill in. */
  readonly baseAddress: number | null;
  readonly topic: string;
  readonly timeZone: string;
  readonly ratedW: string;
  readonly isTurned: boolean;
}

/** Port of Modbus TCP (IANA) where a profile names none. */
const MODBUS_PORT = 502;
/** Longest name of a device that leaves room for a number behind it. */
const NAME_ROOM = 36;

export const emptyDraft: Draft = {
  ...{ id: "", profile: null, dialect: null, reach: "network", host: "", port: String(MODBUS_PORT), framing: "tcp" },
  ...{ serial: "", baud: "9600", parity: "none", stopBits: 1, unit: "1", baseAddress: null },
  ...{ topic: "", timeZone: "", ratedW: "", isTurned: false },
};

/** The draft once its kind is chosen: with the address the kind leaves the factory with, where nothing else is known. */
export function chooseProfile(draft: Draft, profile: Profile, taken: readonly string[]): Draft {
  const line = profile.serial;
  const isSameName = draft.id === "" || draft.id === suggestName(draft.profile ?? draft.dialect ?? "", taken);
  return {
    ...draft,
    id: isSameName ? suggestName(profile.name, taken) : draft.id,
    profile: profile.name,
    dialect: null,
    reach: line === null ? "network" : draft.reach,
    port: String(profile.port ?? MODBUS_PORT),
    unit: String(profile.unit),
    ...(line !== null && { baud: String(line.baud), parity: line.parity, stopBits: line.stop_bits }),
  };
}

export function chooseDialect(draft: Draft, dialect: string, taken: readonly string[]): Draft {
  const isSameName = draft.id === "" || draft.id === suggestName(draft.profile ?? draft.dialect ?? "", taken);
  return { ...draft, id: isSameName ? suggestName(dialect, taken) : draft.id, profile: null, dialect };
}

/** The draft at an address that a scan found. */
export function chooseAddress(draft: Draft, address: ModbusAddress): Draft {
  const { host, port, framing, serial, baud, parity, stop_bits, unit, base_address } = address;
  return {
    ...draft,
    reach: serial === undefined ? "network" : "serial",
    host: host ?? draft.host,
    port: port === undefined ? draft.port : String(port),
    framing: framing ?? draft.framing,
    serial: serial ?? draft.serial,
    baud: baud === undefined ? draft.baud : String(baud),
    parity: parity ?? draft.parity,
    stopBits: stop_bits ?? draft.stopBits,
    unit: unit === undefined ? draft.unit : String(unit),
    baseAddress: base_address ?? null,
  };
}

/** A name nobody has yet, after what the device is: `eastron-sdm630`, then `eastron-sdm630-2`. */
export function suggestName(kind: string, taken: readonly string[]): string {
  const base = kind.slice(0, NAME_ROOM);
  let name = base;
  for (let number = 2; taken.includes(name); number += 1) name = `${base}-${number}`;
  return name;
}

/** The document the hub takes; whether it can work is for the hub to say. */
export function documentOf(draft: Draft): Device {
  const { id, profile, dialect, ratedW, isTurned } = draft;
  return {
    id,
    ...(dialect === null ? { profile: profile ?? "", modbus: addressOf(draft) } : { mqtt: topicOf(draft, dialect) }),
    ...(ratedW !== "" && { rated_w: Number(ratedW) }),
    ...(isTurned && { turned: true }),
  };
}

function addressOf(draft: Draft): ModbusAddress {
  const { reach, host, port, framing, serial, baud, parity, stopBits, unit, baseAddress } = draft;
  const place =
    reach === "network"
      ? { host, ...(port !== "" && { port: Number(port) }), ...(framing === "rtu" && { framing }) }
      : { serial, ...(baud !== "" && { baud: Number(baud) }), parity, stop_bits: stopBits };
  return {
    ...place,
    ...(unit !== "" && { unit: Number(unit) }),
    ...(baseAddress !== null && { base_address: baseAddress }),
  };
}

function topicOf({ topic, timeZone }: Draft, dialect: string): NonNullable<Device["mqtt"]> {
  return { dialect, topic, ...(timeZone !== "" && { time_zone: timeZone }) };
}
