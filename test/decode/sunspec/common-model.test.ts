import { expect, test } from "vitest";
import { hasIdentityChanged, readText } from "../../../hub/decode/sunspec/common-model.ts";

test.each([
  ["padded with NUL", "534d4100000000", "SMA"],
  ["padded with spaces", "534d41202020", "SMA"],
  ["what follows a NUL is not text", "534d4100ff41", "SMA"],
  ["nothing", "00000000", undefined],
  ["spaces", "2020", undefined],
  ["memory that holds nothing", "ffffffff", undefined],
  ["control characters go", "530d0a4d41", "SMA"],
  ["text of more than ASCII", "c396c39f", "Öß"],
])("text %s", (_name, hex, text) => {
  expect(readText(Buffer.from(hex, "hex"))).toBe(text);
});

const known = { manufacturer: "SMA", model: "STP", serial: "1", firmware: "3.10", options: "A" };

test.each([
  ["the same", known, false],
  ["another serial number", { ...known, serial: "2" }, true],
  ["other software", { ...known, firmware: "3.11" }, true],
  ["another maker", { ...known, manufacturer: "Fronius" }, true],
  ["another model", { ...known, model: "SB" }, true],
  ["other options", { ...known, options: "B" }, false],
  ["nothing read this time", {}, false],
])("identity: %s", (_name, seen, hasChanged) => {
  expect(hasIdentityChanged(known, seen)).toBe(hasChanged);
});
