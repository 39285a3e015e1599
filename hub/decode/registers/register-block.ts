import type { Point, Table } from "../profiles/device-profile.ts";

/** Points of one request: `count` registers (or bits) of one table from `start` on. */
export interface RegisterBlock {
  readonly table: Table;
  readonly start: number;
  readonly count: number;
  /** What is read in it, by series key without the device. */
  readonly points: Readonly<Record<string, Point>>;
  /** Keys that are the sum of others of this block. */
  readonly sums?: Readonly<Record<string, readonly string[]>>;
}

/** What a point said: a value in our unit, or that it has none. A read that failed says nothing and is not here. */
export interface DecodedPoint {
  /** Series key without the device. */
  readonly key: string;
  readonly outcome: "value" | "not_available";
  /** In the quantity's unit exactly when the outcome is "value", else null. */
  readonly value: number | null;
}
