import { connect } from "node:net";
import { SerialPort } from "serialport";
import type { BusAddress, NetworkAddress, SerialAddress } from "./bus-address.ts";

/** An open connection that carries bytes. */
export interface Wire {
  send(bytes: Uint8Array): void;
  /** Let go of it; resolves when another may open the same endpoint. Never rejects. */
  close(): Promise<void>;
}

export interface WireListener {
  bytes(received: Buffer): void;
  /** Told once when the other side, or the adapter, is gone. */
  gone(reason: string): void;
}

/** An unplugged adapter may never say that it is closed; after this it counts as closed. */
const CLOSES_WITHIN_MS = 1_000;

/** @throws Error with the system's own reason when it cannot be opened within `timeoutMs` */
export function openWire(address: BusAddress, listener: WireListener, timeoutMs: number): Promise<Wire> {
  return "serial" in address ? openSerial(address, listener) : openSocket(address, listener, timeoutMs);
}

function openSocket({ host, port }: NetworkAddress, listener: WireListener, timeoutMs: number): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const giveUp = setTimeout(() => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
    let reason = "the device closed the connection";
    socket.on("error", (error) => {
      reason = reasonOf(error);
    });
    socket.on("data", listener.bytes);
    socket.once("connect", () => {
      clearTimeout(giveUp);
      resolve({
        send: (bytes) => void socket.write(bytes),
        close: async () => void socket.destroy(),
      });
    });
    socket.once("close", () => {
      clearTimeout(giveUp);
      // Does nothing when it was connected before.
      reject(new Error(reason));
      listener.gone(reason);
    });
  });
}

function openSerial({ serial, baud, parity, stopBits }: SerialAddress, listener: WireListener): Promise<Wire> {
  const port = new SerialPort({
    path: serial,
    baudRate: baud,
    parity,
    stopBits,
    dataBits: 8,
    autoOpen: false,
    // Some converters live on the port's control lines, and closing it would switch them off.
    hupcl: false,
  });
  const closed = new Promise<void>((resolve) => {
    const gone = (reason: string) => {
      resolve();
      listener.gone(reason);
    };
    // There for the port's whole life: an adapter that is pulled out complains after it was closed too.
    port.on("error", (error) => gone(reasonOf(error)));
    port.once("end", () => gone("the serial port is gone"));
    port.once("close", (error: Error | null) => gone(error === null ? "the serial port was closed" : reasonOf(error)));
  });
  const close = async (): Promise<void> => {
    if (!port.isOpen && !port.closing) return;
    if (port.isOpen) port.close(() => {});
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSES_WITHIN_MS).unref())]);
  };
  return new Promise((resolve, reject) => {
    port.open((failure) => {
      if (failure) return reject(new Error(reasonOf(failure)));
      // What came before the first question answers none.
      port.flush(() => {
        port.on("data", listener.bytes);
        resolve({ send: (bytes) => void port.write(bytes), close });
      });
    });
  });
}

/** A host with several addresses fails with a list of reasons and no text of its own. */
function reasonOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return (first instanceof Error ? first.message : String(first)).replace(/^Error:\s*/, "");
}
