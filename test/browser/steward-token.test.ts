import { describe, expect, test } from "vitest";
import { TOKEN } from "./fixture-hub.ts";
import { absent, pagesInBrowser } from "./open-page.ts";

const DEVICE = "?page=devices&device=barn";

describe.skipIf(absent !== "")(`the steward's token in a browser${absent}`, () => {
  const opened = pagesInBrowser();
  const { open } = opened;

  test("it is taken out of the address, kept by the tab and sent with what is done", async () => {
    const page = await open(`${DEVICE}#token=${TOKEN}`);
    await page.getByRole("heading", { name: "barn" }).waitFor();
    expect(page.url()).toBe(`${opened.hub.url}/${DEVICE}`);
    await page.reload();
    await page.getByRole("button", { name: "Remove this device" }).click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("barn is removed.").waitFor();
    expect(opened.hub.requests.join(" ")).not.toContain(TOKEN);
    const other = await page.context().newPage();
    await other.goto(`${opened.hub.url}/${DEVICE}`);
    const keptThere = () => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]);
    expect(await other.evaluate(keptThere)).not.toContain(TOKEN);
    expect(await page.evaluate(keptThere)).toContain(TOKEN);
    expect(opened.faults()).toEqual([]);
  });

  test.each([
    ["en-GB", "Remove this device", "Remove", "Only stewards change something here"],
    ["de", "Dieses Gerät entfernen", "Entfernen", "Hier ändert nur"],
    ["es", "Quitar este dispositivo", "Quitar", "Aquí solo"],
    ["fr", "Retirer cet appareil", "Retirer", "Ici, seul"],
  ])("without it the page says how to get it, and an address with it helps at once (%s)", async (locale, ...words) => {
    const [remove, confirm, explanation] = words as [string, string, string];
    const page = await open(`${DEVICE}#`, { locale });
    await page.getByRole("button", { name: remove }).click();
    await page.getByRole("button", { name: confirm, exact: true }).click();
    await page.getByText(explanation).waitFor();
    expect(await page.locator(".notice.bad code").textContent()).toBe("millrace token");
    expect(opened.hub.devices.asked).toEqual([]);
    // Pasted into the same tab, as people do: nothing is loaded anew.
    await page.goto(`${opened.hub.url}/${DEVICE}#token=${TOKEN}`);
    await page.waitForURL(`${opened.hub.url}/${DEVICE}`);
    await page.getByRole("button", { name: remove }).click();
    await page.getByRole("button", { name: confirm, exact: true }).click();
    await expect.poll(() => opened.hub.devices.asked).toEqual([{ path: "/api/devices/barn", body: {} }]);
  });
});
