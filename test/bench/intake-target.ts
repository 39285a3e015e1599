import type { LoadLogin } from "./load-client.ts";

/** Something that takes messages from a broker's port into a database: the hub, or what a user would pick instead. */
export interface IntakeTarget {
  readonly name: string;
  readonly port: number;
  readonly logins: readonly LoadLogin[];
  /** Every process of it, the broker included. */
  readonly pids: readonly number[];
  /** Messages in its database now. */
  storedMessages(): Promise<number>;
  stop(): Promise<void>;
}
