import type { NumberEncoding } from "../profiles/device-profile.ts";
import type { UnitWord } from "../unit-words.ts";

/**
 * What a SunSpec model is, as data: which of its points are worth reading and what they are in our words.
 * All offsets count registers from the model's ID register, which is 0; its length register is 1 and its data begin at 2
 * (the definitions published as smdx files count from the first data register: theirs are smaller by 2).
 */
export interface ModelDefinition {
  readonly id: number;
  readonly name: string;
  /** Registers of data as the standard has it, one repeated group included; devices have longer and shorter ones. */
  readonly length: number;
  /** By series key without device and channel. A key that begins with a channel of its own (`dc/voltage`) keeps it. */
  readonly points: Readonly<Record<string, ModelPoint>>;
  /** Registers that come once for every string or port, to the end of the model. */
  readonly group?: ModelGroup;
}

export interface ModelGroup {
  /** Offset of the first group. */
  readonly from: number;
  readonly length: number;
  /** Offsets count from the group's own first register, `scaleOffset` from the model's ID register. */
  readonly points: Readonly<Record<string, ModelPoint>>;
  /** The group's name for people, eight registers of text. */
  readonly labelOffset: number;
  /** A register that says what is connected, where the model has one. */
  readonly typeOffset?: number;
}

export interface ModelPoint {
  readonly offset: number;
  readonly encoding: NumberEncoding;
  readonly unit: UnitWord;
  readonly kind: "gauge" | "counter";
  /** Offset of its scale factor; without it the number stands as it is. */
  readonly scaleOffset?: number;
  /** True where the model counts what a device gives as positive. */
  readonly isTurned?: true;
  /** Raw patterns that mean "not available", beside the sentinel of its encoding. */
  readonly absent?: readonly (number | bigint)[];
}

type Points = Readonly<Record<string, ModelPoint>>;

/** Points that lie one after the other and share a scale factor: keys in the order of their registers. */
export function inRow(keys: readonly string[], first: ModelPoint, registers: number): Points {
  return Object.fromEntries(keys.map((key, index) => [key, { ...first, offset: first.offset + index * registers }]));
}

/** `voltage`, 3 -> voltage/l1, voltage/l2, voltage/l3. */
export function byPhase(quantity: string, phases: number): readonly string[] {
  return Array.from({ length: phases }, (_, index) => `${quantity}/l${index + 1}`);
}
