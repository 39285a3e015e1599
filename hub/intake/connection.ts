import type { Socket } from "node:net";
import type { Client } from "aedes";
import type { Credential } from "../members/credential.ts";
import type { GatePass } from "./connection-gate.ts";
import type { Guest } from "./waiting-room.ts";

/** What the broker knows of one connection; aedes knows the rest. */
export interface Connection {
  readonly client: Client;
  readonly socket: Socket;
  readonly address: string;
  readonly pass: GatePass;
  readonly guest: Guest;
  /** Filters it has subscribed to. */
  readonly filters: Set<string>;
  /** Undefined until name and password were found right. */
  credential: Credential | undefined;
  /** How long an acknowledgement may be held, ms. */
  holdMs: number;
}
