import { describe, expect, test } from "vitest";
import { momentOfStamp, type Stamp, type StampReader, stampReader } from "../../../hub/decode/csv/read-stamp.ts";
import { EpochMs } from "../../../hub/units.ts";

const readerOf = (format: string, origin?: Stamp) => {
  const reader = stampReader(format, origin);
  if (typeof reader !== "function") throw new Error(reader.message);
  return reader as StampReader;
};
const moment = (text: string, format = "auto", zone: string | undefined = undefined, after?: string) => {
  const stamp = readerOf(format)(text);
  if ("remedy" in stamp) return stamp;
  const found = momentOfStamp(stamp, zone, after === undefined ? undefined : EpochMs(Date.parse(after)));
  return typeof found === "number" ? new Date(found).toISOString() : found;
};

describe("formats", () => {
  test.each([
    ["2016-07-31T23:00", "auto", "-08:00", "2016-08-01T07:00:00.000Z"],
    ["2016-07-31 23:00:30", "auto", "UTC", "2016-07-31T23:00:30.000Z"],
    ["2016-07-31 23:00:00.250000", "auto", "UTC", "2016-07-31T23:00:00.250Z"],
    ["2016-07-31T23:00:00Z", "auto", undefined, "2016-07-31T23:00:00.000Z"],
    ["2016-07-01 00:15:00-07:00", "auto", undefined, "2016-07-01T07:15:00.000Z"],
    ["2016-07-01T00:15+0200", "auto", "-08:00", "2016-06-30T22:15:00.000Z"],
    ["2016/7/1 5:15", "auto", "UTC", "2016-07-01T05:15:00.000Z"],
    ["2016-07-01", "auto", "UTC", "2016-07-01T00:00:00.000Z"],
    ["2016-12-31 24:00", "auto", "UTC", "2017-01-01T00:00:00.000Z"],
    ["31.12.2016 24:00", "auto", "Europe/Vienna", "2016-12-31T23:00:00.000Z"],
    ["1.7.2016 05:15:30", "auto", "Europe/Vienna", "2016-07-01T03:15:30.000Z"],
    ["1470034800", "auto", undefined, "2016-08-01T07:00:00.000Z"],
    ["1470034800000", "auto", undefined, "2016-08-01T07:00:00.000Z"],
    ["1470034800.5", "epoch_s", undefined, "2016-08-01T07:00:00.500Z"],
    ["1470034800000", "epoch_ms", undefined, "2016-08-01T07:00:00.000Z"],
    ["07/01/2016 05:15", "MM/DD/YYYY HH:mm", "UTC", "2016-07-01T05:15:00.000Z"],
    ["07/01/2016 05:15", "DD/MM/YYYY HH:mm", "UTC", "2016-01-07T05:15:00.000Z"],
    ["7/1/2016 12:15 AM", "M/D/YYYY h:mm A", "UTC", "2016-07-01T00:15:00.000Z"],
    ["7/1/2016 12:15 pm", "M/D/YYYY h:mm A", "UTC", "2016-07-01T12:15:00.000Z"],
    ["201607010515", "YYYYMMDDHHmm", "UTC", "2016-07-01T05:15:00.000Z"],
    ["01-Jul-16 24", "DD-MMM-YY HH", "UTC", "2016-07-02T00:00:00.000Z"],
    ["2016 7 1 24", "YYYY M D H", "UTC", "2016-07-02T00:00:00.000Z"],
    ["2016-07-01T05:15:00 +02:00", "YYYY-MM-DD[T]HH:mm:ss Z", undefined, "2016-07-01T03:15:00.000Z"],
  ])("%s by %s in %s", (text, format, zone, expected) => {
    expect(moment(text, format, zone)).toBe(expected);
  });

  test("elapsed time counts from an origin on the wall clock", () => {
    const reader = readerOf("elapsed_minutes", { localMs: Date.parse("2020-01-01T00:00Z") });
    expect(momentOfStamp(reader("90") as Stamp, "+01:00", undefined)).toBe(Date.parse("2020-01-01T00:30Z"));
  });

  test.each([
    ["07/01/2016 05:15", "auto", "UTC", /day\/month or month\/day/],
    ["2016-02-30 00:00", "auto", "UTC", /no time that exists/],
    ["2016-07-01 24:15", "auto", "UTC", /no time that exists/],
    ["2016-07-01 12:60", "auto", "UTC", /no time that exists/],
    ["13:00 PM 2016-01-01", "h:mm A YYYY-MM-DD", "UTC", /no time that exists/],
    ["yesterday", "auto", "UTC", /not a time/],
    ["", "auto", "UTC", /an empty time/],
    ["2016-07-01 05:15", "auto", undefined, /no offset/],
    ["05:15", "DD.MM.YYYY HH:mm", "UTC", /not time.format/],
    ["2016-03-27 02:30", "auto", "Europe/Vienna", /does not exist in Europe\/Vienna/],
  ])("%s by %s in %s is refused", (text, format, zone, message) => {
    expect(moment(text, format, zone)).toMatchObject({
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(/./),
    });
  });

  test.each([
    ["HH:mm", /no year, month and day/],
    ["elapsed_minutes", /counts from nowhere/],
  ])("the format %s is refused", (format, message) => {
    expect(stampReader(format, undefined)).toMatchObject({ message: expect.stringMatching(message) });
  });
});

test("the hour that autumn repeats is told by the order of the file", () => {
  const quarters = ["02:00", "02:15", "02:30", "02:45", "02:00", "02:15", "02:30", "02:45", "03:00"];
  let after: string | undefined;
  const found = quarters.map((time) => {
    const at = moment(`2026-10-25 ${time}`, "auto", "Europe/Vienna", after);
    after = at as string;
    return after.slice(11, 16);
  });
  expect(found).toEqual(["00:00", "00:15", "00:30", "00:45", "01:00", "01:15", "01:30", "01:45", "02:00"]);
});
