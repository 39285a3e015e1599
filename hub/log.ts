/** What the hub writes down while it runs: fields for machines, one sentence for people. No secrets in either. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For tests and commands that speak for themselves. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
