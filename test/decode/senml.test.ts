import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSenml, encodeSenml } from "../../hub/decode/senml.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { EpochMs } from "../../hub/units.ts";

const ARRIVED = EpochMs(1_790_000_000_000);
const decode = (records: unknown, device = "roof-a") =>
  decodeSenml(device, typeof records === "string" ? records : JSON.stringify(records), ARRIVED);

describe("records that are taken", () => {
  // name, record, series, value, at, stamped by
  test.each([
    ["W as it is", { n: "active_power", u: "W", v: -1200.5 }, "roof-a/active_power", -1200.5, 0, "arrival"],
    [
      "kWh register",
      { n: "active_energy_export", u: "kWh", v: 1.001 },
      "roof-a/active_energy_export",
      1001,
      0,
      "arrival",
    ],
    ["channel", { n: "pv/active_energy_export", u: "Wh", v: 7 }, "roof-a/pv/active_energy_export", 7, 0, "arrival"],
    ["phase", { n: "voltage/l2", u: "V", v: 230.1 }, "roof-a/voltage/l2", 230.1, 0, "arrival"],
    ["Cel", { n: "temperature", u: "Cel", v: -0 }, "roof-a/temperature", 0, 0, "arrival"],
    ["1/min", { n: "spindle_speed", u: "1/min", v: 12000 }, "roof-a/spindle_speed", 12000, 0, "arrival"],
    [
      "base name with the device",
      { bn: "roof-a/", n: "current", u: "mA", v: 1500 },
      "roof-a/current",
      1.5,
      0,
      "arrival",
    ],
    [
      "URN base name",
      { bn: "urn:dev:mac:0024befffe804ff1:", n: "voltage", u: "V", v: 1 },
      "roof-a/voltage",
      1,
      0,
      "arrival",
    ],
    ["base unit and value", { bu: "W", bv: 100, n: "active_power", v: 5 }, "roof-a/active_power", 105, 0, "arrival"],
    [
      "stamped",
      { n: "voltage", u: "V", v: 1, t: 1.78e9 + 0.001 },
      "roof-a/voltage",
      1,
      1_780_000_000_001 - ARRIVED,
      "device",
    ],
    ["relative", { n: "voltage", u: "V", v: 1, t: -5 }, "roof-a/voltage", 1, -5000, "arrival"],
    ["far ahead: arrival counts", { n: "voltage", u: "V", v: 1, t: 1.9e9 }, "roof-a/voltage", 1, 0, "arrival"],
    ["clock never set: arrival counts", { n: "voltage", u: "V", v: 1, t: 5e8 }, "roof-a/voltage", 1, 0, "arrival"],
  ] as const)("%s", (_name, record, series, value, after, stampedBy) => {
    expect(decode([record])).toEqual({
      readings: [{ series, at: ARRIVED + after, stampedBy, outcome: "value", value }],
      refusals: [],
    });
  });

  test("base fields hold for later records, and a base time with them", () => {
    const { readings } = decode([
      { bn: "urn:dev:ow:10e2073a0108006:", bt: 1.776020076001e9, bu: "A", bver: 5, n: "voltage", u: "V", v: 120.1 },
      { n: "current", t: -5, v: 1.2 },
    ]);
    expect(readings.map(({ series, at, value }) => [series, at, value])).toEqual([
      ["roof-a/voltage", 1_776_020_076_001, 120.1],
      ["roof-a/current", 1_776_020_071_001, 1.2],
    ]);
  });

  test("null is not available, never 0", () => {
    expect(decode([{ n: "voltage", u: "V", v: null }]).readings).toEqual([
      { series: "roof-a/voltage", at: ARRIVED, stampedBy: "arrival", outcome: "not_available", value: null },
    ]);
  });
});

describe("what is refused", () => {
  test.each([
    ["", /empty payload/],
    ["garbage", /not JSON/],
    ["{}", /outermost value/],
    ["[]", /empty SenML pack/],
    ["[1]", /every record/],
    ['[{"bver":11,"n":"voltage","u":"V","v":1}]', /version 11/],
    ['[{"n":"voltage","u":"V","v":1,"secret_":2}]', /must be understood/],
    ['[{"n":7,"u":"V","v":1}]', /"n" must be text/],
    ['[{"n":"voltage","u":"V","v":1,"t":"now"}]', /"t" must be a number/],
    ['[{"n":"volts","u":"V","v":1}]', /name "volts"/],
    ['[{"n":"roof-b/voltage","u":"V","v":1,"bn":""}]', undefined],
    ['[{"n":"voltage","v":1}]', /no unit/],
    ['[{"n":"voltage","u":"kWh","v":1}]', /foreign to voltage: use V or mV/],
    ['[{"n":"voltage","u":"constructor","v":1}]', /foreign to voltage/],
    ['[{"n":"voltage","u":"V","vs":"high"}]', /no number/],
    ['[{"n":"voltage","u":"V"}]', /no number/],
    ['[{"n":"active_power","u":"kW","v":1e308}]', /out of range/],
    ['[{"n":"../voltage","u":"V","v":1}]', /name/],
  ])("%s", (payload, reason) => {
    const { readings, refusals } = decode(payload);
    if (reason === undefined) {
      // A name with another device's prefix is a channel of this device: it can never speak for the other one.
      expect(readings.map(({ series }) => series)).toEqual(["roof-a/roof-b/voltage"]);
      return;
    }
    expect(readings).toEqual([]);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]!.reason).toMatch(reason);
  });

  test("one bad record does not take the good ones with it", () => {
    const { readings, refusals } = decode([
      { n: "voltage", u: "V", v: 230 },
      { n: "voltage", u: "furlong", v: 230 },
      { n: "current", u: "A", v: 1 },
    ]);
    expect(readings.map(({ series }) => series)).toEqual(["roof-a/voltage", "roof-a/current"]);
    expect(refusals.map(({ record }) => record)).toEqual(['[{"n":"voltage","u":"furlong","v":230}]']);
  });
});

test("a refused record stands alone: decoded again it is refused for the same reason, with its own stamp and unit", () => {
  const [first] = decode([
    { bn: "roof-a/", bt: 1.78e9, bu: "W", bv: 5, n: "active_power", v: 1 },
    { n: "apparent", t: 10, v: 7 },
  ]).refusals;
  expect(JSON.parse(first!.record)).toEqual([{ bv: 5, n: "roof-a/apparent", u: "W", t: 1.78e9 + 10, v: 7 }]);
  expect(decode(first!.record).refusals).toEqual([first]);
});

test("whatever is encoded decodes to the same readings", () => {
  const reading = fc.record({
    series: fc
      .constantFrom("active_power", "pv/active_energy_export", "voltage/l1")
      .map((name) => SeriesKey(`d1/${name}`)),
    at: fc.integer({ min: 946_684_800_000, max: ARRIVED }).map(EpochMs),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  });
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 30 }), (readings) => {
      const decoded = decodeSenml("d1", encodeSenml("d1", readings), ARRIVED);
      expect(decoded.refusals).toEqual([]);
      expect(decoded.readings).toEqual(readings.map((one) => ({ ...one, stampedBy: "device", outcome: "value" })));
    }),
  );
});

test("no payload makes the decoder throw, and nothing it returns is not finite", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())).map((it) => JSON.stringify(it)),
      ),
      (text) => {
        for (const { value, outcome } of decodeSenml("d1", text, ARRIVED).readings) {
          expect(outcome === "value" ? Number.isFinite(value) : value === null).toBe(true);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
