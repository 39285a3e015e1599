import type { Log } from "../log.ts";
import type { CredentialStore } from "../members/credential.ts";
import type { Connection } from "./connection.ts";
import { CREDENTIAL_CHECK_MS } from "./limits.ts";

/**
 * Hold open connections against the credentials now and then: a revoked one is closed, a changed one takes effect.
 * @returns a function that stops it
 */
export function closeRevoked(options: {
  readonly credentials: CredentialStore;
  readonly connections: ReadonlyMap<unknown, Connection>;
  readonly log: Log;
}): () => void {
  const { credentials, connections, log } = options;
  const check = async (): Promise<void> => {
    const valid = new Map((await credentials.list()).map((credential) => [credential.name, credential]));
    for (const connection of connections.values()) {
      if (connection.credential === undefined) continue;
      const credential = valid.get(connection.credential.name);
      if (credential !== undefined) connection.credential = credential;
      else connection.client.close();
    }
  };
  const timer = setInterval(() => {
    check().catch((cause: unknown) => log.error({ cause: String(cause) }, "credentials could not be checked"));
  }, CREDENTIAL_CHECK_MS);
  return () => clearInterval(timer);
}
