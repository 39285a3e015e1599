import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareWebPages } from "../../hub/demo/web-pages.ts";

let folder: string;
const write = (name: string, text: string, seconds: number) => {
  writeFileSync(join(folder, name), text);
  utimesSync(join(folder, name), seconds, seconds);
};
const builtPage = () => readFileSync(join(folder, "dist/index.html"), "utf8");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-pages-"));
  mkdirSync(join(folder, "src"));
  write("vite.config.ts", "export default {};", 1_000);
  write("index.html", "<title>fresh</title>", 1_000);
  write("src/page.ts", "export {};", 1_000);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("pages that were never built are built, and then left alone", async () => {
  expect(await prepareWebPages(folder)).toBe("built");
  expect(builtPage()).toContain("fresh");
  expect(await prepareWebPages(folder)).toBe("ready");
});

test.each(["src/page.ts", "index.html", "vite.config.ts"])("pages older than %s are built again", async (source) => {
  mkdirSync(join(folder, "dist"));
  write("dist/index.html", "stale", 2_000);
  expect(await prepareWebPages(folder)).toBe("ready");
  expect(builtPage()).toBe("stale");
  utimesSync(join(folder, source), 3_000, 3_000);
  expect(await prepareWebPages(folder)).toBe("built");
  expect(builtPage()).toContain("fresh");
});

test("pages that cannot be built say what to run", async () => {
  write("index.html", '<script type="module" src="./src/missing.ts"></script>', 1_000);
  await expect(prepareWebPages(folder)).rejects.toMatchObject({
    code: "WEB_PAGES_MISSING",
    remedy: expect.stringContaining("npm run build:web"),
  });
});
