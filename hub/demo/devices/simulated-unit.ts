import type { Table } from "../../decode/profiles/device-profile.ts";

/** The registers of one device at one moment. */
export interface RegisterWords {
  /** One 16-bit word, or 0 and 1 for coils and discrete inputs; undefined where the device has nothing at this address. */
  readWord(table: Table, address: number): number | undefined;
}

/** One device behind a Modbus address. */
export interface SimulatedUnit extends RegisterWords {
  /**
   * What all its registers hold right now. A device whose values change while it is asked has this, so that the words of
   * one answer belong together; without it they are read one by one.
   */
  readonly snapshot?: () => RegisterWords;
  /** Most registers it gives in one answer; more are answered "illegal data value". 125 without it. */
  readonly maxRegisters?: number;
}

/** Devices by unit id. */
export type SimulatedUnits = ReadonlyMap<number, SimulatedUnit>;

/** A device whose registers are made anew at every question. */
export function unitOfMoment(snapshot: () => RegisterWords): SimulatedUnit {
  return { snapshot, readWord: (table, address) => snapshot().readWord(table, address) };
}
