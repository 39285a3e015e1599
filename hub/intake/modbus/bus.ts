import type { Table } from "../../decode/profiles/device-profile.ts";

/** One read of one unit on a bus. */
export interface BusRequest {
  readonly unit: number;
  readonly table: Table;
  readonly start: number;
  /** Registers, or bits for coils and discrete inputs. */
  readonly count: number;
  readonly timeoutMs: number;
  /** Silence this unit needs before the request. */
  readonly pauseMs: number;
  /** How long after connecting this unit answers nothing; 0 without it. */
  readonly connectDelayMs?: number;
}

/**
 * What became of a read. An exception is the device's own answer (code of Modbus V1.1b3 section 7) and leaves the
 * connection as it is; silence and broken frames close it, because whatever comes later may belong to another question.
 */
export type BusAnswer =
  | { readonly kind: "words"; readonly bytes: Uint8Array }
  | { readonly kind: "exception"; readonly code: number }
  | { readonly kind: "silence"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "unreachable"; readonly reason: string };

/** Illegal data address and illegal data value: the device does not have these registers, or not so many at once. */
export const ILLEGAL_ADDRESS = 2;
export const ILLEGAL_VALUE = 3;
/** Not possible, illegal function: the device does not speak this at all. */
export const ILLEGAL_FUNCTION = 1;

/**
 * One physical endpoint: a serial line, or one TCP connection. Requests are answered one after the other, in order.
 * Bits of coils and discrete inputs come as one register each, so that all tables decode alike.
 */
export interface Bus {
  read(request: BusRequest): Promise<BusAnswer>;
  close(): Promise<void>;
}
