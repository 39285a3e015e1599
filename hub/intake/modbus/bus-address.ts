import { realpathSync } from "node:fs";
import type { SerialLine } from "../../decode/profiles/device-profile.ts";

/** A physical endpoint. Framing `rtu` on a host is a converter that passes a serial line's frames on as they are. */
export type BusAddress = NetworkAddress | SerialAddress;

export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
  readonly framing: "tcp" | "rtu";
}

export interface SerialAddress extends SerialLine {
  /** Path of the port, such as /dev/ttyUSB0. */
  readonly serial: string;
}

/** True where frames carry no transaction id, so that only silence tells one from the next. */
export function hasRtuFrames(address: BusAddress): boolean {
  return "serial" in address || address.framing === "rtu";
}

/** What two devices share when they are on one bus: host and port, or the serial port whatever it is called. */
export function endpointOf(address: BusAddress): string {
  return "serial" in address ? realPath(address.serial) : `${address.host.toLowerCase()}:${address.port}`;
}

/** How the endpoint is spoken to, in words: `9600 baud, parity even, 1 stop bit`. */
export function describeLine(address: BusAddress): string {
  if (!("serial" in address)) return `${address.framing} framing`;
  const { baud, parity, stopBits } = address;
  return `${baud} baud, parity ${parity}, ${stopBits} stop ${stopBits === 1 ? "bit" : "bits"}`;
}

/** /dev/serial/by-id/... is a link to /dev/ttyUSB0, and both are one line. An unplugged port has no real path. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
