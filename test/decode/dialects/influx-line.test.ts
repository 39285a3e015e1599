import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { influxLine } from "../../../hub/decode/dialects/influx-line.ts";
import { parseLines } from "../../../hub/decode/dialects/influx-line-parser.ts";
import { converse } from "./conversation.ts";

const fields = {
  "power.value": { series: "active_power", unit: "W" },
  "power,phase=L1.value": { series: "active_power/l1", unit: "W" },
  "meter,line=2,room=hall.total": { series: "hall/active_energy_import", unit: "kWh" },
  total: { series: "active_energy_import", unit: "kWh" },
  "my meter.volt age": { series: "voltage", unit: "V" },
};
const hub = () => converse(influxLine, { topic: "telegraf/pi", fields });

describe("lines that are taken", () => {
  test.each([
    ["ns, the default", "power value=12.5 1789999990123456789", [["active_power", 12.5, "2026-09-21T14:13:10.123Z"]]],
    ["us", "power value=12.5 1789999990123456", [["active_power", 12.5, "2026-09-21T14:13:10.123Z"]]],
    ["ms", "power value=12.5 1789999990123", [["active_power", 12.5, "2026-09-21T14:13:10.123Z"]]],
    ["s", "power value=12.5 1789999990", [["active_power", 12.5, "2026-09-21T14:13:10.000Z"]]],
    ["no stamp", "power value=12.5", [["active_power", 12.5]]],
    ["integer", "power value=12i", [["active_power", 12]]],
    ["unsigned", "power value=12u", [["active_power", 12]]],
    ["exponent", "power value=-1.25e3", [["active_power", -1250]]],
    ["negative zero", "power value=-0", [["active_power", 0]]],
    ["NaN is not available", "power value=NaN", [["active_power", "not_available"]]],
    ["a tag names it", "power,phase=L1,host=pi value=7", [["active_power/l1", 7]]],
    ["another tag does not", "power,phase=L9 value=7", [["active_power", 7]]],
    ["all tags", "meter,line=2,room=hall total=1.001", [["hall/active_energy_import", 1001]]],
    ["the field alone", "anything,x=y total=2", [["active_energy_import", 2000]]],
    ["escapes", "my\\ meter,a\\,b=c\\=d volt\\ age=230", [["voltage", 230]]],
    ["unknown names", "cpu,cpu=cpu0 usage_idle=99.1,usage_user=0.2", []],
    ["text, booleans between", 'power note="a, b=c \\"d\\"",on=true,value=5', [["active_power", 5]]],
    ["text over two lines", 'power note="a\nb",value=5', [["active_power", 5]]],
    [
      "several lines, a comment",
      "# one\n\npower value=1 1789999990\r\npower value=2 1789999991\n",
      [
        ["active_power", 1, "2026-09-21T14:13:10.000Z"],
        ["active_power", 2, "2026-09-21T14:13:11.000Z"],
      ],
    ],
    ["a clock never set: arrival counts", "power value=1 42", [["active_power", 1]]],
  ])("%s", (_name, payload, readings) => {
    const device = hub();
    expect(device.readings("telegraf/pi/power", payload)).toEqual(readings);
    expect(device.refusals("telegraf/pi/power", payload)).toEqual([]);
  });
});

describe("lines that are refused, each alone", () => {
  test.each([
    ["power", "line 1: has no field"],
    ["power value=1 12 13", "line 1: has more than measurement, fields and stamp"],
    ["power value=1 1.5e9", 'line 1: stamp "1.5e9" is no whole number'],
    [",tag=1 value=1", "line 1: has no measurement"],
    ["power,tag value=1", 'line 1: tag "tag" is no key=value'],
    ["power value=", 'line 1: field "value=" is no key=value'],
    ['power value="open', 'line 1: field "value" is text without an end'],
    ['power value="5"', "power.value is text, not a number"],
    ["power value=five", "power.value is text, not a number"],
    ["power value=true", "power.value is true or false, not a number"],
    [`power,${Array.from({ length: 33 }, (_, n) => `t${n}=1`).join(",")} value=1`, "line 1: has more than 32 tags"],
  ])("%s", (line, reason) => {
    const decoded = hub().hear("telegraf/pi", `${line}\npower value=1`);
    expect(decoded.refusals).toEqual([{ reason }]);
    expect(decoded.readings.map(({ value }) => value)).toEqual([1]);
  });
});

test("no text makes the parser throw, and every line is told of once at most", () => {
  const crumbs = fc.constantFrom("power", " ", ",", "=", "1", '"', "\\", "\n", "#", "i");
  fc.assert(
    fc.property(fc.array(crumbs, { maxLength: 60 }), (parts) => {
      const text = parts.join("");
      const { lines, faults } = parseLines(text);
      expect(lines.length + faults.length).toBeLessThanOrEqual(text.split("\n").length);
    }),
  );
});
