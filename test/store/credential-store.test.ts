import { expect, test } from "vitest";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteCredentialStore } from "../../hub/store/sqlite/credential-store.ts";

test("no password begins with a hyphen, which mosquitto_pub -P would take for a flag", async () => {
  const store = sqliteCredentialStore(openBooks(":memory:"));
  const passwords: string[] = [];
  for (let count = 0; count < 500; count += 1) {
    const { password } = await store.issue(`roof-${count}`, [`roof-${count}`]);
    passwords.push(password);
  }
  expect(passwords.filter((password) => password.startsWith("-"))).toEqual([]);
  expect(new Set(passwords).size).toBe(500);
});
