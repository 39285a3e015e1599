import { defineDialect, type FieldMeaning } from "./dialect.ts";
import { ownMeaningOf } from "./field-meaning.ts";
import { textOfPayload } from "./payload-json.ts";
import { gatherReadings } from "./reading-maker.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

interface TopicMeaning extends FieldMeaning {
  readonly isTurned?: true;
}

/**
 * What stands below evcc's topic. `#` is a number that goes into the channel's name (`loadpoint-1`), `@` a phase.
 * Lists are published under their numbers (`powers/1`) and, by older versions, under `l1`. What a session charged
 * (`chargedEnergy`, `sessionEnergy`) begins anew with each session and is no register, so it is left out.
 */
const topics: Readonly<Record<string, TopicMeaning>> = {
  "site/gridPower": { series: "grid/active_power", unit: "W" },
  "site/grid/power": { series: "grid/active_power", unit: "W" },
  "site/gridEnergy": { series: "grid/active_energy_import", unit: "kWh" },
  "site/grid/energy": { series: "grid/active_energy_import", unit: "kWh" },
  "site/gridPowers/@": { series: "grid/active_power/@", unit: "W" },
  "site/grid/powers/@": { series: "grid/active_power/@", unit: "W" },
  "site/gridCurrents/@": { series: "grid/current/@", unit: "A" },
  "site/grid/currents/@": { series: "grid/current/@", unit: "A" },
  "site/pvPower": { series: "pv/active_power", unit: "W", isTurned: true },
  "site/pvEnergy": { series: "pv/active_energy_export", unit: "kWh" },
  "site/pv/#/power": { series: "pv-#/active_power", unit: "W", isTurned: true },
  "site/pv/#/energy": { series: "pv-#/active_energy_export", unit: "kWh" },
  "site/batteryPower": { series: "battery/active_power", unit: "W", isTurned: true },
  "site/battery/power": { series: "battery/active_power", unit: "W", isTurned: true },
  "site/batterySoc": { series: "battery/state_of_charge", unit: "%" },
  "site/battery/soc": { series: "battery/state_of_charge", unit: "%" },
  "site/battery/#/power": { series: "battery-#/active_power", unit: "W", isTurned: true },
  "site/battery/#/soc": { series: "battery-#/state_of_charge", unit: "%" },
  "site/battery/devices/#/power": { series: "battery-#/active_power", unit: "W", isTurned: true },
  "site/battery/devices/#/soc": { series: "battery-#/state_of_charge", unit: "%" },
  "site/homePower": { series: "home/active_power", unit: "W" },
  "loadpoints/#/chargePower": { series: "loadpoint-#/active_power", unit: "W" },
  "loadpoints/#/chargeTotalImport": { series: "loadpoint-#/active_energy_import", unit: "kWh" },
  "loadpoints/#/chargeCurrents/@": { series: "loadpoint-#/current/@", unit: "A" },
  "loadpoints/#/chargeVoltages/@": { series: "loadpoint-#/voltage/@", unit: "V" },
  "loadpoints/#/vehicleSoc": { series: "loadpoint-#/state_of_charge", unit: "%" },
};

/** evcc's values, one bare number a topic, no stamps. An empty payload says that the value is gone. */
export const evcc = defineDialect<undefined>({
  name: "evcc",
  title: "evcc",
  source:
    "evcc docs, MQTT API (names, signs); server/mqtt.go (payloads); units of meter totals as live systems show them: kWh, where the docs of chargeTotalImport say Wh",
  topicHint: "evcc's own topic, as in evcc/site/gridPower",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`],
  commandsOf: (topic) => [`${trimTopic(topic)}/#`],
  decode(device, message) {
    const name = topicTail(message.topic, trimTopic(device.topic));
    const gathered = gatherReadings(device, message);
    const meaning = name === undefined ? undefined : (meaningOf(name) ?? ownMeaningOf(device, name));
    if (name === undefined || meaning === undefined) return gathered.decoded(undefined);
    gathered.take({ name, ...meaning, value: textOfPayload(message.payload) });
    return gathered.decoded(undefined);
  },
});

function meaningOf(name: string): TopicMeaning | undefined {
  const phase = /\/l?([123])$/.exec(name)?.[1];
  const phased = phase === undefined ? name : `${name.slice(0, name.lastIndexOf("/"))}/@`;
  const number = /^(?:loadpoints|site\/pv|site\/battery(?:\/devices)?)\/(\d{1,3})\//.exec(name)?.[1];
  const pattern = number === undefined ? phased : phased.replace(`/${number}/`, "/#/");
  const meaning = Object.hasOwn(topics, pattern) ? topics[pattern] : undefined;
  if (meaning === undefined) return undefined;
  return { ...meaning, series: meaning.series.replace("#", number ?? "").replace("@", `l${phase}`) };
}
