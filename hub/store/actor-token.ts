import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { HubError } from "../errors.ts";
import type { Actor, Actors } from "../members/actor.ts";

/** 256 random bits: nobody guesses them. */
const TOKEN_BYTES = 32;
const FILE_NAME = "steward.token";
/** Any right of the group or of others is too much. */
const TOO_OPEN = 0o077;
const steward: Actor = { name: "steward", role: "steward" };

/**
 * The steward's token, `<folder>/steward.token`: made at first use, for this user alone. Whoever can read the file
 * could write the books themselves, so it proves no more than it should.
 * @param folder the data folder
 * @throws HubError SECRET_UNUSABLE when it can be read by others, belongs to another user, is damaged, or cannot be made
 */
export function openActorToken(folder: string): Actors & { readonly path: string; readonly token: string } {
  const path = join(folder, FILE_NAME);
  const token = readToken(path) ?? makeToken(path);
  const expected = digestOf(token);
  return {
    path,
    token,
    async identify(presented) {
      // Digests have one length, so that the comparison takes as long for every text.
      return timingSafeEqual(digestOf(presented), expected) ? steward : undefined;
    },
  };
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function readToken(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(path, "cannot be read", cause);
  }
  try {
    const { mode, uid } = fstatSync(file);
    const rights = (mode & 0o777).toString(8);
    if ((mode & TOO_OPEN) !== 0) throw unusable(path, `is open to others (mode ${rights}, not 600)`);
    if (uid !== process.getuid?.()) throw unusable(path, "belongs to another user");
    const token = readFileSync(file, "utf8").trim();
    if (Buffer.from(token, "base64url").length === TOKEN_BYTES) return token;
    throw unusable(path, "is damaged");
  } finally {
    closeSync(file);
  }
}

/**
 * Written beside, synced, then given its name: half a token never stands there, and of two programs that start at once
 * the second takes the first one's.
 */
function makeToken(path: string): string {
  const beside = `${path}.${process.pid}.new`;
  try {
    const file = openSync(beside, "wx", 0o600);
    try {
      writeSync(file, `${randomBytes(TOKEN_BYTES).toString("base64url")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(beside, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw unusable(path, "cannot be made", cause);
  } finally {
    rmSync(beside, { force: true });
  }
  const token = readToken(path);
  if (token === undefined) throw unusable(path, "cannot be made");
  return token;
}

function unusable(path: string, what: string, cause?: unknown): HubError {
  return new HubError("SECRET_UNUSABLE", `the steward's token ${path} ${what}`, {
    cause,
    remedy: `Look who wrote it and who may read it; then delete it (rm ${path}) and start the hub again: it makes a new one.`,
  });
}
