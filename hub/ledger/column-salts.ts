import type { LocalDay } from "../time-zone.ts";

/** One settlement of one day. */
export interface SettledVersion {
  readonly day: LocalDay;
  /** 1 is the first, each correction is one more. */
  readonly version: number;
}

/** What lies beside the cells of a settled day so that its columns can be proved: leaves for ever, salts until erased. */
export interface ColumnSalts {
  /**
   * A salt of 32 random bytes for each member, the same at every asking. Once the leaves are kept nothing is made any
   * more: a member without a salt is then one whose salt was erased.
   */
  saltsFor(settled: SettledVersion, members: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * Keep the leaves of a day in the order of its members' ids, once; the same ones again change nothing.
   * @throws RangeError for other ones
   */
  keepLeaves(settled: SettledVersion, leafHashes: readonly Uint8Array[]): Promise<void>;
  /** Undefined before they are kept. */
  leavesOf(settled: SettledVersion): Promise<readonly Uint8Array[] | undefined>;
  /** Every day and version that has salts and no leaves: what is being booked, or salts that somebody filed elsewhere. */
  withoutLeaves(): Promise<readonly SettledVersion[]>;
  /** Erase every salt of a member. @returns how many there were */
  eraseMember(member: string): Promise<number>;
}
