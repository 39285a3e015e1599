import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { faultsOfPage } from "./judge-page.ts";
import { absent, pagesInBrowser } from "./open-page.ts";

const ADD = "?page=add-device";

describe.skipIf(absent !== "")(`the technicians' pages for everybody${absent}`, () => {
  const opened = pagesInBrowser();
  const { open } = opened;

  /** Every part of the pages that can be seen without a device's answer, unfolded. */
  async function visitAll(page: Page, judge: (where: string) => Promise<void>): Promise<void> {
    for (const query of ["?page=devices", "?page=devices&device=barn", "?page=registers"]) {
      await page.goto(`${opened.hub.url}/${query}`);
      await page.locator("main h2").first().waitFor();
      const [choice] = await page.locator(".questions input[type=radio]").all();
      await choice?.check();
      await judge(query);
    }
    await page.goto(`${opened.hub.url}/${ADD}`);
    for (const way of [2, 1, 0]) {
      await page.locator(".ways input").nth(way).check();
      if (way < 2) await page.locator(".many input").first().check();
      for (const summary of await page.locator("details:not([open]) summary").all()) await summary.click();
      await judge(`${ADD} ${way}`);
    }
    await page.locator("form .row input").last().check();
    await page.locator("#place-form input[list]").fill("/dev/ttyUSB0");
    await judge(`${ADD} on a line`);
    await page.locator("#place-form button[type=submit]").click();
    await page.locator("#live-title").waitFor();
    await page.locator("fieldset.question button").click();
    await page.locator("[data-verdict]").waitFor();
    await page.locator(".row.question input").last().check();
    await judge(`${ADD} with live values`);
  }

  test.each(["en-GB", "de", "es", "fr"])(
    "nothing is wider than a phone of 360 px, and everything has a name (%s)",
    async (locale) => {
      const page = await open("", { locale, viewport: { width: 360, height: 780 } });
      await visitAll(page, async (where) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth), where).toBe(360);
        expect(await faultsOfPage(page), where).toEqual([]);
      });
      expect(opened.faults()).toEqual([]);
    },
  );

  test.each(["light", "dark"] as const)("every text stands out enough (%s)", async (colorScheme) => {
    const page = await open("", { colorScheme });
    await visitAll(page, async (where) => expect(await faultsOfPage(page), where).toEqual([]));
  });
});
