import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { ENTRIES, fixtureKey, fixtureLog } from "./fixture-books.ts";
import { faultsOfPage } from "./judge-page.ts";
import { absent, pagesInBrowser } from "./open-page.ts";

describe.skipIf(absent !== "")(`the books in a browser${absent}`, () => {
  const opened = pagesInBrowser();
  const { open } = opened;
  const kept = (page: Page) => page.evaluate(() => JSON.parse(localStorage.getItem("millrace.books") ?? "null"));
  const alarm = (page: Page) => page.getByRole("alert");

  test("the first visit remembers them, and the next says that they continue", async () => {
    const page = await open();
    await page.getByText("The books hold 1,234 entries. This browser remembers them").waitFor();
    expect(await kept(page)).toMatchObject({ key: expect.stringContaining(fixtureKey().verifierKey) });
    await page.reload();
    await page.getByText("Books checked: 1,234 entries. They continue, unchanged, what you saw on").waitFor();
    await opened.hub.books.log.append([Buffer.from("one more")]);
    await page.reload();
    await page.getByText("Books checked: 1,235 entries.").waitFor();
    expect((await kept(page)).note).toContain("\n1235\n");
    expect(opened.hub.requests).toContain(`/api/log/consistency?from=${ENTRIES}&to=${ENTRIES + 1}`);
    expect(await alarm(page).count()).toBe(0);
    expect(opened.faults()).toEqual([]);
  });

  test.each([
    [
      "entries that were changed",
      async () => ({ log: await fixtureLog(2_000, "other") }),
      "Entries are not there any more",
    ],
    ["books that were cut off", async () => ({ log: await fixtureLog(1_000) }), "the books have become shorter"],
    [
      "another key",
      async () => ({ key: fixtureKey("millrace/other/00000000", 2), log: await fixtureLog(ENTRIES) }),
      "another key than before",
    ],
  ])("%s are told loudly, also after a reload, until somebody starts over", async (_name, change, words) => {
    const page = await open();
    await page.getByText("The books hold 1,234 entries.").waitFor();
    const before = await kept(page);
    const honest = opened.hub.books.log;
    Object.assign(opened.hub.books, await change());
    await page.reload();
    await alarm(page).getByText(words).waitFor();
    expect(await page.getByText("Books checked").count()).toBe(0);
    expect(await kept(page)).toMatchObject(before);
    // The evidence outlives a hub that shows its old face again.
    Object.assign(opened.hub.books, { log: honest, key: fixtureKey() });
    await page.goto(`${opened.hub.url}/?page=devices`);
    await alarm(page).getByText(words).waitFor();
    await page.getByText("What was signed, and starting over").click();
    expect(await alarm(page).locator("pre").allTextContents()).toEqual([
      expect.stringContaining(before.note),
      expect.stringMatching(/^millrace\/.*\n\d+\n/),
    ]);
    expect(await faultsOfPage(page)).toEqual([]);
    await page.getByRole("button", { name: "Start over with these books" }).click();
    await alarm(page).waitFor({ state: "detached" });
    await page.goto(opened.hub.url);
    await page.getByText("Books checked: 1,234 entries.").waitFor();
    expect(opened.faults()).toEqual([]);
  });

  test.each(["en-GB", "de", "es", "fr"])("the alarm fits a phone, in the dark too (%s)", async (locale) => {
    const page = await open("", { locale, colorScheme: "dark", viewport: { width: 360, height: 780 } });
    await page.locator(".books.good").waitFor();
    expect(await faultsOfPage(page)).toEqual([]);
    opened.hub.books.log = await fixtureLog(1_000);
    await page.reload();
    await alarm(page).locator("summary").click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await faultsOfPage(page)).toEqual([]);
  });

  test("a hub that cannot be asked is no alarm", async () => {
    const page = await open();
    await page.getByText("The books hold 1,234 entries.").waitFor();
    opened.hub.books.answer = async () => undefined;
    await page.reload();
    await page.getByText("The books could not be checked just now").waitFor();
    expect(await alarm(page).count()).toBe(0);
  });
});
