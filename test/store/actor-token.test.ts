import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openActorToken } from "../../hub/store/actor-token.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "millrace-token-"));

test("the token is made once, for its owner alone, and names the steward", async () => {
  const folder = newFolder();
  const first = openActorToken(folder);
  expect(first.path).toBe(join(folder, "steward.token"));
  expect(statSync(first.path).mode & 0o777).toBe(0o600);
  expect(Buffer.from(first.token, "base64url")).toHaveLength(32);
  expect(openActorToken(folder).token).toBe(first.token);
  expect(await first.identify(readFileSync(first.path, "utf8").trim())).toEqual({ name: "steward", role: "steward" });
  expect(readdirSync(folder)).toEqual(["steward.token"]);
});

test.each([
  ["nothing", () => ""],
  ["a name", () => "steward"],
  ["a part of it", (token: string) => token.slice(0, -1)],
  ["more than it", (token: string) => `${token}A`],
  ["another one", () => openActorToken(newFolder()).token],
])("%s makes nobody an actor", async (_case, change) => {
  const { token, identify } = openActorToken(newFolder());
  expect(await identify(change(token))).toBeUndefined();
});

test.each([0o640, 0o604, 0o666, 0o620])("a token file of mode %o is refused", (mode) => {
  const folder = newFolder();
  const { path } = openActorToken(folder);
  chmodSync(path, mode);
  expect(() => openActorToken(folder)).toThrow(expect.objectContaining({ code: "SECRET_UNUSABLE" }));
});

test("half a token is refused, and never overwritten", () => {
  const folder = newFolder();
  const path = join(folder, "steward.token");
  writeFileSync(path, "abc\n", { mode: 0o600 });
  expect(() => openActorToken(folder)).toThrow(/is damaged/);
  expect(readFileSync(path, "utf8")).toBe("abc\n");
});

test("a folder that is not there is said so", () => {
  const folder = join(newFolder(), "missing");
  expect(() => openActorToken(folder)).toThrow(expect.objectContaining({ code: "SECRET_UNUSABLE" }));
  expect(existsSync(folder)).toBe(false);
});
