import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeviceRow, LatestReading } from "../../dashboards/web/src/api/device-contract.ts";
import { conditionOf, needsCare } from "../../dashboards/web/src/devices/device-condition.ts";
import { localOfMoment, momentOfLocal, timeAgo } from "../../dashboards/web/src/format/times.ts";
import {
  chooseAddress,
  chooseDialect,
  chooseProfile,
  documentOf,
  emptyDraft,
  suggestName,
} from "../../dashboards/web/src/technician/add-device/draft.ts";
import { readRanges } from "../../dashboards/web/src/technician/add-device/number-ranges.ts";
import { readingWords } from "../../dashboards/web/src/technician/reading-words.ts";
import { technicianTexts } from "../../dashboards/web/src/technician/texts/use-texts.ts";
import { profileNames } from "../../hub/decode/profiles/catalogue.ts";
import { checkDevice } from "../../hub/members/check-device.ts";
import { profiles as catalogue } from "./fixture-devices.ts";

const NOW_MS = Date.parse("2026-06-20T12:32Z");
const MINUTE_MS = 60_000;
const known = { profiles: profileNames, dialects: ["tasmota"] };

describe("how a device is", () => {
  const row = (facts: Partial<DeviceRow>) =>
    ({ device: "ann", state: null, via: null, last_seen_ms: NOW_MS, declared_in: null, ...facts }) as DeviceRow;
  const points = [{ id: "home-1", series: "ann/active_energy_import" }];
  test.each([
    ["asked less often", row({ state: "penalised", via: "modbus" }), "penalised", true],
    ["not to be reached", row({ state: "unreachable", via: "modbus", last_seen_ms: null }), "unreachable", true],
    ["described, and never heard of", row({ last_seen_ms: null }), "waiting", false],
    ["asked, and before its first answer", row({ state: "waiting", via: "modbus" }), "waiting", false],
    ["polled", row({ state: "answering", via: "modbus" }), "answering", false],
    ["polled, and stored long ago", row({ state: "answering", via: "modbus", last_seen_ms: 0 }), "answering", false],
    ["publishing by itself", row({ last_seen_ms: NOW_MS - 59 * MINUTE_MS }), "sending", false],
    ["silent for an hour", row({ last_seen_ms: NOW_MS - 61 * MINUTE_MS }), "silent", true],
    ["silent for an hour over MQTT", row({ state: "answering", via: "mqtt", last_seen_ms: 0 }), "silent", true],
    ["silent, and taken away", row({ device: "bob", last_seen_ms: 0 }), "silent", false],
    ["silent, and described", row({ device: "bob", last_seen_ms: 0, declared_in: "registry" }), "silent", true],
    [
      "silent, with a name that only begins like one that counts",
      row({ device: "an", last_seen_ms: 0 }),
      "silent",
      false,
    ],
  ] as const)("%s", (_name, facts, condition, isCare) => {
    expect(conditionOf(facts, NOW_MS)).toBe(condition);
    expect(needsCare(facts, NOW_MS, points)).toBe(isCare);
  });
});

describe("the document of a draft", () => {
  test.each(catalogue.map((profile) => [profile.name, profile] as const))(
    "%s can work as it stands",
    (_name, profile) => {
      const draft = { ...chooseProfile(emptyDraft, profile, []), host: "192.168.1.40" };
      const document = documentOf(draft);
      expect(checkDevice(document, known)).toEqual([]);
      expect(document).toEqual({
        id: profile.name,
        profile: profile.name,
        modbus: { host: "192.168.1.40", port: profile.port ?? 502, unit: profile.unit },
      });
      if (profile.serial === null) return;
      const onLine = documentOf({ ...draft, reach: "serial", serial: "/dev/ttyUSB0" });
      expect(checkDevice(onLine, known)).toEqual([]);
      expect(onLine.modbus).toEqual({ serial: "/dev/ttyUSB0", ...profile.serial, unit: profile.unit });
    },
  );

  test("what was filled in goes over the profile's own, and what was found over both", () => {
    const [profile] = catalogue;
    const typed = {
      ...chooseProfile(emptyDraft, profile!, []),
      host: "meter.local",
      port: "8502",
      framing: "rtu",
    } as const;
    const document = documentOf({ ...typed, unit: "17", ratedW: "9600.5", isTurned: true });
    expect(document.modbus).toEqual({ host: "meter.local", port: 8_502, framing: "rtu", unit: 17 });
    expect(document).toMatchObject({ rated_w: 9_600.5, turned: true });
    const found = { serial: "/dev/ttyS1", baud: 19_200, parity: "even", stop_bits: 1, unit: 3 } as const;
    expect(documentOf(chooseAddress(typed, found)).modbus).toEqual(found);
    const sunspec = { host: "10.0.0.9", port: 1_502, unit: 126, base_address: 50_000 };
    expect(documentOf({ ...chooseAddress(emptyDraft, sunspec), profile: "sunspec" }).modbus).toEqual(sunspec);
  });

  test("a device that publishes has a topic and no address", () => {
    const draft = { ...chooseDialect({ ...emptyDraft, profile: "sunspec" }, "tasmota", []), topic: "tasmota_4F3A21" };
    expect(documentOf(draft)).toEqual({ id: "tasmota", mqtt: { dialect: "tasmota", topic: "tasmota_4F3A21" } });
    expect(checkDevice(documentOf(draft), known)).toEqual([]);
    expect(documentOf({ ...draft, timeZone: "Europe/Vienna" }).mqtt?.time_zone).toBe("Europe/Vienna");
  });

  test("a proposed name is nobody's, and gives way to another kind's as long as nobody changed it", () => {
    expect(suggestName("sunspec", ["sunspec", "sunspec-2"])).toBe("sunspec-3");
    const [first, second] = catalogue;
    const proposed = chooseProfile(chooseProfile(emptyDraft, first!, []), second!, []);
    expect(proposed.id).toBe(second!.name);
    expect(chooseProfile({ ...proposed, id: "roof" }, first!, []).id).toBe("roof");
  });
});

describe("numbers and ranges", () => {
  test.each([
    ["", []],
    ["5", [5]],
    ["1-3, 100", [1, 2, 3, 100]],
    ["247 2;2  1–2", [1, 2, 247]],
    ["0-255", Array.from({ length: 256 }, (_, unit) => unit)],
    ["3-1", undefined],
    ["256", undefined],
    ["one", undefined],
    ["-4", undefined],
  ])("%j", (text, units) => {
    expect(readRanges(text, 255)).toEqual(units);
  });
});

describe("local times", () => {
  test.each([
    ["Europe/Vienna", "2026-06-20T12:15", "2026-06-20T10:15Z"],
    ["America/New_York", "2026-12-01T23:30", "2026-12-02T04:30Z"],
    ["-08:00", "2026-06-20T02:15", "2026-06-20T10:15Z"],
    ["Asia/Kathmandu", "2026-06-20T05:45", "2026-06-20T00:00Z"],
    ["Europe/Vienna", "2026-10-25T02:30", "2026-10-25T00:30Z"],
    ["Europe/Vienna", "2026-03-29T02:30", "2026-03-29T01:30Z"],
  ])("%s %s", (zone, local, moment) => {
    expect(momentOfLocal(zone, local)).toBe(Date.parse(moment));
  });

  test("a moment is found again from what the clock shows, save in the hour that comes twice", () => {
    const hours = fc.integer({ min: 0, max: 24 * 365 * 30 });
    fc.assert(
      fc.property(hours, fc.constantFrom("Europe/Vienna", "America/New_York", "UTC", "+05:30"), (hour, zone) => {
        const at_ms = Date.parse("2020-01-01T00:15Z") + hour * 60 * MINUTE_MS;
        const again = momentOfLocal(zone, localOfMoment(zone, at_ms));
        expect([at_ms, at_ms - 60 * MINUTE_MS]).toContain(again);
        expect(localOfMoment(zone, again)).toBe(localOfMoment(zone, at_ms));
      }),
    );
  });

  test("nothing is no moment", () => {
    expect(momentOfLocal("UTC", "")).toBeNaN();
  });

  test.each([
    [-5_000, "0 seconds ago"],
    [40_400, "40 seconds ago"],
    [120_000, "2 minutes ago"],
    [3 * 3_600_000, "3 hours ago"],
    [3 * 86_400_000, "3 days ago"],
  ])("%i ms are %s", (length_ms, words) => {
    expect(timeAgo("en-GB", length_ms)).toBe(words);
  });
});

describe("readings in words", () => {
  const reading = (
    series: string,
    value: number | null,
    unit: string,
    outcome: LatestReading["outcome"] = "value",
  ) => ({
    ...{ series, at_ms: NOW_MS, value, unit, outcome, clock_unsure: false },
    stamped_by: "arrival" as const,
  });
  const said = (language: "en" | "de", of: LatestReading) =>
    readingWords(of, { texts: technicianTexts[language], locale: language === "en" ? "en-GB" : "de" });

  test("a register is shown in kWh, as a display shows it", () => {
    const register = reading("ann/active_energy_import/t1", 4_321_500, "Wh");
    expect(said("en", register)).toEqual({
      ...{ name: "Energy imported, tariff 1", value: "4,321.500", unit: "kWh", direction: "" },
    });
    expect(said("de", register)).toMatchObject({ name: "Bezogene Energie, Tarif 1", value: "4.321,500" });
  });

  test("the whole device's power says where it flows", () => {
    expect(said("en", reading("roof/active_power", -4_210, "W"))).toMatchObject({
      value: "−4,210",
      direction: "feeds in",
    });
    expect(said("en", reading("roof/active_power", 12.5, "W"))).toMatchObject({ value: "12.5", direction: "draws" });
    expect(said("en", reading("roof/active_power/l2", 12.5, "W"))).toMatchObject({
      name: "Power, phase 2",
      direction: "",
    });
  });

  test("channels keep their names and units look as people write them", () => {
    expect(said("en", reading("roof/pv-1/voltage", 612, "V"))).toMatchObject({ name: "pv-1: Voltage" });
    expect(said("en", reading("roof/temperature", 41.25, "degC"))).toMatchObject({ value: "41.25", unit: "°C" });
    expect(said("en", reading("roof/power_factor", 0.98, "1"))).toMatchObject({ value: "0.98", unit: "" });
  });

  test("nothing that was turned is not less than nothing", () => {
    expect(said("en", reading("roof/current/l2", -0, "A"))).toMatchObject({ value: "0" });
    expect(said("en", reading("roof/current/l2", -0.0001, "A"))).toMatchObject({ value: "0" });
  });

  test.each(["not_available", "read_failed"] as const)("%s is not 0", (outcome) => {
    expect(said("en", reading("roof/active_power", null, "W", outcome))).toMatchObject({ value: "–", unit: "" });
  });
});

test("no language leaves a text empty that another one has", () => {
  const leaves = (texts: unknown): readonly string[] =>
    Object.entries(texts as Record<string, unknown>).flatMap(([key, text]) => {
      if (typeof text === "object") return leaves(text).map((name) => `${key}.${name}`);
      if (typeof text === "string") return text === "" ? [`${key}: empty`] : [key];
      const said = String((text as (of: unknown) => unknown)({ done: "1", total: "2", rate: "1", requests: "2" }));
      return [said.includes("undefined") ? `${key}: a gap` : key];
    });
  const { de, en, es, fr } = technicianTexts;
  expect(leaves(en).length).toBeGreaterThan(150);
  expect(leaves(en).filter((name) => name.includes("gap"))).toEqual([]);
  for (const texts of [de, es, fr]) expect(leaves(texts)).toEqual(leaves(en));
});
