import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HubError } from "../errors.ts";

/** What the hub remembers of its session at somebody else's broker. */
export interface BrokerSession {
  readonly clientId: string;
  /** Topic filters the broker may still hold for this client id, current ones included. */
  readonly filters: readonly string[];
  /** Write down which filters the broker may hold from now on; on the disk when it returns. */
  remember(filters: readonly string[]): void;
}

const FILE = "broker-client.json";
/** So much of the community's name is enough to recognise the hub in the broker's list of clients. */
const NAME_LENGTH = 24;
/** Enough that two hubs of one name do not meet. */
const RANDOM_BYTES = 4;

/**
 * The session of a data folder. A client id that is not configured is made once and kept, because to a broker another
 * client id is another client, whose queue is empty.
 * @param name what the client id begins with when it has to be made
 * @throws HubError CONFIG_INVALID when the file is not one that a hub wrote
 */
export function openBrokerSession(
  folder: string,
  { clientId, name, url }: { readonly clientId: string | undefined; readonly name: string; readonly url: string },
): BrokerSession {
  const path = join(folder, FILE);
  const kept = readKept(path);
  const id = clientId ?? kept?.client_id ?? makeClientId(name);
  const filters = kept?.client_id === id && kept.url === url ? kept.filters : [];
  const remember = (those: readonly string[]) => writeKept(path, { client_id: id, url, filters: those });
  if (kept?.client_id !== id || kept.url !== url) remember(filters);
  return { clientId: id, filters, remember };
}

interface Kept {
  readonly client_id: string;
  readonly url: string;
  readonly filters: readonly string[];
}

function makeClientId(name: string): string {
  const letters = name.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const words = letters
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, NAME_LENGTH)
    .replaceAll(/^-|-$/g, "");
  return ["millrace", words, randomBytes(RANDOM_BYTES).toString("hex")].filter((word) => word !== "").join("-");
}

function readKept(path: string): Kept | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    const { client_id, url, filters } = JSON.parse(text) as Partial<Kept>;
    if (typeof client_id === "string" && typeof url === "string" && Array.isArray(filters)) {
      return { client_id, url, filters };
    }
  } catch {
    // Told below, with everything else that is not ours.
  }
  throw new HubError("CONFIG_INVALID", `${path} is not what a hub wrote`, {
    remedy: "Remove it, and set broker_client.client_id to the id under which the broker knows this hub.",
  });
}

function writeKept(path: string, kept: Kept): void {
  const file = openSync(`${path}.new`, "w", 0o600);
  writeFileSync(file, `${JSON.stringify(kept)}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}
