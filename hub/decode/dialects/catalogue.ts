import type { AnyDialect } from "./dialect.ts";
import { dsmrReader } from "./dsmr-reader.ts";
import { emoncms } from "./emoncms.ts";
import { esphome } from "./esphome.ts";
import { evcc } from "./evcc.ts";
import { homie } from "./homie.ts";
import { influxLine } from "./influx-line.ts";
import { openems } from "./openems.ts";
import { plain } from "./plain.ts";
import { senml } from "./senml.ts";
import { shelly } from "./shelly.ts";
import { shellyGen1 } from "./shelly-gen1.ts";
import { sparkplugB } from "./sparkplug-b.ts";
import { tasmota } from "./tasmota.ts";
import { victron } from "./victron.ts";
import { zigbee2mqtt } from "./zigbee2mqtt.ts";

/** Every dialect the hub speaks, in the order people are shown them: one line each. */
// biome-ignore format: one line a dialect, so that a new one changes no other
export const dialects: readonly AnyDialect[] = [
  tasmota,
  shelly,
  shellyGen1,
  zigbee2mqtt,
  victron,
  emoncms,
  esphome,
  homie,
  dsmrReader,
  sparkplugB,
  openems,
  evcc,
  influxLine,
  senml,
  plain,
];

/** The dialect of a name, as people write it in the config; undefined when there is none. */
export function findDialect(name: string): AnyDialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}
