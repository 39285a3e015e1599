import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dist } from "./fixture-hub.ts";

/** The budget of the member's page on a phone, compressed, all files together. */
const TRANSFER_BYTES = 120_000;
const isBuilt = existsSync(join(dist, "index.html"));

test.skipIf(!isBuilt)(`the page is light${isBuilt ? "" : " (SKIPPED: npm run build:web first)"}`, () => {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
  const compressed = files.filter((name) => name.endsWith(".gz"));
  expect(compressed.length).toBeGreaterThanOrEqual(4);
  const bytes = compressed.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
  expect(bytes).toBeLessThan(TRANSFER_BYTES);
});
