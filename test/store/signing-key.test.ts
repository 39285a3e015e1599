import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openCheckpoint, signCheckpoint } from "../../hub/ledger/checkpoint.ts";
import { EMPTY_ROOT } from "../../hub/ledger/merkle-hash.ts";
import { openSigningKey, SIGNING_KEY_FILE } from "../../hub/store/signing-key.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-key-"));
  path = join(folder, SIGNING_KEY_FILE);
});

describe("the hub's signing key", () => {
  test("is made at its first use, for the owner alone, and found again under any name of the community", () => {
    const key = openSigningKey(folder, "Mill Lane");
    expect(key.name).toMatch(/^millrace\/mill-lane\/[0-9a-f]{8}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([SIGNING_KEY_FILE]);
    const again = openSigningKey(folder, "Another name");
    expect(again.verifierKey).toBe(key.verifierKey);
    const note = signCheckpoint({ size: 0, root: EMPTY_ROOT }, again);
    expect(openCheckpoint(note, key.verifierKey)).toMatchObject({ size: 0 });
  });

  test("is another one in every folder", () => {
    const other = mkdtempSync(join(tmpdir(), "millrace-key-"));
    expect(openSigningKey(folder, "a").verifierKey).not.toBe(openSigningKey(other, "a").verifierKey);
  });

  test.each([0o640, 0o604, 0o660, 0o644, 0o601])("is refused with mode %o, and not touched", (mode) => {
    openSigningKey(folder, "a");
    const before = readFileSync(path, "utf8");
    chmodSync(path, mode);
    expect(() => openSigningKey(folder, "a")).toThrow(
      expect.objectContaining({ code: "SIGNING_KEY_UNUSABLE", remedy: expect.stringContaining(`chmod 600 ${path}`) }),
    );
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test.each([
    ["empty", () => ""],
    ["cut off", (line: string) => line.slice(0, -5)],
    ["of another name", (line: string) => line.replace("millrace/a/", "millrace/b/")],
    ["no text", () => "\u0000\u0001"],
  ])("is refused and never made anew when the file is %s", (_what, spoil) => {
    openSigningKey(folder, "a");
    const spoilt = spoil(readFileSync(path, "utf8"));
    writeFileSync(path, spoilt);
    expect(() => openSigningKey(folder, "a")).toThrow(expect.objectContaining({ code: "SIGNING_KEY_UNUSABLE" }));
    expect(readFileSync(path, "utf8")).toBe(spoilt);
  });

  test("is not followed to another place, nor made where nothing can be", () => {
    symlinkSync(join(folder, "elsewhere"), path);
    expect(() => openSigningKey(folder, "a")).toThrow(expect.objectContaining({ code: "SIGNING_KEY_UNUSABLE" }));
    expect(existsSync(join(folder, "elsewhere"))).toBe(false);
    expect(() => openSigningKey(join(folder, "missing"), "a")).toThrow(
      expect.objectContaining({ code: "SIGNING_KEY_UNUSABLE", cause: expect.anything() }),
    );
  });
});
