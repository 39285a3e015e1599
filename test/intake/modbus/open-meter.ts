import { eastronSdm630 } from "../../../hub/decode/profiles/eastron-sdm630.ts";
import { type ModbusTcpServer, serveModbusTcp } from "../../../hub/demo/devices/modbus-server.ts";
import { registerImage } from "../../../hub/demo/devices/register-image.ts";
import type { RegisterWords } from "../../../hub/demo/devices/simulated-unit.ts";
import type { Device } from "../../../hub/members/device.ts";
import { unitsOf } from "./test-hub.ts";

/** All that the meter shows; tests say what parts of it they want otherwise. */
export const shown: Readonly<Record<string, number>> = Object.fromEntries(
  Object.keys(eastronSdm630.points).map((key) => [key, 1]),
);

export function meter(values: Readonly<Record<string, number | null>> = {}): RegisterWords {
  return registerImage(eastronSdm630, { values: { ...shown, ...values } });
}

/** A simulated three-phase meter on a free port, and the document of whoever installed it. */
export async function openMeter(
  registers: () => RegisterWords = meter,
  more: { readonly maxConnections?: number } = {},
): Promise<{ readonly server: ModbusTcpServer; readonly device: Device }> {
  const server = await serveModbusTcp({ host: "127.0.0.1", port: 0, units: unitsOf(1, registers), ...more });
  const modbus = { host: server.host, port: server.port, timeout_ms: 150 };
  return { server, device: { id: "hall", profile: "eastron-sdm630", modbus } };
}
