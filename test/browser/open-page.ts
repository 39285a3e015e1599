import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { findChromium, openChromium } from "./chromium.ts";
import { dist, type FixtureHub, type Scenario, startFixtureHub, TOKEN } from "./fixture-hub.ts";

const executablePath = findChromium();
const isBuilt = existsSync(join(dist, "index.html"));
/** Why tests in a browser cannot run here, for their names; `""` when they can. */
export const absent =
  executablePath === undefined ? " (SKIPPED: no chromium)" : isBuilt ? "" : " (SKIPPED: npm run build:web first)";

export interface OpenedPages {
  /** With a steward's token, unless the query ends with another fragment. */
  readonly open: (query?: string, options?: BrowserContextOptions, scenario?: Scenario) => Promise<Page>;
  /** The hub behind the page that was opened last. */
  readonly hub: FixtureHub;
  /** What the browser complained about, and requests that left the hub. */
  readonly faults: () => readonly string[];
}

/** One browser for the tests of a file, and for each test a fresh hub and page; to be called inside `describe`. */
export function pagesInBrowser(): OpenedPages {
  let browser: Browser;
  let hub: FixtureHub;
  let faults: string[] = [];

  beforeAll(async () => {
    browser = await openChromium(executablePath ?? "");
  });
  afterAll(async () => browser?.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await hub.close();
  });

  return {
    get hub() {
      return hub;
    },
    faults: () => faults,
    async open(query = "", options = {}, scenario = "sunny") {
      hub = await startFixtureHub(scenario);
      faults = [];
      const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("request", (request) => {
        if (!request.url().startsWith(hub.url)) faults.push(`outside request: ${request.url()}`);
      });
      await page.goto(`${hub.url}/${query}${query.includes("#") ? "" : `#token=${TOKEN}`}`);
      return page;
    },
  };
}
