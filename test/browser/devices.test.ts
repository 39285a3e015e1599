import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { momentOfLocal } from "../../dashboards/web/src/format/times.ts";
import { NOW_MS } from "./fixture-hub.ts";
import { faultsOfPage } from "./judge-page.ts";
import { absent, pagesInBrowser } from "./open-page.ts";

const LIST = "?page=devices";
const ADD = "?page=add-device";
const REGISTERS = "?page=registers";

describe.skipIf(absent !== "")(`the devices in a browser${absent}`, () => {
  const opened = pagesInBrowser();
  const { open } = opened;

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");
  const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
  const line = (page: Page, device: string) =>
    page.locator(".device-list > li", { has: page.getByRole("link", { name: device, exact: true }) });

  /** Press Tab until the wanted control has the focus, as somebody without a mouse does. */
  async function tabTo(
    page: Page,
    name: string | RegExp,
    role: "button" | "textbox" | "radio" | "searchbox",
  ): Promise<void> {
    const wanted = page.getByRole(role, { name }).first();
    await wanted.waitFor();
    for (let presses = 0; presses < 60; presses += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${role} ${name}`);
  }

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
      "40 seconds ago",
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

  test("a meter that is mounted the wrong way round is added, turned and saved by keyboard alone", async () => {
    const page = await open(ADD);
    await heading(page, "Add a device");
    await tabTo(page, /^I know its make/, "radio");
    await page.keyboard.press("Space");
    await tabTo(page, "Search by make or model", "searchbox");
    await page.keyboard.type("eastron 630");
    await page.getByText("1 entry").waitFor();
    await tabTo(page, /^Eastron SDM630/, "radio");
    await page.keyboard.press("Space");
    await tabTo(page, "Name", "textbox");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("cellar");
    await tabTo(page, "Address", "textbox");
    await page.keyboard.type("192.168.1.40");
    await page.keyboard.press("Enter");
    await heading(page, "What it says now");
    expect(await focused(page)).toBe("What it says now");
    expect(opened.hub.devices.saved).toEqual([]);
    expect(await page.locator('[data-series="cellar/active_power"]').innerText()).toMatch(/120 W\s+draws/);
    await tabTo(page, "Yes", "radio");
    await page.keyboard.press("Space");
    await tabTo(page, "The load is on: compare", "button");
    await page.keyboard.press("Enter");
    await page.getByText("Power fell by 1,990 W although a load was switched on").waitFor();
    await tabTo(page, "Let import and export change places", "button");
    await page.keyboard.press("Enter");
    await page.getByText("Import and export have changed places.").waitFor();
    await page.locator('[data-series="cellar/active_power"]', { hasText: "1,870 W" }).waitFor();
    expect(await page.getByRole("radio", { name: "Yes" }).isChecked()).toBe(false);
    await tabTo(page, "Yes", "radio");
    await page.keyboard.press("Space");
    await tabTo(page, "Save the device", "button");
    await page.keyboard.press("Enter");
    await page.getByText("cellar is saved.").waitFor();
    await heading(page, "cellar");
    expect(await focused(page)).toBe("cellar");
    expect(opened.hub.devices.saved).toEqual([
      {
        ...{ id: "cellar", profile: "eastron-sdm630", turned: true },
        modbus: { host: "192.168.1.40", port: 502, unit: 1 },
      },
    ]);
    expect(opened.hub.devices.asked.map(({ path }) => path)).toEqual([
      ...["/api/devices/try", "/api/devices/try/sign", "/api/devices/try", "/api/devices"],
    ]);
    expect(opened.faults()).toEqual([]);
  });

  test("what the hub refuses is said with its remedy, where the focus is, and values that do not match are not saved", async () => {
    const page = await open(ADD);
    await page.getByRole("radio", { name: /^I know its make/ }).check();
    await page.getByRole("radio", { name: /^Eastron SDM630/ }).check();
    await page.getByRole("radio", { name: "Serial line", exact: true }).check();
    expect(await page.getByRole("combobox", { name: "Parity" }).inputValue()).toBe("none");
    await page.getByLabel("Serial port").fill("/dev/ttyUSB0");
    await page.getByRole("spinbutton", { name: "Unit id" }).fill("9");
    await page.getByRole("button", { name: "Read live values" }).click();
    await page.getByText("device eastron-sdm630 gave no values: it does not answer").waitFor();
    expect(await focused(page)).toContain("Check power, wiring, address, unit id");
    await page.getByRole("spinbutton", { name: "Unit id" }).fill("1");
    await page.getByRole("button", { name: "Read live values" }).click();
    await heading(page, "What it says now");
    await page.getByRole("radio", { name: "No", exact: true }).check();
    await page.getByText("another device on the same line may have answered").waitFor();
    expect(await page.getByRole("button", { name: "Save the device" }).count()).toBe(0);
    await page.getByRole("spinbutton", { name: "Unit id" }).fill("2");
    await page.getByRole("heading", { name: "What it says now" }).waitFor({ state: "detached" });
    await page.getByText("You have not seen its live values yet.").waitFor();
  });

  test("a device that publishes is told its topic and the command that makes its credential", async () => {
    const page = await open(ADD);
    await page.getByRole("radio", { name: /^It publishes by MQTT/ }).check();
    await page.getByRole("radio", { name: /^Tasmota/ }).check();
    await page.getByRole("textbox", { name: "Name" }).fill("kettle");
    await page.getByText("millrace credential issue kettle").waitFor();
    await page.getByRole("button", { name: "Save the device" }).click();
    expect(opened.hub.devices.saved).toEqual([]);
    await page.getByRole("textbox", { name: "Topic" }).fill("tasmota_4F3A21");
    await page.getByRole("button", { name: "Save the device" }).click();
    await heading(page, "kettle");
    expect(opened.hub.devices.saved).toEqual([{ id: "kettle", mqtt: { dialect: "tasmota", topic: "tasmota_4F3A21" } }]);
    expect(opened.faults()).toEqual([]);
  });

  test("the hub looks where it is told, and what it finds is taken over", async () => {
    const page = await open(ADD);
    await page.getByRole("radio", { name: /^Let the hub look/ }).check();
    await page.getByRole("textbox", { name: "Part of the network" }).fill("192.168.1.0/24");
    await page.getByRole("textbox", { name: "Unit ids" }).fill("1-3, 126");
    await page.getByRole("button", { name: "Start looking" }).click();
    await page.getByText("12 of 254 places").waitFor();
    expect(opened.hub.devices.asked).toEqual([
      { path: "/api/scan", body: { subnet: "192.168.1.0/24", units: [1, 2, 3, 126] } },
    ]);
    const identity = { manufacturer: "Fronius", model: "Symo" };
    const modbus = { host: "192.168.1.40", port: 1502, unit: 126 };
    const findings = [
      { modbus, identity, profiles: ["fronius-sunspec", "sungrow-sg"], models: [1, 113] },
      { modbus: { host: "192.168.1.44", port: 502, unit: 2 }, identity: {}, profiles: [], models: [] },
    ];
    opened.hub.devices.scan = { ...opened.hub.devices.scan, findings };
    await page.getByText("2 devices found.").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped. 2 devices found.").waitFor();
    await page.getByRole("button", { name: "Use this one: 192.168.1.44:502, unit 2" }).click();
    await page.getByText("Choose its kind from the list; its address is kept.").waitFor();
    await page.getByRole("radio", { name: /^Eastron SDM120/ }).check();
    expect(await page.getByRole("textbox", { name: "Address" }).inputValue()).toBe("192.168.1.44");
    await page.getByRole("radio", { name: /^Let the hub look/ }).check();
    await page.getByRole("button", { name: "Use this one: 192.168.1.40:1502, unit 126" }).click();
    await heading(page, "Where is it?");
    expect(await focused(page)).toBe("Where is it?");
    expect(await page.getByRole("textbox", { name: "Address" }).inputValue()).toBe("192.168.1.40");
    expect(await page.getByRole("spinbutton", { name: "Port" }).inputValue()).toBe("1502");
    expect(await page.getByRole("spinbutton", { name: "Unit id" }).inputValue()).toBe("126");
    expect(opened.faults()).toEqual([]);
  });

  test("an inverter is asked whether it feeds in", async () => {
    const page = await open(ADD);
    await page.getByRole("radio", { name: /^I know its make/ }).check();
    await page.getByRole("radio", { name: /^Sungrow/ }).check();
    await page.getByRole("textbox", { name: "Address" }).fill("192.168.1.41");
    await page.getByRole("button", { name: "Read live values" }).click();
    await page.getByText("The sun shines now: does the hub say it feeds in?").waitFor();
    await page.getByRole("button", { name: "The sun shines: look" }).click();
    await page.locator("[data-verdict]").waitFor();
    expect(opened.hub.devices.asked.at(-1)).toMatchObject({ path: "/api/devices/try/sign", body: { before: [] } });
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

  /** Every part of the pages that can be seen without a device's answer, unfolded. */
  async function visitAll(page: Page, judge: (where: string) => Promise<void>): Promise<void> {
    for (const query of [LIST, `${LIST}&device=barn`, REGISTERS]) {
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
