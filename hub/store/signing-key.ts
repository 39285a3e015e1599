import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { HubError } from "../errors.ts";
import {
  formatSigningKey,
  nameSigningKey,
  parseSigningKey,
  SEED_BYTES,
  type SigningKey,
} from "../ledger/signing-key.ts";

/** The key's file in the data folder. */
export const SIGNING_KEY_FILE = "ledger-key";

/** Rights of anybody but the owner. */
const OF_OTHERS = 0o077;

/**
 * The key that signs this hub's checkpoints; made at its first use, and then it stays: whoever has the file can sign for
 * the community, and without it nobody can go on with its log.
 * @param folder    of the data
 * @param community its name, which becomes part of the key's; looked at only when the key is made
 * @throws HubError SIGNING_KEY_UNUSABLE when it cannot be read or made, others can read it, or it is no key
 */
export function openSigningKey(folder: string, community: string): SigningKey {
  const path = join(folder, SIGNING_KEY_FILE);
  try {
    return readKey(path) ?? makeKey(folder, path, community);
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw unusable(`the key ${path} cannot be read or made`, `Give the hub's user the right to ${path}.`, cause);
  }
}

/** Undefined when there is no file. */
function readKey(path: string): SigningKey | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
  try {
    const mode = fstatSync(file).mode & 0o777;
    if ((mode & OF_OTHERS) !== 0) {
      const remedy = `Make it the hub's alone: chmod 600 ${path}. If others could read it, what they sign looks like yours.`;
      throw unusable(`the key ${path} is open to others (mode ${mode.toString(8)})`, remedy);
    }
    const key = parseSigningKey(readFileSync(file, "utf8").replace(/\n$/, ""));
    if (key === undefined) throw unusable(`the file ${path} holds no signing key`, "Put it back from a backup.");
    return key;
  } finally {
    closeSync(file);
  }
}

/** Written aside, synced and linked into place: a power cut leaves a whole key or none, and a second hub finds the first's. */
function makeKey(folder: string, path: string, community: string): SigningKey {
  const seed = randomBytes(SEED_BYTES);
  const aside = `${path}.${randomBytes(4).toString("hex")}`;
  const file = openSync(aside, "wx", 0o600);
  try {
    writeFileSync(file, `${formatSigningKey(nameSigningKey(community, seed), seed)}\n`);
    fsyncSync(file);
    try {
      linkSync(aside, path);
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
    }
  } finally {
    closeSync(file);
    rmSync(aside);
  }
  syncFolder(folder);
  const key = readKey(path);
  if (key === undefined) throw unusable(`the key ${path} was gone as soon as it was made`, "Start the hub again.");
  return key;
}

function syncFolder(folder: string): void {
  const entry = openSync(folder, "r");
  try {
    fsyncSync(entry);
  } finally {
    closeSync(entry);
  }
}

function unusable(message: string, remedy: string, cause?: unknown): HubError {
  return new HubError("SIGNING_KEY_UNUSABLE", message, { remedy, cause });
}
