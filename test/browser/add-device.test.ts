import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { absent, pagesInBrowser } from "./open-page.ts";

const ADD = "?page=add-device";

describe.skipIf(absent !== "")(`adding a device in a browser${absent}`, () => {
  const opened = pagesInBrowser();
  const { open } = opened;

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");
  const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();

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
    await page.getByRole("textbox", { name: "Port" }).fill("502 1502");
    await page.getByRole("textbox", { name: "Unit ids" }).fill("all of them");
    await page.getByRole("button", { name: "Start looking" }).click();
    expect(opened.hub.devices.asked).toEqual([]);
    await page.getByRole("textbox", { name: "Unit ids" }).fill("1-3, 126");
    await page.getByRole("button", { name: "Start looking" }).click();
    await page.getByText("12 of 254 places").waitFor();
    expect(opened.hub.devices.asked).toEqual([
      { path: "/api/scan", body: { subnet: "192.168.1.0/24", ports: [502, 1502], units: [1, 2, 3, 126] } },
    ]);
    const identity = { manufacturer: "Fronius", model: "Symo" };
    const modbus = { host: "192.168.1.40", port: 1502, unit: 126 };
    const findings = [
      { modbus, identity, profiles: ["fronius", "sungrow-sg"], models: [1, 113] },
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

  test("an answer from before the scan does not hide it", async () => {
    const page = await open(ADD);
    let late: (() => void) | undefined;
    await page.route("**/api/scan", async (route) => {
      if (route.request().method() !== "GET" || late !== undefined) return route.continue();
      const answer = await route.fetch();
      await new Promise<void>((resolve) => {
        late = resolve;
      });
      await route.fulfill({ response: answer }).catch(() => {});
    });
    await page.getByRole("radio", { name: /^Let the hub look/ }).check();
    await page.getByRole("textbox", { name: "Part of the network" }).fill("192.168.1.0/24");
    await page.getByRole("button", { name: "Start looking" }).click();
    await page.getByText("12 of 254 places").waitFor();
    late?.();
    opened.hub.devices.scan = {
      ...opened.hub.devices.scan,
      progress: { done: 40, total: 254, at: "192.168.1.40:502" },
    };
    await page.getByText("40 of 254 places").waitFor();
    expect(opened.faults()).toEqual([]);
  });

  test("an inverter is asked whether it feeds in", async () => {
    const page = await open(ADD);
    await page.getByRole("radio", { name: /^I know its make/ }).check();
    await page.getByRole("radio", { name: /^Sungrow SG string/ }).check();
    await page.getByRole("textbox", { name: "Address" }).fill("192.168.1.41");
    await page.getByRole("button", { name: "Read live values" }).click();
    await page.getByText("The sun shines now: does the hub say it feeds in?").waitFor();
    await page.getByRole("button", { name: "The sun shines: look" }).click();
    await page.locator("[data-verdict]").waitFor();
    expect(opened.hub.devices.asked.at(-1)).toMatchObject({ path: "/api/devices/try/sign", body: { before: [] } });
    expect(opened.faults()).toEqual([]);
  });
});
