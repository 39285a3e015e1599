import { expect, test } from "vitest";
import { dropEchoes } from "../../../../hub/intake/modbus/scan/drop-echoes.ts";
import type { ScanFinding } from "../../../../hub/members/device-finder.ts";

const at = (unit: number, serial?: string, models: number[] = []): ScanFinding => ({
  ...{ modbus: { host: "127.0.0.2", port: 502, unit }, profiles: ["test"], models },
  identity: serial === undefined ? {} : { serial },
});
const inverter = [1, 103];

test.each([
  ["one serial number at every id", [at(1, "A7", inverter), at(2, "A7", inverter), at(3, "A7", inverter)], true, [1]],
  ["the same where strangers are not answered", [at(1, "A7"), at(2, "A7")], false, [1]],
  ["two serial numbers", [at(1, "A7"), at(2, "A8"), at(3, "A7")], true, [1, 2]],
  ["a serial number that was never set", [at(1, "0000"), at(2, "0000")], false, [1, 2]],
  ["no serial number behind a gateway", [at(1), at(2), at(3)], false, [1, 2, 3]],
  ["no serial number where anybody is answered", [at(1), at(2), at(3)], true, [1]],
  ["an inverter and its meter, with one serial number", [at(1, "A7", inverter), at(2, "A7", [1, 203])], true, [1, 2]],
  ["nothing", [], true, []],
])("%s", (_name, findings, answersStrangers, units) => {
  expect(dropEchoes(findings, { answersStrangers }).map(({ modbus }) => modbus.unit)).toEqual(units);
});
