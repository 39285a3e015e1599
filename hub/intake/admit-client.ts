import type { Aedes, AuthenticateError, Client } from "aedes";
import type { Log } from "../log.ts";
import type { CredentialStore } from "../members/credential.ts";
import type { Connection } from "./connection.ts";
import type { SeldomLog } from "./seldom-log.ts";
import type { watchClientIds } from "./shared-client-ids.ts";

/** CONNACK return codes (MQTT 3.1.1 section 3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const BAD_USERNAME_OR_PASSWORD = 4;

/**
 * Decide about each CONNECT: a hub that cannot store takes nobody, a name needs its password, a client id in use goes
 * over only to the credential that holds it, and not for ever back and forth.
 * @param delayOf how long a wrong password of an address waits for its answer, ms
 */
export function admitClients(options: {
  readonly credentials: CredentialStore;
  readonly log: Log;
  readonly complain: SeldomLog;
  readonly clientIds: ReturnType<typeof watchClientIds>;
  isStoring(): boolean;
  delayOf(address: string): number;
  connectionOf(client: Client): Connection | undefined;
  /** The connection that has this client id now. */
  holderOf(clientId: string): Connection | undefined;
  refused(): void;
}): Aedes["authenticate"] {
  const { credentials, log, complain, clientIds } = options;
  return (client, username, password, done) => {
    const connection = options.connectionOf(client);
    const address = connection?.address ?? "";
    const refuse = (message: string, returnCode: number, delayMs = 0): void => {
      options.refused();
      const fields = { client: client.id, credential: username, address };
      complain({
        key: `connect ${address} ${username} ${returnCode}`,
        fields,
        message: `connection refused: ${message}`,
      });
      const answer = () => done(Object.assign(new Error(message), { returnCode }) as AuthenticateError, false);
      if (delayMs === 0) answer();
      else setTimeout(answer, delayMs).unref();
    };
    if (connection === undefined) return refuse("the connection is gone", SERVER_UNAVAILABLE);
    // Whoever is taken now could only wait: it keeps its readings and comes back.
    if (!options.isStoring()) return refuse("readings cannot be stored at the moment", SERVER_UNAVAILABLE);
    credentials
      .check(username ?? "", password?.toString() ?? "")
      .then((credential) => {
        if (credential === undefined) {
          return refuse("unknown name or wrong password", BAD_USERNAME_OR_PASSWORD, options.delayOf(address));
        }
        const holder = options.holderOf(client.id);
        if (holder?.credential !== undefined) {
          if (holder.credential.name !== credential.name) {
            return refuse(`client id is in use by ${holder.credential.name}`, IDENTIFIER_REJECTED);
          }
          const takeover = {
            client: client.id,
            credential: credential.name,
            holder: holder.address,
            newcomer: address,
          };
          if (!clientIds.takeOver(takeover)) {
            return refuse("its client id is taken over again and again", IDENTIFIER_REJECTED);
          }
        }
        connection.credential = credential;
        connection.pass.accepted();
        done(null, true);
      })
      .catch((cause: unknown) => {
        log.error({ cause: String(cause) }, "credentials could not be checked");
        refuse("credentials could not be checked", SERVER_UNAVAILABLE);
      });
  };
}
