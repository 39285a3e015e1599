import { setTimeout as wait } from "node:timers/promises";
import { HubError } from "../errors.ts";
import type { Credential, CredentialStore } from "../members/credential.ts";
import type { SeldomLog } from "./seldom-log.ts";

/** Says whose request it is, or refuses it. */
export type PushLogin = (request: {
  readonly authorization: string | undefined;
  readonly address: string;
}) => Promise<Credential>;

/**
 * Log a request in by its Authorization header: `Basic` with base64 of name:password (RFC 7617), or `Bearer` with
 * name:password as it is, for sensors that know no base64.
 * @param delayOf how long a wrong password of an address waits for its answer, ms
 * @throws HubError CREDENTIAL_REFUSED, from the function returned
 */
export function pushLogin(options: {
  readonly credentials: CredentialStore;
  readonly complain: SeldomLog;
  delayOf(address: string): number;
}): PushLogin {
  const { credentials, complain, delayOf } = options;
  return async ({ authorization, address }) => {
    // Asking without a password guesses nothing: clients do it to hear how to log in.
    if (authorization === undefined) throw refused("the request names no credential");
    const [name, password] = splitLogin(authorization);
    const credential = await credentials.check(name, password);
    if (credential !== undefined) return credential;
    complain({
      key: `push ${address} ${name}`,
      fields: { credential: name, address },
      message: "push refused: unknown name or wrong password",
    });
    await wait(delayOf(address), undefined, { ref: false });
    throw refused("unknown name or wrong password");
  };
}

/** Name and password of an Authorization header; what is no login at all is a wrong one. */
function splitLogin(authorization: string): readonly [string, string] {
  const [, scheme = "", word = ""] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
  const login = scheme.toLowerCase() === "basic" ? Buffer.from(word, "base64").toString("utf8") : word;
  const colon = login.indexOf(":");
  const isKnown = /^(?:basic|bearer)$/i.test(scheme) && colon > 0;
  return isKnown ? [login.slice(0, colon), login.slice(colon + 1)] : ["", ""];
}

function refused(message: string): HubError {
  return new HubError("CREDENTIAL_REFUSED", message, {
    remedy:
      "Send the name and password of `millrace credential issue` as Authorization: Basic, or Bearer name:password.",
  });
}
