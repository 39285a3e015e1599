import { existsSync, readdirSync } from "node:fs";
import { SerialPort } from "serialport";

export interface SerialPortName {
  readonly path: string;
  readonly title: string;
}

/** Names the kernel gives to ports somebody can plug a line into: USB converters, boards, and the Pi's own pins. */
const PLUGGABLE = /^tty(USB|ACM|AMA|XRUSB)\d+$|^serial\d+$/;
const BY_ID = "/dev/serial/by-id";

/**
 * Serial ports of this machine, by a path that stays the same when converters are plugged in another order.
 * The machine's list of devices is asked first; where that is missing, as in a container, the names in /dev tell.
 */
export async function listSerialPorts(): Promise<readonly SerialPortName[]> {
  try {
    const ports = await SerialPort.list();
    return ports
      .filter(({ path, vendorId }) => vendorId !== undefined || PLUGGABLE.test(path.replace("/dev/", "")))
      .map(({ path, pnpId, manufacturer, serialNumber }) => {
        const lasting = `${BY_ID}/${pnpId ?? ""}`;
        const words = [manufacturer, serialNumber, path].filter((word) => word !== undefined && word !== "");
        return { path: pnpId !== undefined && existsSync(lasting) ? lasting : path, title: words.join(" ") };
      });
  } catch {
    return readdirSync("/dev")
      .filter((name) => PLUGGABLE.test(name))
      .sort()
      .map((name) => ({ path: `/dev/${name}`, title: name }));
  }
}
