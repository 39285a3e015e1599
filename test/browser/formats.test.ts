import { expect, test } from "vitest";
import { timeTicks } from "../../dashboards/web/src/chart/time-ticks.ts";
import { numberFormats, UNKNOWN } from "../../dashboards/web/src/format/numbers.ts";
import { dayAfter, timeOfDayFormat } from "../../dashboards/web/src/format/times.ts";
import { chooseLanguage, languages } from "../../dashboards/web/src/i18n/language.ts";
import { readQuota, roundingOf } from "../../dashboards/web/src/member/exact-quota.ts";

test.each([
  ["Europe/Vienna", "2026-06-20T10:15Z", "12:15"],
  ["-08:00", "2026-06-20T10:15Z", "02:15"],
  ["+05:30", "2026-06-20T20:15Z", "01:45"],
  ["UTC", "2026-06-20T00:00Z", "00:00"],
])("time of day in %s", (zone, at, shown) => {
  expect(timeOfDayFormat(zone)(Date.parse(at))).toBe(shown);
});

test.each([
  [
    "a spring day of 23 hours",
    "2026-03-28T23:00Z",
    23,
    ["00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"],
  ],
  [
    "an autumn day of 25 hours",
    "2026-10-24T22:00Z",
    25,
    [
      "00:00",
      "02:00",
      "02:00",
      "04:00",
      "06:00",
      "08:00",
      "10:00",
      "12:00",
      "14:00",
      "16:00",
      "18:00",
      "20:00",
      "22:00",
    ],
  ],
])("the time axis of %s", (_name, from, hours, shown) => {
  const from_ms = Date.parse(from);
  const timeOfDay = timeOfDayFormat("Europe/Vienna");
  const step = hours === 25 ? 2 : 3;
  const ticks = timeTicks({ from_ms, to_ms: from_ms + hours * 3_600_000 }, step, timeOfDay);
  expect(ticks.map(timeOfDay)).toEqual(shown);
});

test("days follow each other over months and leap days", () => {
  expect(dayAfter("2028-02-28", 1)).toBe("2028-02-29");
  expect(dayAfter("2026-01-01", -1)).toBe("2025-12-31");
});

test.each([
  ["en", 1_234_567_890, "1,235", "1,234.568", "1,234.56789"],
  ["de", 42_100_000, "42,1", "42,100", "42,100"],
  ["es", 115_789, "0,12", "0,116", "0,115789"],
  ["fr", 0, "0,00", "0,000", "0,000"],
] as const)("energies in %s", (language, mwh, day, interval, exact) => {
  const numbers = numberFormats(languages[language].locale);
  expect([numbers.day(mwh), numbers.interval(mwh), numbers.exact(mwh)]).toEqual([day, interval, exact]);
});

test("what is not known is never 0", () => {
  const numbers = numberFormats("en-GB");
  expect([numbers.day(null), numbers.interval(null), numbers.exact(null), numbers.full(null)]).toEqual(
    Array(4).fill(UNKNOWN),
  );
  expect(numbers.percent(0, 0)).toBe(UNKNOWN);
});

test.each([
  ["115789 9/19", { whole_mwh: 115_789, fraction: "9/19" }],
  ["9/19", { whole_mwh: 0, fraction: "9/19" }],
  ["115789", { whole_mwh: 115_789, fraction: null }],
  ["", undefined],
  ["1.5", undefined],
])("the quota %s", (text, quota) => {
  expect(readQuota(text)).toEqual(quota);
});

test.each([
  ["5 1/2", 5, false, "capped"],
  ["6", 5, false, "capped"],
  ["5", 5, false, "exact"],
  ["4 1/2", 5, true, "up"],
  ["4 1/2", 5, false, "down"],
] as const)("a quota of %s with a cap of %i, rounded up: %s", (quota, cap_mwh, rounded_up, rounding) => {
  expect(roundingOf(readQuota(quota)!, { cap_mwh, rounded_up })).toBe(rounding);
});

test.each([
  [["de-AT", "en"], "de"],
  [["pt-BR", "es-MX"], "es"],
  [["toString", "pt"], "en"],
  [[], "en"],
])("wanting %j, a browser is served %s", (wanted, language) => {
  expect(chooseLanguage(wanted)).toBe(language);
});
