import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findDialect } from "../../../hub/decode/dialects/catalogue.ts";
import { sharedData } from "../../shared-data.ts";
import { reasonsOf, startSpeaking, valuesOf } from "./speak.ts";

interface Payload {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  /** `power_w`, `energy_import_kwh_ch2` ...: a quantity with its unit, and the channel where there is one. */
  readonly expected: Readonly<Record<string, number | null>>;
}

/** What a name in the recordings is for us, and what one of its unit is in ours. */
const quantities: Readonly<Record<string, readonly [quantity: string, factor: number]>> = {
  power_w: ["active_power", 1],
  energy_import_kwh: ["active_energy_import", 1000],
  energy_export_kwh: ["active_energy_export", 1000],
  energy_import_wh: ["active_energy_import", 1],
  energy_export_wh: ["active_energy_export", 1],
  reactive_power_var: ["reactive_power", 1],
  apparent_power_va: ["apparent_power", 1],
  power_factor: ["power_factor", 1],
  voltage_v: ["voltage", 1],
  current_a: ["current", 1],
  frequency_hz: ["frequency", 1],
  temperature_c: ["temperature", 1],
  humidity_pct: ["humidity", 1],
  soc_pct: ["state_of_charge", 1],
};

/** How a device is known by the topic it publishes on: its dialect, and what is written as its topic. */
const speakers: readonly (readonly [dialect: string, topic: RegExp])[] = [
  ["tasmota", /^tele\/(.+)\/SENSOR$/],
  ["tasmota", /^stat\/(.+)\/STATUS\d*$/],
  ["tasmota", /^(.+)\/tele\/SENSOR$/],
  ["shelly-gen1", /^(shellies\/[^/]+)\/(?!status\/|events\/)/],
  ["shelly", /^(.+?)\/(?:status\/[a-z0-9]+:\d+|events\/rpc)$/],
  ["zigbee2mqtt", /^(zigbee2mqtt\/[^/]+)$/],
  ["victron", /^(N\/[^/]+\/[^/]+\/[^/]+)\//],
  ["emoncms", /^(emon\/[^/]+)(?:\/|$)/],
  ["dsmr-reader", /^(dsmr)\//],
  ["openems", /^(.*edge\/[^/]+)\/channel\//],
  ["evcc", /^(evcc)\//],
  ["homie", /^(homie\/(?:5\/)?[^/]+)\//],
  ["esphome", /^(.+)\/sensor\/[^/]+\/state$/],
];

const file = sharedData("mqtt");
const payloads: readonly Payload[] =
  file === undefined ? [] : JSON.parse(readFileSync(join(file, "payloads.json"), "utf8"));

describe.skipIf(file === undefined)("payloads of real devices (needs shared data mqtt)", () => {
  test("there are some", () => {
    expect(payloads.length).toBeGreaterThanOrEqual(8);
  });

  test.each(payloads.map((payload) => [payload.id, payload] as const))("%s", (_id, { topic, payload, expected }) => {
    const [name = "", pattern = /^/] = speakers.find(([, known]) => known.test(topic)) ?? [];
    const dialect = findDialect(name);
    if (dialect === undefined) throw new Error(`nobody speaks on ${topic}`);
    const heard = startSpeaking(dialect, { topic: pattern.exec(topic)?.[1] ?? "" })(topic, payload);
    expect(reasonsOf(heard)).toEqual([]);
    const values = valuesOf(heard);
    for (const [word, value] of Object.entries(expected)) {
      const [series, factor] = seriesOf(word);
      expect(values, word).toHaveProperty([series]);
      if (value === null) expect(values[series], word).toBeNull();
      else expect(values[series], word).toBeCloseTo(value * factor, 6);
    }
    for (const value of Object.values(values)) expect(value === null || Number.isFinite(value)).toBe(true);
  });
});

function seriesOf(word: string): readonly [series: string, factor: number] {
  const [, plain = "", place = ""] = /^(.+?)(?:_(ch\d+|l[123]))?$/.exec(word) ?? [];
  const [quantity, factor] = quantities[plain] ?? [];
  if (quantity === undefined || factor === undefined) throw new Error(`"${word}" is no quantity this test knows`);
  if (place === "") return [quantity, factor];
  return [place.startsWith("ch") ? `${place.slice(2)}/${quantity}` : `${quantity}/${place}`, factor];
}
