import ipaddr from "ipaddr.js";
import { HubError } from "../../../errors.ts";
import type { ScanRequest } from "../../../members/device-finder.ts";

/** Where a scan looks and whom it asks there, in order. */
export interface ScanPlan {
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
  readonly lines: readonly SerialSetting[];
  /** Unit ids asked at each open port and on each serial line. */
  readonly networkUnits: readonly number[];
  readonly serialUnits: readonly number[];
}

/** A serial port with one of the settings tried on it. */
export interface SerialSetting {
  readonly path: string;
  readonly baud: number;
  readonly parity: "none" | "even";
}

/** Modbus TCP's registered port, and the one inverters of one large maker answer at. */
const PORTS = [502, 1502];
/** By how often devices leave the factory so: the likeliest answer comes first and ends the search. */
const BAUDS = [9_600, 19_200, 2_400, 38_400, 115_200];
const PARITIES = ["none", "even"] as const;
/** Unit ids of inverters, their meters and gateways: 1 to 5 nearly always, the others one maker's each. */
const NETWORK_UNITS = [1, 2, 3, 4, 5, 10, 100, 126, 200, 240, 247];
/** People number a serial line from 1 up; beyond this the sweep costs more than asking whoever built it. */
const LAST_SERIAL_UNIT = 16;
/** A /22 has 1,022 hosts: the widest network of one site, and a quarter of an hour of politeness. */
const WIDEST_PREFIX = 22;
/** Ports and line settings asked of one place; more is a port scan, not a search for meters. */
const MOST_PORTS = 16;
const MOST_SERIAL_PORTS = 16;
const MOST_BAUDS = 12;
/** Unit ids of Modbus over serial line V1.02 section 2.2 are 1 to 247; TCP devices also answer at 0 and 255. */
const LAST_UNIT = 255;

/**
 * What a request asks for, with everything it leaves out.
 * @param factoryUnits unit ids known devices leave the factory with; asked on the network unless the request names its own
 * @throws HubError SCAN_TARGET_INVALID for a subnet that is none or too wide, for nothing to look at, for a port, speed
 *         or unit id that cannot be
 */
export function planScan(
  { subnet, ports, serial = [], bauds = BAUDS, units }: ScanRequest,
  factoryUnits: readonly number[] = [],
): ScanPlan {
  if (subnet === undefined && serial.length === 0) {
    throw badTarget("nothing says where to look", "Name a subnet such as 192.168.1.0/24, or a serial port.");
  }
  refuseOutside("port", ports ?? [], { least: 1, most: 65_535, count: MOST_PORTS });
  refuseOutside("baud rate", bauds, { least: 300, most: 921_600, count: MOST_BAUDS });
  refuseOutside("unit id", units ?? [], { least: 0, most: LAST_UNIT, count: LAST_UNIT + 1 });
  if (serial.length > MOST_SERIAL_PORTS) {
    throw badTarget(`${serial.length} serial ports are too many at once`, `Name at most ${MOST_SERIAL_PORTS}.`);
  }
  return {
    hosts: subnet === undefined ? [] : hostsOf(subnet),
    ports: once(ports ?? PORTS),
    lines: once(serial).flatMap((path) =>
      once(bauds).flatMap((baud) => PARITIES.map((parity) => ({ path, baud, parity }))),
    ),
    networkUnits: once(units ?? [...NETWORK_UNITS, ...factoryUnits].sort((a, b) => a - b)),
    // 0 is everybody on a serial line, and nobody answers it.
    serialUnits: once(units ?? Array.from({ length: LAST_SERIAL_UNIT }, (_, index) => index + 1)).filter(
      (unit) => unit > 0,
    ),
  };
}

/** A fault in where to look. */
export function badTarget(message: string, remedy: string, cause?: unknown): HubError {
  return new HubError("SCAN_TARGET_INVALID", message, { remedy, cause });
}

/** Addresses of a subnet without those of the network itself and of everybody in it; a /31 and a /32 have neither. */
function hostsOf(subnet: string): readonly string[] {
  const text = subnet.includes("/") ? subnet : `${subnet}/32`;
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) {
    throw badTarget(`"${subnet}" is no IPv4 subnet`, "Write it as 192.168.1.0/24, or one address as 192.168.1.20.");
  }
  const [, prefix] = ipaddr.IPv4.parseCIDR(text);
  if (prefix < WIDEST_PREFIX) {
    const size = 2 ** (32 - prefix);
    throw badTarget(`${subnet} has ${size} addresses, too many to ask politely`, `Name a /${WIDEST_PREFIX} at most.`);
  }
  const first = numberOf(ipaddr.IPv4.networkAddressFromCIDR(text));
  const last = numberOf(ipaddr.IPv4.broadcastAddressFromCIDR(text));
  const edge = prefix >= 31 ? 0 : 1;
  return Array.from({ length: last - first + 1 - 2 * edge }, (_, index) => addressOf(first + edge + index));
}

const numberOf = (address: ipaddr.IPv4): number =>
  address.toByteArray().reduce((number, byte) => number * 256 + byte, 0);

const addressOf = (number: number): string =>
  [2 ** 24, 2 ** 16, 2 ** 8, 1].map((place) => Math.floor(number / place) % 256).join(".");

function refuseOutside(
  what: string,
  numbers: readonly number[],
  { least, most, count }: { readonly least: number; readonly most: number; readonly count: number },
): void {
  const wrong = numbers.find((number) => !Number.isInteger(number) || number < least || number > most);
  if (wrong !== undefined) {
    throw badTarget(`${wrong} is no ${what}`, `Use whole numbers from ${least} to ${most}.`);
  }
  if (numbers.length > count) throw badTarget(`${numbers.length} times a ${what}`, `Name at most ${count}.`);
}

const once = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
