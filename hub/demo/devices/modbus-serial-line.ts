import { SerialPort } from "serialport";
import type { SerialLine } from "../../decode/profiles/device-profile.ts";
import { answerStream } from "./modbus-server.ts";
import type { SimulatedUnits } from "./simulated-unit.ts";

export interface ModbusRtuOptions {
  /** Serial port, or one end of a pair of pseudo-terminals. */
  readonly path: string;
  /** 9600 8N1 without it. */
  readonly line?: SerialLine;
  readonly units: SimulatedUnits;
}

export interface ModbusRtuServer {
  requests(): number;
  /** Let go of the serial port. */
  close(): Promise<void>;
}

const COMMON_LINE: SerialLine = { baud: 9_600, parity: "none", stopBits: 1 };

/**
 * Serve simulated devices on a serial line. Units that nobody is stay silent, and so does everybody at a wrong checksum.
 * @throws Error when the serial port cannot be opened
 */
export async function serveModbusRtu({ path, line = COMMON_LINE, units }: ModbusRtuOptions): Promise<ModbusRtuServer> {
  const { baud: baudRate, parity, stopBits } = line;
  const port = new SerialPort({ path, baudRate, parity, stopBits, dataBits: 8, autoOpen: false });
  await settled((done) => port.open(done));
  let requests = 0;
  // A line that is pulled out closes the port by itself.
  port.on("error", () => {});
  answerStream(port, { units, framing: "rtu", strangers: "silence", onRequest: () => requests++ });
  return {
    requests: () => requests,
    close: async () => {
      if (port.isOpen) await settled((done) => port.close(done));
    },
  };
}

function settled(start: (done: (fault: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) =>
    start((fault) => (fault === null || fault === undefined ? resolve() : reject(fault))),
  );
}
