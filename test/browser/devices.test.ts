import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { momentOfLocal } from "../../dashboards/web/src/format/times.ts";
import { NOW_MS } from "./fixture-hub.ts";
import { absent, pagesInBrowser } from "./open-page.ts";

const LIST = "?page=devices";
const REGISTERS = "?page=registers";

describe.skipIf(absent !== "")(`the devices in a browser${absent}`, () => {
  const opened = pagesInBrowser();
  const { open } = opened;

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");
  const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
  const line = (page: Page, device: string) =>
    page.locator(".device-list > li", { has: page.getByRole("link", { name: device, exact: true }) });

  test("the list tells of each device how it fares, those to look at first", async () => {
    const page = await open(LIST);
    await heading(page, "Devices");
    expect(await page.locator(".device-list h3").allTextContents()).toEqual([
      ...["barn", "home-07", "roof-a", "workshop-plug"],
      ...["01", "02", "03", "04", "05", "06", "08", "09", "10", "11", "12"].map((number) => `home-${number}`),
    ]);
    const barn = (await line(page, "barn").innerText()).replace(/\s+/g, " ");
    for (const fact of ["cannot be reached", "26 minutes ago", "10% of 12,400", "Not understood 3", "9,600 W"]) {
      expect(barn).toContain(fact);
    }
    expect(await line(page, "roof-a").innerText()).toContain("in the config file");
    expect(await line(page, "home-07").innerText()).toContain("silent");
    expect(await page.getByText("15 devices, 2 do not answer").count()).toBe(1);
    expect(await page.title()).toBe("Devices · Mill Lane Energy");
    expect(opened.faults()).toEqual([]);
  });

  test("the navigation counts what waits for somebody, on the members' page too, which loads nothing for it", async () => {
    const page = await open("");
    const link = page.getByRole("link", { name: /^Devices ?, 3 things wait for you$/ });
    await link.waitFor();
    const isLater = (path: string) => path.includes("technician");
    const loaded = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect((await loaded()).filter(isLater)).toEqual([]);
    await link.press("Enter");
    await heading(page, "Devices");
    expect(await focused(page)).toBe("Devices");
    expect((await loaded()).filter(isLater).length).toBe(2);
    await page.waitForURL(`**/${LIST}`);
    await page.goBack();
    await page.locator('[data-figure="generation"]').waitFor();
    expect(opened.faults()).toEqual([]);
  });

  test("a device that stops answering shows without a reload and without a reading", async () => {
    const page = await open(LIST);
    await line(page, "roof-a").getByText("answers").waitFor();
    const [roof] = opened.hub.devices.rows;
    opened.hub.devices.rows[0] = { ...roof!, state: "penalised" };
    await line(page, "roof-a").getByText("does not answer").waitFor();
    await page.getByRole("link", { name: /^Devices ?, 4 things wait for you$/ }).waitFor();
  });

  test("a device's page shows what it is, what it says, what failed and how it is described", async () => {
    const page = await open(LIST);
    await page.getByRole("link", { name: "barn" }).click();
    await heading(page, "barn");
    expect(await focused(page)).toBe("barn");
    const text = (await page.locator("main").innerText()).replace(/\s+/g, " ");
    for (const fact of [
      "It cannot be reached: connect ECONNREFUSED 192.168.1.41:502.",
      "connect ECONNREFUSED 192.168.1.41:502 (4 seconds ago)",
      "−4,210 W feeds in",
      "4,321.500 kWh",
      "40 sec ago",
      "could not be read",
      'unit "MW" is foreign to active_power',
      '"host": "192.168.1.41"',
    ]) {
      expect(text).toContain(fact);
    }
    await page.goto(`${opened.hub.url}/${LIST}&device=roof-a`);
    await page.getByText("Symo 17.5-3-M").waitFor();
    await page.getByText("It is described in millrace.yaml.").waitFor();
    expect(await page.getByRole("button", { name: "Remove this device" }).count()).toBe(0);
    expect(opened.faults()).toEqual([]);
  });

  test("a device is removed after a second thought only", async () => {
    const page = await open(`${LIST}&device=barn`);
    const remove = page.getByRole("button", { name: "Remove this device" });
    await remove.press("Enter");
    await page.getByRole("dialog", { name: "Remove barn?" }).waitFor();
    await page.keyboard.press("Escape");
    expect(opened.hub.devices.asked).toEqual([]);
    expect(await remove.evaluate((button) => button === document.activeElement)).toBe(true);
    await remove.press("Enter");
    await page.getByRole("button", { name: "Remove", exact: true }).press("Enter");
    await page.getByText("barn is removed. Its readings stay.").waitFor();
    await heading(page, "Devices");
    expect(opened.hub.devices.asked).toEqual([{ path: "/api/devices/barn", body: {} }]);
    await line(page, "barn").waitFor({ state: "detached" });
    expect(opened.faults()).toEqual([]);
  });

  test("a question about a register is decided with a reason, and is gone", async () => {
    const page = await open(REGISTERS);
    await heading(page, "home-03: the register jumped further than this device can have counted");
    const facts = (await page.locator(".questions dl").innerText()).replace(/\s+/g, " ");
    expect(facts).toContain("Before, 20 Jun 2026, 09:32 4,321.500 kWh");
    expect(facts).toContain("After, 20 Jun 2026, 10:32 4,536.500 kWh");
    const asked = page.locator(".questions");
    await asked.getByRole("radio", { name: /^The new meter goes on/ }).check();
    await asked.getByRole("button", { name: "Decide" }).click();
    expect(opened.hub.devices.asked).toEqual([]);
    await asked.getByRole("spinbutton", { name: "Start register in kWh" }).fill("12.5");
    await asked.getByRole("textbox", { name: "Reason" }).fill("the old meter was replaced");
    await asked.getByRole("button", { name: "Decide" }).click();
    await page.getByText("Decided for home-03.").waitFor();
    await page.getByText("No open question.").waitFor();
    const reason = "the old meter was replaced";
    expect(opened.hub.devices.asked).toEqual([
      {
        path: "/api/register-events/4/decision",
        body: { verdict: "continues", end_register_kwh: 4_321.5, start_register_kwh: 12.5, reason },
      },
    ]);
    expect(await focused(page)).toBe("Questions about meters");
    expect(opened.faults()).toEqual([]);
  });

  test("a meter swap is declared at the moment the community's clock showed", async () => {
    const page = await open(REGISTERS, { timezoneId: "America/New_York" });
    const form = page.locator("form").last();
    await form.getByRole("combobox", { name: "Metering point" }).selectOption("home-05");
    await form.getByLabel("When").fill("2026-06-20T09:15");
    await form.getByRole("spinbutton", { name: "End register in kWh" }).fill("4321.5");
    await form.getByRole("spinbutton", { name: "Start register in kWh" }).fill("0");
    await form.getByRole("textbox", { name: "Register of the new meter" }).fill("home-05b/active_energy_import");
    await form.getByRole("textbox", { name: "Reason" }).fill("swapped by the grid operator");
    await form.getByRole("button", { name: "Declare" }).click();
    await page.getByText("Declared for home-05.").waitFor();
    expect(opened.hub.devices.asked).toEqual([
      {
        path: "/api/metering-points/home-05/events",
        body: {
          ...{ kind: "swap", at_ms: momentOfLocal("Europe/Vienna", "2026-06-20T09:15") },
          ...{ end_register_kwh: 4_321.5, start_register_kwh: 0, series_after: "home-05b/active_energy_import" },
          reason: "swapped by the grid operator",
        },
      },
    ]);
    expect(NOW_MS).toBeGreaterThan(momentOfLocal("Europe/Vienna", "2026-06-20T09:15"));
    expect(opened.faults()).toEqual([]);
  });

  test("a hub with no device says how to add one", async () => {
    const page = await open(LIST, {}, "no community");
    await page.getByRole("link", { name: /^Add the first one/ }).click();
    await heading(page, "Add a device");
    await page.goto(`${opened.hub.url}/${REGISTERS}`);
    await page.getByText("There is no metering point yet").waitFor();
    expect(opened.faults()).toEqual([]);
  });
});
