import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { contrastOf } from "./contrast.ts";
import { communityDay, explanation, memberDay, QUARTER_MS } from "./fixture-day.ts";
import { absent, pagesInBrowser } from "./open-page.ts";

const SETTLED_DAY = "2026-06-19";
const TODAY = "2026-06-20";
/** A quarter of an hour in the morning, when there is less sun than breakfast. */
const MORNING = "2026-06-19T05:15Z";
const kwh = (mwh: number | null, decimals: number) => ((mwh ?? Number.NaN) / 1e6).toFixed(decimals);

describe.skipIf(absent !== "")(`the page in a browser${absent}`, () => {
  const opened = pagesInBrowser();
  const { open } = opened;

  const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"] .value`);
  const shown = (page: Page, text: string) => page.getByText(text, { exact: false }).first().waitFor();

  test("a settled day shows its four figures, its state and its entry", async () => {
    const page = await open(`?day=${SETTLED_DAY}`);
    await figure(page, "generation").waitFor();
    expect(await page.locator("#day-title").textContent()).toMatch(/^Friday,? 19 June 2026$/);
    const { totals } = communityDay(opened.hub.window(SETTLED_DAY));
    expect(await figure(page, "generation").textContent()).toBe(kwh(totals.generation_mwh, 1));
    expect(await figure(page, "consumption").textContent()).toBe(kwh(totals.consumption_mwh, 1));
    expect(await figure(page, "shared").textContent()).toBe(kwh(totals.shared_mwh, 1));
    expect(await figure(page, "from-grid").textContent()).toBe(kwh(totals.from_grid_mwh, 1));
    expect(await page.locator(".state").textContent()).toBe("Settled");
    expect(await page.locator(`a[href="/api/entries/settlement-${SETTLED_DAY}"]`).count()).toBe(1);
    expect(opened.faults()).toEqual([]);
  });

  test("today is provisional, names what is held, and its gaps stay gaps", async () => {
    const page = await open();
    await shown(page, "2 intervals are held");
    await shown(page, "38 intervals are still to come");
    await page.getByText("The same figures as a table").click();
    const cellsAt = (time: string) => page.locator("tr", { hasText: time }).locator("td").allTextContents();
    expect(await cellsAt("03:00–03:15")).toEqual([...Array(5).fill("–not known"), "held"]);
    expect(await cellsAt("23:45–00:00")).toEqual([...Array(5).fill("–not known"), "to come"]);
    expect((await cellsAt("02:45–03:00")).slice(0, 3)).toEqual(["0.000", expect.stringMatching(/^0\.5\d\d$/), "0.000"]);
    expect(opened.faults()).toEqual([]);
  });

  test("a day of which nothing is known yet shows no energy, not the energy 0", async () => {
    const page = await open("?day=2026-06-21&member=home-03");
    await figure(page, "used").waitFor();
    for (const name of ["generation", "consumption", "shared", "from-grid", "used", "allotted", "percent"]) {
      expect(await figure(page, name).textContent(), name).toBe("–");
    }
  });

  test("a link shows the day, the member and the explanation it names, and a reload keeps them", async () => {
    const page = await open(`?day=${SETTLED_DAY}&member=home-03&at=${MORNING}`);
    const why = explanation(opened.hub.window(SETTLED_DAY), "home-03", Date.parse(MORNING))!;
    const title = `Why did I get ${kwh(why.allotted_mwh, 3)} kWh?`;
    await shown(page, title);
    await page.reload();
    await shown(page, title);
    const { totals } = memberDay(opened.hub.window(SETTLED_DAY), "home-03");
    expect(await figure(page, "used").textContent()).toBe(kwh(totals.consumption_mwh, 1));
    expect(await figure(page, "allotted").textContent()).toBe(kwh(totals.allotted_mwh, 2));
    expect(await figure(page, "percent").textContent()).toBe(
      `${Math.round((100 * totals.allotted_mwh) / totals.consumption_mwh)}%`,
    );
    const words = (await page.locator(".why").textContent()) ?? "";
    expect(words).toContain("07:15–07:30");
    expect(words).toContain(`${kwh(why.inputs.pool_mwh, 6)} kWh × ${kwh(Number(why.tiers[0]!.weight_value), 6)} kWh`);
    expect(words).toContain(`→ ${kwh(why.allotted_mwh, 6)} kWh`);
    expect(words).toContain("5f2c9ab07d1e…");
    expect(opened.faults()).toEqual([]);
  });

  test("a member is picked, and an interval chosen by keyboard is explained and put into the address", async () => {
    const page = await open(`?day=${SETTLED_DAY}`);
    await page.getByRole("combobox", { name: "Member" }).selectOption("home-05");
    const slider = page.getByRole("slider", { name: "Interval" });
    await slider.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    const from_ms = opened.hub.window(SETTLED_DAY).from_ms + QUARTER_MS;
    const why = explanation(opened.hub.window(SETTLED_DAY), "home-05", from_ms)!;
    await shown(page, `Why did I get ${kwh(why.allotted_mwh, 3)} kWh?`);
    await shown(page, "home-05 · 00:15–00:30");
    expect(await slider.getAttribute("aria-valuetext")).toContain("00:15–00:30: used");
    await page.waitForURL(`**/?day=${SETTLED_DAY}&member=home-05&at=2026-06-18T22:15Z`);
    await page.getByText("The same figures as a table").last().click();
    await page.getByRole("button", { name: "12:00–12:15" }).press("Enter");
    await shown(page, "home-05 · 12:00–12:15");
    expect(opened.faults()).toEqual([]);
  });

  test("a click on the chart chooses the interval under it", async () => {
    const page = await open(`?day=${SETTLED_DAY}&member=home-03`);
    const chart = page.locator(".u-over").last();
    await chart.waitFor();
    const { width, height } = (await chart.boundingBox())!;
    await chart.click({ position: { x: (width * 48.5) / 96, y: height / 2 } });
    await shown(page, "home-03 · 12:00–12:15");
    expect(opened.faults()).toEqual([]);
  });

  test("the language is the browser's, can be changed, and is remembered", async () => {
    const page = await open(`?day=${SETTLED_DAY}`, { locale: "de-AT" });
    await shown(page, "Der Tag der Gemeinschaft");
    const { totals } = communityDay(opened.hub.window(SETTLED_DAY));
    expect(await figure(page, "shared").textContent()).toBe(kwh(totals.shared_mwh, 1).replace(".", ","));
    await page.getByLabel("Sprache").selectOption("fr");
    await shown(page, "La journée de la communauté");
    expect(await page.locator("html").getAttribute("lang")).toBe("fr");
    await page.reload();
    await shown(page, "La journée de la communauté");
    await page.getByLabel("Langue").selectOption("es");
    await shown(page, "El día de la comunidad");
    expect(opened.faults()).toEqual([]);
  });

  test("news of readings changes the figures, at most one request for the day in two seconds", async () => {
    const page = await open();
    const before = communityDay(opened.hub.window(TODAY)).totals.generation_mwh;
    await figure(page, "generation").getByText(kwh(before, 1)).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    const asked = () => opened.hub.requests.filter((path) => path === `/api/days/${TODAY}`).length;
    const askedBefore = asked();
    opened.hub.now_ms += 4 * QUARTER_MS;
    for (let count = 0; count < 20; count += 1)
      opened.hub.send("readings", { now_ms: opened.hub.now_ms, readings: count });
    const after = communityDay(opened.hub.window(TODAY)).totals.generation_mwh;
    await figure(page, "generation").getByText(kwh(after, 1)).waitFor();
    expect(asked() - askedBefore).toBeLessThanOrEqual(2);
    await shown(page, "Saturday 15:32");
    expect(opened.faults()).toEqual([]);
  });

  test("a lost connection is shown, and the page comes back by itself", async () => {
    const page = await open();
    await page.getByText("Live", { exact: true }).waitFor();
    await figure(page, "generation").waitFor();
    opened.hub.isFailing = true;
    opened.hub.cutEvents();
    await page.getByText("Reconnecting", { exact: true }).waitFor();
    await shown(page, "The figures below are the last ones it sent");
    const { totals } = communityDay(opened.hub.window(TODAY));
    expect(await figure(page, "generation").textContent()).toBe(kwh(totals.generation_mwh, 1));
    opened.hub.isFailing = false;
    await page.getByText("Live", { exact: true }).waitFor();
  });

  test.each([
    ["no community", "No community yet", "millrace.yaml"],
    ["no readings", "No readings yet", "readings/"],
  ] as const)("a hub with %s says what to do next", async (scenario, title, remedy) => {
    const page = await open("", {}, scenario);
    await shown(page, title);
    expect(await page.locator("main").textContent()).toContain(remedy);
    expect(opened.faults()).toEqual([]);
  });

  test("a hub that does not answer is said in plain words", async () => {
    const page = await open();
    await page.route("**/api/**", (route) => route.abort());
    await page.reload();
    await shown(page, "The hub does not answer");
  });

  test("an autumn day has 25 hours, and one hour twice", async () => {
    const page = await open("", {}, "long day");
    await page.getByText("The same figures as a table").click();
    await page.locator("tbody tr").nth(99).waitFor();
    expect(await page.locator("tbody tr").count()).toBe(100);
    expect(await page.locator("tbody tr", { hasText: "02:15–02:30" }).count()).toBe(2);
  });

  test.each(["en-GB", "de", "es", "fr"])("nothing is wider than a phone of 360 px (%s)", async (locale) => {
    const query = `?day=${TODAY}&member=home-03&at=2026-06-20T05:15Z`;
    const page = await open(query, { locale, viewport: { width: 360, height: 780 } });
    await page.locator(".why h3").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(opened.faults()).toEqual([]);
  });

  test.each(["light", "dark"] as const)("text and lines stand out enough (%s)", async (colorScheme) => {
    const page = await open(`?day=${TODAY}&member=home-03&at=2026-06-20T05:15Z`, { colorScheme });
    await page.locator(".why h3").waitFor();
    const ink = (name: string) =>
      page.evaluate((name) => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = `var(--${name})`;
        const { color } = getComputedStyle(probe);
        probe.remove();
        return color;
      }, name);
    for (const ground of ["card", "sunken", "ground"]) {
      for (const text of ["ink", "quiet", "water", "warn", "good"]) {
        expect(contrastOf(await ink(text), await ink(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const line of ["sun", "water-soft", "grid", "chosen", "focus"]) {
      expect(contrastOf(await ink(line), await ink("card")), `${line} on card`).toBeGreaterThanOrEqual(3);
    }
    expect(contrastOf(await ink("ink"), await ink("sun-soft"))).toBeGreaterThanOrEqual(4.5);
  });
});
