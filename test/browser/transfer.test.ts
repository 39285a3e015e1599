import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dist } from "./fixture-hub.ts";

/** The budget of the member's page on a phone, compressed, all files that it loads together. */
const MEMBER_BYTES = 120_000;
/** What technicians load besides: half as much again, over a workshop's Wi-Fi. */
const TECHNICIAN_BYTES = 60_000;

const isBuilt = existsSync(join(dist, "index.html"));
const absent = isBuilt ? "" : " (SKIPPED: npm run build:web first)";
const files = isBuilt ? readdirSync(dist, { recursive: true, encoding: "utf8" }) : [];
const compressed = files.filter((name) => name.endsWith(".gz"));
const isLater = (name: string): boolean => name.includes("technician-pages");
const weigh = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);

test.skipIf(!isBuilt)(`the member's page is light${absent}`, () => {
  const own = compressed.filter((name) => !isLater(name));
  expect(own.length).toBeGreaterThanOrEqual(4);
  expect(weigh(own)).toBeLessThan(MEMBER_BYTES);
});

test.skipIf(!isBuilt)(`what technicians need comes later, and is light too${absent}`, () => {
  const later = compressed.filter(isLater);
  expect(later.map((name) => name.replace(/(technician-pages)-.+(\.\w+)\.gz$/, "$1$2")).sort()).toEqual([
    "assets/technician-pages.css",
    "assets/technician-pages.js",
  ]);
  expect(readFileSync(join(dist, "index.html"), "utf8")).not.toContain("technician-pages");
  expect(weigh(later)).toBeLessThan(TECHNICIAN_BYTES);
});
