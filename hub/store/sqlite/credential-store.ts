import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type Database from "better-sqlite3";
import { HubError } from "../../errors.ts";
import type { Credential, CredentialStore } from "../../members/credential.ts";

/** 192 random bits: nobody guesses them, so one salted hash protects them as well as a slow one would. */
const PASSWORD_BYTES = 24;
const SALT_BYTES = 16;

interface CredentialRow {
  readonly name: string;
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly devices: string;
}

/**
 * Device credentials in books.db. Passwords are generated here, never chosen, which is why a salted SHA-256 is enough:
 * a hundred devices that come back together after a power cut must not cost a Pi a hundred slow hashes.
 * @param db as `openBooks` gives it
 */
export function sqliteCredentialStore(db: Database.Database): CredentialStore {
  const sql = {
    insert: db.prepare("INSERT INTO credential (name, salt, hash, devices) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"),
    remove: db.prepare("DELETE FROM credential WHERE name = ?"),
    byName: db.prepare<[string], CredentialRow>("SELECT * FROM credential WHERE name = ?"),
    all: db.prepare<[], CredentialRow>("SELECT * FROM credential ORDER BY name"),
  };
  /** Compared with when there is no such name, so that an unknown name takes as long as a wrong password. */
  const nobody = { salt: randomBytes(SALT_BYTES), hash: randomBytes(32) };
  return {
    async issue(name, devices) {
      const password = newPassword();
      const salt = randomBytes(SALT_BYTES);
      const { changes } = sql.insert.run(name, salt, hashOf(password, salt), JSON.stringify(devices));
      if (changes === 0) {
        throw new HubError("CREDENTIAL_EXISTS", `there is a credential named ${name} already`, {
          remedy: `Take it away first: millrace credential revoke ${name}`,
        });
      }
      return { password };
    },
    async revoke(name) {
      return sql.remove.run(name).changes > 0;
    },
    async check(name, password) {
      const row = sql.byName.get(name);
      const { salt, hash } = row ?? nobody;
      return timingSafeEqual(hashOf(password, salt), hash) && row !== undefined ? toCredential(row) : undefined;
    },
    async list() {
      return sql.all.all().map(toCredential);
    },
  };
}

function toCredential({ name, devices }: CredentialRow): Credential {
  return { name, devices: JSON.parse(devices) as string[] };
}

function hashOf(password: string, salt: Buffer): Buffer {
  return createHash("sha256").update(salt).update(password).digest();
}

/** As random as its bytes; one that begins with a hyphen would be taken for a flag by `mosquitto_pub -P`. */
function newPassword(): string {
  for (;;) {
    const password = randomBytes(PASSWORD_BYTES).toString("base64url");
    if (!password.startsWith("-")) return password;
  }
}
