import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { findChromium, openChromium } from "../../test/browser/chromium.ts";
import type { Community, Health } from "./src/api/contract.ts";
import { zonedFormat } from "./src/format/times.ts";

/** Takes docs/screenshot.png of the real page over the real demo: `npm run screenshot`. */

const ROOT = resolve(import.meta.dirname, "../..");
const TARGET = join(ROOT, "docs/screenshot.png");
const SIZE = { width: 1280, height: 900 };
/** The picture is taken when the day has a shape: after this local hour of the demo's own day. */
const TAKEN_AFTER_HOUR = 17;
/** The demo must be ready within this, and at its speed it passes a whole day in less than five minutes. */
const READY_MS = 60_000;
const AFTERNOON_MS = 6 * 60_000;

const executablePath = findChromium();
if (executablePath === undefined) throw new Error("no chromium: install it, or name it in CHROMIUM");
const data = await mkdtemp(join(tmpdir(), "millrace-screenshot-"));
const demo = spawn(
  process.execPath,
  [join(ROOT, "hub/launch.mjs"), "demo", "--data", data, "--port", "0", "--mqtt-port", "0"],
  { stdio: ["ignore", "pipe", "inherit"] },
);
const ended = new Promise<void>((done) => demo.once("exit", () => done()));
try {
  const url = await printedUrl();
  console.log(`The demo is at ${url}; waiting for ${TAKEN_AFTER_HOUR}:00 of its day.`);
  const browser = await openChromium(executablePath);
  try {
    const page = await browser.newPage({ viewport: SIZE, locale: "en-GB", colorScheme: "light" });
    await page.goto(url);
    await awaitAfternoon(page, url);
    await page.locator('[data-figure="generation"]').waitFor();
    await page.screenshot({ path: TARGET });
  } finally {
    await browser.close();
  }
  console.log(`Took ${TARGET}`);
} finally {
  demo.kill("SIGINT");
  await ended;
  await rm(data, { recursive: true, force: true });
}

/** The demo prints `Open http://...` when it is ready. */
function printedUrl(): Promise<string> {
  return new Promise((found, failed) => {
    let printed = "";
    const late = setTimeout(() => failed(new Error(`the demo was not ready in ${READY_MS} ms`)), READY_MS);
    demo.once("exit", (code) => failed(new Error(`the demo ended with ${code} before it was ready`)));
    demo.stdout.on("data", (bytes: Buffer) => {
      printed += bytes.toString();
      const url = /Open (http\S+)/.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      found(url);
    });
  });
}

async function awaitAfternoon(page: Page, url: string): Promise<void> {
  const { time_zone } = await answerOf<Community>(page, `${url}/api/community`);
  const hourOf = zonedFormat("en-GB", time_zone, { hour: "2-digit", hourCycle: "h23" });
  const latest = performance.now() + AFTERNOON_MS;
  while (performance.now() < latest) {
    const { now_ms } = await answerOf<Health>(page, `${url}/api/health`);
    if (Number(hourOf(now_ms)) >= TAKEN_AFTER_HOUR) return;
    await page.waitForTimeout(1_000);
  }
  throw new Error(`the demo did not reach ${TAKEN_AFTER_HOUR}:00 in ${AFTERNOON_MS} ms`);
}

async function answerOf<Answer>(page: Page, url: string): Promise<Answer> {
  const response = await page.request.get(url);
  if (!response.ok()) throw new Error(`${url}: ${response.status()}`);
  return (await response.json()) as Answer;
}
