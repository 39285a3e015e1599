import { describe, expect, test } from "vitest";
import { shelly } from "../../../hub/decode/dialects/shelly.ts";
import { ARRIVED, reasonsOf, startSpeaking, valuesOf } from "./speak.ts";

const TOPIC = "shelly1";
const speak = () => startSpeaking(shelly, { topic: TOPIC });
const ask = (id: number, method: string, params?: object) => ({
  topic: "shelly1/rpc",
  payload: JSON.stringify({ id, src: "shelly1/hub", method, params }),
});
const notify = (params: object, method = "NotifyStatus") => ({ src: "shelly1", dst: "shelly1/events", method, params });

describe("whole statuses", () => {
  test.each([
    [
      "a plug without returned energy",
      "switch:0",
      {
        id: 0,
        output: true,
        apower: 399.2,
        voltage: 240.8,
        current: 1.886,
        aenergy: { total: 2574466.629, by_minute: [7200.069, 6121.044], minute_ts: 1786033200 },
        temperature: { tC: 46.3, tF: 115.4 },
      },
      { active_power: 399.2, voltage: 240.8, current: 1.886, temperature: 46.3, active_energy_import: 2574466.629 },
    ],
    [
      "returned energy stands inside the total",
      "pm1:0",
      { apower: -350, freq: 50.02, pf: 0.9, aenergy: { total: 10000.123 }, ret_aenergy: { total: 4000.045 } },
      {
        active_power: -350,
        frequency: 50.02,
        power_factor: 0.9,
        active_energy_import: 6000.078,
        active_energy_export: 4000.045,
      },
    ],
    [
      "import never falls below nothing",
      "switch:1",
      { aenergy: { total: 3999.9 }, ret_aenergy: { total: 4000 } },
      { "2/active_energy_import": 0, "2/active_energy_export": 4000 },
    ],
    [
      "null is not available",
      "switch:0",
      { apower: null, aenergy: { total: 5 }, ret_aenergy: { total: null }, temperature: { tC: null } },
      { active_power: null, active_energy_import: null, active_energy_export: null, temperature: null },
    ],
    [
      "three phases",
      "em:0",
      {
        id: 0,
        a_current: 0.595,
        a_voltage: 225.3,
        a_act_power: -60.2,
        a_aprt_power: 134,
        a_pf: 0.45,
        a_freq: 50,
        b_act_power: 10,
        c_act_power: null,
        n_current: null,
        total_current: 1.2,
        total_act_power: -50.2,
      },
      {
        "current/l1": 0.595,
        "voltage/l1": 225.3,
        "active_power/l1": -60.2,
        "apparent_power/l1": 134,
        "power_factor/l1": 0.45,
        "frequency/l1": 50,
        "active_power/l2": 10,
        "active_power/l3": null,
        current: 1.2,
        active_power: -50.2,
      },
    ],
    [
      "their registers",
      "emdata:0",
      { id: 0, a_total_act_energy: 100.5, a_total_act_ret_energy: 1, total_act: 300.25, total_act_ret: 2.5 },
      {
        "active_energy_import/l1": 100.5,
        "active_energy_export/l1": 1,
        active_energy_import: 300.25,
        active_energy_export: 2.5,
      },
    ],
    [
      "one clamp of two, with its id as text",
      "em1:1",
      { id: "1", current: 1.473, voltage: 226.9, act_power: -332.2, aprt_power: 335, pf: 0.99, freq: 50 },
      {
        "2/current": 1.473,
        "2/voltage": 226.9,
        "2/active_power": -332.2,
        "2/apparent_power": 335,
        "2/power_factor": 0.99,
        "2/frequency": 50,
      },
    ],
    [
      "its registers",
      "em1data:1",
      { id: "1", total_act_energy: 1264.15, total_act_ret_energy: 144792.28 },
      { "2/active_energy_import": 1264.15, "2/active_energy_export": 144792.28 },
    ],
    [
      "a number that is out of range has no value",
      "em:0",
      { a_act_power: 99999, a_voltage: 230, a_errors: ["out_of_range:act_power"], total_act_power: 5 },
      { "active_power/l1": null, "voltage/l1": 230, active_power: 5 },
    ],
    [
      "a meter that failed has no values",
      "em1:0",
      { act_power: 0, voltage: 0, errors: ["power_meter_failure"] },
      { active_power: null, voltage: null },
    ],
    ["a sensor of an add-on", "temperature:100", { id: 100, tC: 21.5, tF: 70.7 }, { "100/temperature": 21.5 }],
  ])("%s", (_name, component, status, values) => {
    const heard = speak()(`shelly1/status/${component}`, status);
    expect(reasonsOf(heard)).toEqual([]);
    expect(valuesOf(heard)).toEqual(values);
    expect(heard.requests).toEqual([]);
  });

  test("a wrong kind is refused, an unknown component is not", () => {
    const hear = speak();
    expect(reasonsOf(hear("shelly1/status/switch:0", { apower: "much", aenergy: { total: [] } }))).toEqual([
      "switch:0.apower is text, not a number",
      "switch:0.aenergy.total is a list, not a number",
    ]);
    expect(reasonsOf(hear("shelly1/status/switch:0", "on"))).toEqual(["not JSON"]);
    expect(reasonsOf(hear("shelly1/events/rpc", notify({ "switch:0": 5 })))).toEqual(["switch:0 is not an object"]);
    for (const tail of ["status/wifi", "status/sys", "online", "announce", "debug/log", "status/switch:0:1"]) {
      expect(hear(`shelly1/${tail}`, "anything")).toEqual({ readings: [], refusals: [], requests: [] });
    }
    expect(hear("shelly1/events/rpc", notify({ ts: 1, events: [] }, "NotifyEvent")).refusals).toEqual([]);
  });
});

describe("notifications", () => {
  test("carry their stamp and only what changed", () => {
    const stampS = ARRIVED / 1000 - 7.98;
    const heard = speak()("shelly1/events/rpc", notify({ ts: stampS, "switch:0": { apower: 0, freq: 50.05 } }));
    expect(heard.readings).toEqual([
      { series: "d1/active_power", at: ARRIVED - 7980, stampedBy: "device", outcome: "value", value: 0 },
      { series: "d1/frequency", at: ARRIVED - 7980, stampedBy: "device", outcome: "value", value: 50.05 },
    ]);
  });

  test("half of a total asks for the other half and waits, once a minute", () => {
    const hear = speak();
    const total = (wh: number, at?: number) =>
      hear("shelly1/events/rpc", notify({ ts: 1, "switch:0": { aenergy: { total: wh } } }), at);
    const first = total(10_000);
    expect(first.readings).toEqual([]);
    expect(first.requests).toEqual([ask(1, "Shelly.GetStatus")]);
    expect(total(10_001, ARRIVED + 59_999).requests).toEqual([]);
    expect(total(10_002, ARRIVED + 60_000).requests).toEqual([ask(1, "Shelly.GetStatus")]);
    const unixtime = ARRIVED / 1000 + 61;
    const status = {
      "switch:0": { apower: 1, aenergy: { total: 10_003 }, ret_aenergy: { total: 4000 } },
      sys: { unixtime },
    };
    const answer = hear("shelly1/hub/rpc", { id: 1, src: "shelly1", dst: "shelly1/hub", result: status });
    expect(valuesOf(answer)).toEqual({ active_power: 1, active_energy_import: 6003, active_energy_export: 4000 });
    expect(answer.readings[0]).toMatchObject({ at: ARRIVED + 61_000, stampedBy: "device" });
    expect(valuesOf(total(10_004))).toEqual({ active_energy_import: 6004 });
    const both = { aenergy: { total: 10_010 }, ret_aenergy: { total: 4005 } };
    expect(valuesOf(hear("shelly1/events/rpc", notify({ "switch:0": both })))).toEqual({
      active_energy_import: 6005,
      active_energy_export: 4005,
    });
    expect(valuesOf(total(10_011))).toEqual({ active_energy_import: 6006 });
  });

  test("a whole status without returned energy proves that there is none", () => {
    const hear = speak();
    hear("shelly1/events/rpc", notify({ "switch:0": { apower: 1, aenergy: { total: 5 } } }, "NotifyFullStatus"));
    const delta = hear("shelly1/events/rpc", notify({ "switch:0": { aenergy: { total: 6 } } }));
    expect(valuesOf(delta)).toEqual({ active_energy_import: 6 });
    expect(delta.requests).toEqual([]);
  });

  test("an error is no status", () => {
    const heard = speak()("shelly1/hub/rpc", { id: 1, error: { code: 404, message: "No handler" } });
    expect(heard).toEqual({ readings: [], refusals: [], requests: [] });
  });
});

describe("stored minutes fill a gap", () => {
  const MINUTE_S = 60;
  const t0 = Math.floor(ARRIVED / 60_000) * 60; // a whole minute, s
  const register = (hear: ReturnType<typeof speak>, atS: number, total: number, back: number) =>
    hear(
      "shelly1/events/rpc",
      notify({ ts: atS, "em1data:1": { id: 1, total_act_energy: total, total_act_ret_energy: back } }),
      atS * 1000,
    );
  const keys = ["total_act_energy", "total_act_ret_energy", "max_act_power"];

  test("as registers between the last before and the first after, in as many answers as it takes", () => {
    const hear = speak();
    expect(register(hear, t0 + 0.5, 1000, 50).requests).toEqual([]);
    expect(register(hear, t0 + MINUTE_S + 0.5, 1001.5, 50).requests).toEqual([]);
    const after = register(hear, t0 + 6 * MINUTE_S + 0.5, 1010, 51);
    const end_ts = t0 + 6 * MINUTE_S;
    expect(after.requests).toEqual([ask(2001, "EM1Data.GetData", { id: 1, ts: t0 + MINUTE_S, end_ts })]);
    const first = hear("shelly1/hub/rpc", {
      id: 2001,
      result: {
        keys,
        data: [
          {
            ts: t0,
            period: 60,
            values: [
              [1.5, 0, 100],
              [2.1234, 0, 100],
              [3, 0.5, 100],
            ],
          },
        ],
        next_record_ts: t0 + 3 * MINUTE_S,
      },
    });
    const at = (minutes: number) => ({ at: (t0 + minutes * MINUTE_S) * 1000, stampedBy: "device", outcome: "value" });
    expect(first.readings).toEqual([
      { series: "d1/2/active_energy_import", ...at(2), value: 1003.6234 },
      { series: "d1/2/active_energy_export", ...at(2), value: 50 },
      { series: "d1/2/active_energy_import", ...at(3), value: 1006.6234 },
      { series: "d1/2/active_energy_export", ...at(3), value: 50.5 },
    ]);
    expect(first.requests).toEqual([ask(2001, "EM1Data.GetData", { id: 1, ts: t0 + 3 * MINUTE_S, end_ts })]);
    const second = hear("shelly1/hub/rpc", {
      id: 2001,
      result: {
        keys,
        data: [
          {
            ts: t0 + 3 * MINUTE_S,
            period: 60,
            values: [
              [4, 0, 1],
              [1, 0, 1],
              [9, 9, 9],
            ],
          },
        ],
      },
    });
    // The registers of the device have two decimals, its records four: none may pass the register after the gap.
    expect(second.readings.map(({ value }) => value)).toEqual([1010, 50.5, 1010, 50.5, 1010, 51]);
    expect(second.requests).toEqual([]);
    expect(hear("shelly1/hub/rpc", { id: 2001, result: { keys, data: [] } }).readings).toEqual([]);
  });

  test("a total is the sum of its phases", () => {
    const hear = speak();
    const told = (atS: number, total: number) =>
      hear(
        "shelly1/events/rpc",
        notify({ ts: atS, "emdata:0": { a_total_act_energy: total, total_act: 3 * total } }),
        atS * 1000,
      );
    told(t0, 100);
    expect(told(t0 + 300, 110).requests[0]?.topic).toBe("shelly1/rpc");
    const names = ["a", "b", "c"].map((phase) => `${phase}_total_act_energy`);
    const data = [{ ts: t0, period: 60, values: [[1, 2, 3]] }];
    expect(valuesOf(hear("shelly1/hub/rpc", { id: 1000, result: { keys: names, data } }))).toEqual({
      "active_energy_import/l1": 101,
      active_energy_import: 306,
    });
  });

  test.each([
    ["no keys", { data: [] }, "em1data:0: stored records without keys or data"],
    [
      "a block of unknown form",
      { keys, data: [{ ts: "x", period: 60, values: [] }] },
      "em1data:0: stored records of unknown form",
    ],
    [
      "a null in a record",
      { keys, data: [{ ts: t0 + 60, period: 60, values: [[null, 0, 0]] }] },
      "em1data:0: a stored record is no list of numbers",
    ],
  ])("%s is refused, and the gap stays one", (_name, result, reason) => {
    const hear = speak();
    const told = (atS: number, total: number) =>
      hear("shelly1/events/rpc", notify({ ts: atS, "em1data:0": { total_act_energy: total } }), atS * 1000);
    told(t0, 100);
    told(t0 + 600, 110);
    const heard = hear("shelly1/hub/rpc", { id: 2000, result });
    expect(heard.readings).toEqual([]);
    expect(reasonsOf(heard)).toEqual([reason]);
    expect(hear("shelly1/hub/rpc", { id: 2000, result }).refusals).toEqual([]);
  });
});

test("a device listens to questions and its own commands, and answers below its own topic", () => {
  expect(shelly.topicsOf("/shelly1/")).toEqual(["shelly1/#"]);
  expect(shelly.commandsOf?.("shelly1")).toEqual(
    expect.arrayContaining(["shelly1/rpc", "shelly1/command", "shellies/command"]),
  );
});
