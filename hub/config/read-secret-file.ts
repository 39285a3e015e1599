import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { HubError } from "../errors.ts";

/** Rights that a secret must not give: reading and more to everybody, writing to the group. */
const TOO_OPEN = 0o027;

/**
 * A secret is given by file, because what stands in a config is copied, shown and asked for help with.
 * @param path as the config names it
 * @returns    what the file holds, without the line's end that an editor leaves
 * @throws HubError SECRET_UNUSABLE when it cannot be read, is empty, or others can read it
 */
export function readSecretFile(path: string): string {
  let secret: string;
  try {
    const file = openSync(path, "r");
    try {
      const mode = fstatSync(file).mode & 0o777;
      if ((mode & TOO_OPEN) !== 0) {
        throw new HubError("SECRET_UNUSABLE", `the secret file ${path} is open to others (mode ${mode.toString(8)})`, {
          remedy: `Make it the hub's alone: chmod 600 ${path}`,
        });
      }
      secret = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new HubError("SECRET_UNUSABLE", `the secret file ${path} cannot be read`, {
      cause,
      remedy: "Check the path in millrace.yaml, and that the user of the hub may read the file.",
    });
  }
  if (secret !== "") return secret;
  throw new HubError("SECRET_UNUSABLE", `the secret file ${path} is empty`, {
    remedy: "Write the secret into it, in one line.",
  });
}
