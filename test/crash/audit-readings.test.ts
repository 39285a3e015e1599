import { expect, test } from "vitest";
import { SeriesKey } from "../../hub/reading.ts";
import { type AuditResult, auditReadings, type StoredReadings } from "./audit-readings.ts";
import { createChance } from "./chance.ts";
import { composeMessage } from "./compose-message.ts";
import { createSentList, type SentList } from "./sent-list.ts";

/** The auditor is believed only because it notices each of these. */

const power = SeriesKey("roof-a/active_power");
const voltage = SeriesKey("roof-a/voltage");

function twoMessages(): SentList {
  const list = createSentList();
  const whole = [
    { series: power, at: 1_000, value: 1.25 },
    { series: power, at: 2_000, value: 1.5 },
    { series: voltage, at: 1_000, value: 1.75 },
  ];
  list.add({ id: 1, device: "roof-a", payload: "", readings: whole });
  list.add({ id: 2, device: "roof-a", payload: "", readings: [{ series: voltage, at: 500, value: 2.5 }] });
  list.acknowledge(1, 100n);
  list.acknowledge(2, 200n);
  return list;
}

type Row = readonly [at: number, value: number | null];
const stored = (powers: readonly Row[], voltages: readonly Row[], counted = powers.length): StoredReadings => [
  { series: power, counted, readings: powers.map(([at, value]) => ({ at, value })) },
  { series: voltage, counted: voltages.length, readings: voltages.map(([at, value]) => ({ at, value })) },
];
const allPowers: readonly Row[] = [
  [1_000, 1.25],
  [2_000, 1.5],
];
const allVoltages: readonly Row[] = [
  [500, 2.5],
  [1_000, 1.75],
];
const faults = ({ findings }: AuditResult) => findings.map(({ fault }) => fault);

test.each([
  ["everything there", stored(allPowers, allVoltages), []],
  ["an acknowledged message lost", stored(allPowers, [[1_000, 1.75]]), ["missing"]],
  ["all lost", [], ["missing", "missing"]],
  ["half of a message", stored([[1_000, 1.25]], allVoltages), ["partial"]],
  ["another value", stored(allPowers, [[500, 2.5000000000000004], allVoltages[1]!]), ["altered"]],
  ["no value", stored(allPowers, [[500, null], allVoltages[1]!]), ["altered"]],
  ["a reading twice", stored([...allPowers, [2_000, 1.5]], allVoltages), ["doubled"]],
  ["a reading never sent", stored([...allPowers, [3_000, 3]], allVoltages), ["stranger"]],
  ["a count that is wrong", stored(allPowers, allVoltages, 3), ["miscounted"]],
])("%s", (_name, there, expected) => {
  expect(faults(auditReadings(twoMessages(), there))).toEqual(expect.arrayContaining(expected));
  expect(new Set(faults(auditReadings(twoMessages(), there)))).toEqual(new Set(expected));
});

test("a message without its acknowledgement may be lost whole, not in part", () => {
  const list = twoMessages();
  list.add({
    id: 3,
    device: "roof-a",
    payload: "",
    readings: [
      { series: power, at: 3_000, value: 3 },
      { series: voltage, at: 3_000, value: 3.5 },
    ],
  });
  expect(faults(auditReadings(list, stored(allPowers, allVoltages)))).toEqual([]);
  expect(faults(auditReadings(list, stored([...allPowers, [3_000, 3]], allVoltages)))).toEqual(["partial"]);
});

test("before its acknowledgement a message is not owed", () => {
  const onlyFirst = stored(allPowers, [[1_000, 1.75]]);
  expect(auditReadings(twoMessages(), onlyFirst, 199n)).toMatchObject({ owed: 1, findings: [] });
  expect(faults(auditReadings(twoMessages(), onlyFirst, 200n))).toEqual(["missing"]);
});

test("messages never share a stamp of a series, their values tell the message, and one seed sends the same again", () => {
  const compose = (): SentList => {
    const list = createSentList();
    const chance = createChance(7, "messages");
    for (let index = 0; index < 2_000; index += 1) {
      list.add(composeMessage(list, { device: "roof-a", now: 1_767_225_600_000, chance }));
    }
    return list;
  };
  const { messages } = compose();
  expect(compose().messages).toEqual(messages);
  const readings = messages.flatMap((message) => message.readings);
  expect(new Set(readings.map(({ series, at }) => `${series} ${at}`)).size).toBe(readings.length);
  expect(messages.every(({ id, readings: those }) => those.every(({ value }) => Math.floor(value) === id))).toBe(true);
  expect(messages.some(({ readings: those }) => those.length > 4)).toBe(true);
});
