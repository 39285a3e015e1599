/** A record that is not what was kept, by the name people know it by. */
export interface AlteredRecord {
  /** Such as "run 3". */
  readonly name: string;
  /** What is wrong with it, in words. */
  readonly what: string;
}

/**
 * What stands in the books beside entries: community documents, devices, corrections, what happened to registers, runs,
 * acceptances and cases. Each record is kept with a digest over it and the one before it.
 */
export interface KeptRecords {
  /** Every record that was changed, taken away or put in by anybody but the hub; empty when all are as they were kept. */
  altered(): Promise<readonly AlteredRecord[]>;
}
