import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import sparkplug from "sparkplug-payload";
import { beforeAll, describe, expect, test } from "vitest";
import { dialects, findDialect } from "../../../hub/decode/dialects/catalogue.ts";
import type { AnyDialect } from "../../../hub/decode/dialects/dialect.ts";
import { parseSeriesKey } from "../../../hub/reading.ts";
import { EpochMs } from "../../../hub/units.ts";
import { ARRIVED } from "./speak.ts";

/** Talks a dialect; each is a few messages long. */
const RUNS = 200;
const FOLDER = join(import.meta.dirname, "..", "..", "..", "hub", "decode", "dialects");

/** Topics as people write them, so that every dialect finds one it understands. */
const TOPICS = ["dev", "group/node", "N/portal/grid/30", "shellies/shellyem-1", "homie/dev", "spBv1.0/g/node/dev"];
/** What devices say below their topics; parts of it are exchanged for anything at all. */
const SAID: readonly (readonly [tail: string, payload: unknown])[] = [
  ["SENSOR", { Time: "2026-09-21T14:13:10", ENERGY: { Total: [1, 2], Power: 5, Voltage: 230 }, SML: { Total_in: 1 } }],
  ["SENSOR", { ENERGY: { Total: [3, 1, 2], Power: 5 }, AM2301: { Temperature: 70, Humidity: 5 }, TempUnit: "F" }],
  ["STATUS8", { StatusSNS: { ENERGY: { TotalTariff: [1, 2] } } }],
  ["status/switch:0", { apower: 1, aenergy: { total: 5 }, ret_aenergy: { total: 1 }, errors: ["power_meter_failure"] }],
  ["status/em:0", { a_act_power: 5, a_errors: ["out_of_range:act_power"], total_act_power: 5 }],
  ["events/rpc", { method: "NotifyStatus", params: { ts: 1_790_000_000, "switch:0": { aenergy: { total: 5 } } } }],
  [
    "events/rpc",
    { method: "NotifyStatus", params: { ts: 1_789_999_000, "emdata:0": { total_act: 5, total_act_ret: 1 } } },
  ],
  [
    "events/rpc",
    { method: "NotifyStatus", params: { ts: 1_790_000_100, "emdata:0": { total_act: 9, total_act_ret: 1 } } },
  ],
  [
    "hub/rpc",
    {
      id: 1000,
      result: {
        keys: ["a_total_act_energy", "b_total_act_energy", "c_total_act_energy"],
        data: [{ ts: 1_789_999_020, period: 60, values: [[1, 2, 3]] }],
        next_record_ts: 1_789_999_080,
      },
    },
  ],
  ["hub/rpc", { id: 1, result: { "pm1:0": { apower: 1, aenergy: { total: 5 } }, sys: { unixtime: 1_790_000_000 } } }],
  ["emeter/0/power", 5],
  ["relay/0/energy", 60],
  ["status", { emeters: [{ power: 5, is_valid: true }], meters: [{ power: 1, total: 60 }], tmp: { tC: 5 } }],
  ["Ac/Power", { value: 5 }],
  ["Ac/Energy/Forward", { value: 5 }],
  ["", { power: 5, power_l1: 5, energy: 1, voltage: 230, last_seen: "2026-09-21T14:13:10Z", energy_flow: "producing" }],
  ["", { power: 10, vrms: 230.1, time: 1_790_000_000, nested: { name: "power", value: 5 } }],
  ["", "1,2,3"],
  ["", [{ n: "active_power", u: "W", v: 5, t: 1 }]],
  ["", "power,phase=L1 value=5,power=6i 1790000000000000000"],
  ["power", 5],
  ["sensor/power/state", 5],
  ["reading/electricity_delivered_1", { value: 5, time: "2021-12-16T09:40:26.000Z" }],
  ["electricity_currently_delivered", 0.5],
  ["channel/_sum/GridActivePower", 5],
  ["GridActivePower", 5],
  ["site/gridPower", 5],
  ["$description", { homie: "5.0", nodes: { meter: { properties: { power: { datatype: "float", unit: "W" } } } } }],
  ["meter/power/$unit", "W"],
  ["meter/power", 5],
];
/** A device of each dialect and what it says that is understood; half of all talks begin so. A new dialect adds its line. */
const OPENINGS: Readonly<
  Record<string, readonly [topic: string, ...said: (readonly [tail: string, payload: unknown])[]]>
> = {
  tasmota: ["dev", ["SENSOR", { ENERGY: { Power: 5 } }]],
  shelly: ["dev", ["status/switch:0", { apower: 5 }]],
  "shelly-gen1": ["shellies/dev", ["emeter/0/power", "5"]],
  zigbee2mqtt: ["zigbee2mqtt/dev", ["", { power: 5 }]],
  victron: ["N/portal/grid/30", ["Ac/Power", { value: 5 }]],
  emoncms: ["emon/dev", ["", { power: 5 }]],
  esphome: ["dev", ["sensor/power/state", "5"]],
  homie: ["homie/dev", ["meter/power/$unit", "W"], ["meter/power", "5"]],
  "dsmr-reader": ["dsmr/reading", ["electricity_delivered_1", "5"]],
  "sparkplug-b": ["group/node", ["", birth()]],
  openems: ["edge/edge0/channel/_sum", ["GridActivePower", "5"]],
  evcc: ["evcc", ["site/gridPower", "5"]],
  "influx-line": ["lines", ["", "power value=5"]],
  senml: ["dev", ["", [{ n: "active_power", u: "W", v: 5 }]]],
  plain: ["dev", ["power", "5"]],
};

/** Names that some dialect knows, and a few that every object has. */
const NAMES = [
  ..."Time ENERGY Total ExportActive TotalTariff Power Voltage StatusSNS SML Total_in P Temperature TempUnit".split(
    " ",
  ),
  ..."method params ts result id error keys data period values next_record_ts sys unixtime".split(" "),
  ..."switch:0 em:0 emdata:0 em1data:1 apower aenergy ret_aenergy total total_act a_total_act_energy errors".split(" "),
  ..."emeters meters power energy is_valid tmp tC last_seen power_l1 energy_flow value time name vrms".split(" "),
  ..."n u v t bn bt bu nodes properties unit metrics timestamp __proto__ constructor toString".split(" "),
];
const METHODS = ["NotifyStatus", "NotifyFullStatus", "ENERGY", "2026-09-21T14:13:10Z", "F", "producing", "nan", ""];

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, 60, 1_790_000_000, 1_790_000_000_000, 2 ** 53),
);
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    number,
    fc.constantFrom(null, true, false, ...METHODS),
    fc.string(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie("value"), { maxKeys: 6 }),
  ),
}));
const payload: fc.Arbitrary<Uint8Array> = fc
  .oneof(
    fc.uint8Array({ maxLength: 60 }),
    json.map((value) => Buffer.from(JSON.stringify(value) ?? "")),
    // JSON can write numbers past the largest float, and lists deeper than any stack.
    fc.constantFrom(
      '{"ENERGY":{"Power":1e999}}',
      "1e999",
      '{"value":-1e999}',
      "[".repeat(50_000),
      "{}",
      "",
      "NaN",
      "12,1e999",
    ),
    number.map((value) => Buffer.from(String(value))),
  )
  .map((made) => (typeof made === "string" ? Buffer.from(made) : made));

const fields = {
  "power.value": { series: "active_power", unit: "W" },
  power: { series: "2/active_power", unit: "MW" },
  "1": { series: "active_energy_import", unit: "MWh" },
  "ENERGY.Power": { series: "no such series", unit: "W" },
  value: { series: "voltage", unit: "furlong" },
};
const device = fc.record({
  device: fc.constant("d1"),
  topic: fc.constantFrom(...TOPICS),
  timeZone: fc.constantFrom("Europe/Madrid", "Europe/Atlantis", "+01:00"),
  fields: fc.constantFrom(fields, {}),
});
/** A birth of a Sparkplug node with whatever numbers. */
const births = fc.array(number, { minLength: 1, maxLength: 3 }).map((values) => ({ tail: "", payload: birth(values) }));

function birth(values: readonly number[] = [5]): Uint8Array {
  const properties = { engUnit: { type: "String", value: "W" } };
  const metrics = values.map((value, alias) => ({ name: "Power", alias, type: "Double", value, properties }));
  return sparkplug.get("spBv1.0")?.encodePayload({ timestamp: ARRIVED, seq: 0, metrics } as never) ?? Buffer.from("");
}

/** What a device says with some of its parts exchanged, or anything else on its topic. */
const exchanged = fc
  .tuple(
    fc.constantFrom(...SAID),
    fc.array(fc.option(json, { freq: 4 }), { maxLength: 12 }),
    fc.option(payload, { freq: 2 }),
  )
  .map(([[tail, whole], parts, other]) => ({ tail, payload: other ?? asBytes(exchange(whole, [...parts])) }));
const said = fc.oneof({ weight: 9, arbitrary: exchanged }, { weight: 1, arbitrary: births });
const step = fc.record({ place: fc.nat(), said, at: fc.integer({ min: -600_000, max: 600_000 }) });

const asBytes = (value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
};

/** Exchange the leaves of a value, in order, for those of the parts that are there; the others stay. */
function exchange(value: unknown, parts: unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => exchange(item, parts));
  if (typeof value !== "object" || value === null) return parts.shift() ?? value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, exchange(item, parts)]));
}

/** A topic a filter would hear. */
function topicUnder(filters: readonly string[], place: number, tail: string): string {
  const filter = filters[place % filters.length] ?? "";
  return filter.replace(/\/?#$/, tail === "" ? "" : `/${tail}`).replaceAll("+", tail === "" ? "x" : tail);
}

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))("%s", (_name, dialect: AnyDialect) => {
  beforeAll(() => dialect.prepare?.());

  test("hears anything without a throw and without a number that is none", () => {
    const talk = fc.array(step, { minLength: 1, maxLength: 6 });
    let values = 0;
    fc.assert(
      fc.property(device, talk, (device, steps) => {
        let memory: unknown;
        const [topic, ...opening] = OPENINGS[dialect.name] ?? [device.topic];
        const isOpened = (steps[0]?.place ?? 0) % 2 === 0;
        const speaker = isOpened ? { ...device, topic, fields } : device;
        const before = opening.map(([tail, said]) => ({ place: 0, said: { tail, payload: asBytes(said) }, at: 0 }));
        for (const { place, said, at } of isOpened ? [...before, ...steps] : steps) {
          const { tail, payload } = said;
          const heardOn = topicUnder(dialect.topicsOf(speaker.topic), place, tail);
          const arrival = { at: EpochMs(ARRIVED + at), hubClock: place % 2 === 0 ? "known_good" : "in_doubt" } as const;
          const decoded = dialect.decode(speaker, { topic: heardOn, payload, arrival }, memory);
          for (const reading of decoded.readings) {
            expect(parseSeriesKey(reading.series)?.device).toBe("d1");
            expect(Number.isSafeInteger(reading.at)).toBe(true);
            if (reading.outcome === "value") {
              expect(Number.isFinite(reading.value)).toBe(true);
              values += 1;
            } else expect(reading.value).toBeNull();
          }
          for (const { reason } of decoded.refusals) expect(reason).toMatch(/\S/);
          for (const { topic } of decoded.requests ?? []) expect(topic).toMatch(/^[^#+]+$/);
          memory = decoded.memory;
        }
      }),
      { numRuns: RUNS },
    );
    expect(values, "a dialect that understood nothing was not tried").toBeGreaterThan(0);
  });

  test("says how it is written in the config", () => {
    expect(dialect.name).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    expect(findDialect(dialect.name)).toBe(dialect);
    for (const text of [dialect.title, dialect.source, dialect.topicHint]) expect(text).toMatch(/\S/);
    for (const topic of TOPICS) expect(dialect.topicsOf(topic).length).toBeGreaterThan(0);
  });
});

test("every dialect of the folder is in the catalogue, once", () => {
  const files = readdirSync(FOLDER).filter((file) =>
    /^export const \w+(?:: AnyDialect)? = defineDialect\b/m.test(readFileSync(join(FOLDER, file), "utf8")),
  );
  expect(dialects.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
  expect(dialects).toHaveLength(15);
});

test("every dialect has its row in docs/dialects.md, and no other has", () => {
  const page = readFileSync(join(FOLDER, "..", "..", "..", "docs", "dialects.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(dialects.map(({ name }) => name));
});
