import { parseSeriesKey } from "../../reading.ts";
import { defineDialect, type FieldMeaning } from "./dialect.ts";
import { ownMeaningOf } from "./field-meaning.ts";
import { parsePayload, textOfPayload } from "./payload-json.ts";
import { gatherReadings } from "./reading-maker.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

interface ChannelMeaning extends FieldMeaning {
  readonly isTurned?: true;
}

type Channels = Readonly<Record<string, ChannelMeaning>>;

const PHASES = ["L1", "L2", "L3"] as const;

/** A channel with its three phases: `ActivePower`, `ActivePowerL1` ... */
function withPhases(channel: string, meaning: ChannelMeaning): Channels {
  const phased = PHASES.map((phase) => [
    `${channel}${phase}`,
    { ...meaning, series: `${meaning.series}/${phase.toLowerCase()}` },
  ]);
  return { [channel]: meaning, ...Object.fromEntries(phased) };
}

/** The whole site: `_sum`. Generation and discharge are positive there, and negative power with us. */
const sums: Channels = {
  ...withPhases("GridActivePower", { series: "grid/active_power", unit: "W" }),
  GridBuyActiveEnergy: { series: "grid/active_energy_import", unit: "Wh" },
  GridSellActiveEnergy: { series: "grid/active_energy_export", unit: "Wh" },
  ProductionActivePower: { series: "pv/active_power", unit: "W", isTurned: true },
  ProductionActiveEnergy: { series: "pv/active_energy_export", unit: "Wh" },
  ...withPhases("ProductionAcActivePower", { series: "pv-ac/active_power", unit: "W", isTurned: true }),
  ProductionAcActiveEnergy: { series: "pv-ac/active_energy_export", unit: "Wh" },
  ProductionDcActualPower: { series: "pv-dc/active_power", unit: "W", isTurned: true },
  ProductionDcActiveEnergy: { series: "pv-dc/active_energy_export", unit: "Wh" },
  ...withPhases("ConsumptionActivePower", { series: "consumption/active_power", unit: "W" }),
  ConsumptionActiveEnergy: { series: "consumption/active_energy_import", unit: "Wh" },
  ...withPhases("EssActivePower", { series: "ess/active_power", unit: "W", isTurned: true }),
  EssActiveChargeEnergy: { series: "ess/active_energy_import", unit: "Wh" },
  EssActiveDischargeEnergy: { series: "ess/active_energy_export", unit: "Wh" },
  EssDischargePower: { series: "battery/active_power", unit: "W", isTurned: true },
  EssDcChargeEnergy: { series: "battery/active_energy_import", unit: "Wh" },
  EssDcDischargeEnergy: { series: "battery/active_energy_export", unit: "Wh" },
  EssSoc: { series: "ess/state_of_charge", unit: "%" },
};

const electrical: Channels = {
  ...withPhases("ReactivePower", { series: "reactive_power", unit: "var" }),
  ...withPhases("Voltage", { series: "voltage", unit: "mV" }),
  ...withPhases("Current", { series: "current", unit: "mA" }),
  Frequency: { series: "frequency", unit: "mHz" },
};

/** Positive power counts in "production" energy, and enters the system: at a grid or load meter that is import. */
const meter: Channels = {
  ...electrical,
  ...withPhases("ActivePower", { series: "active_power", unit: "W" }),
  ...withPhases("ActiveProductionEnergy", { series: "active_energy_import", unit: "Wh" }),
  ...withPhases("ActiveConsumptionEnergy", { series: "active_energy_export", unit: "Wh" }),
  ChargePower: { series: "active_power", unit: "W" },
};

const inverter: Channels = {
  ...electrical,
  ...withPhases("ActivePower", { series: "active_power", unit: "W", isTurned: true }),
  ...withPhases("ActiveProductionEnergy", { series: "active_energy_export", unit: "Wh" }),
  ...withPhases("ActiveConsumptionEnergy", { series: "active_energy_import", unit: "Wh" }),
};

const charger: Channels = {
  ActualPower: { series: "active_power", unit: "W", isTurned: true },
  ActualEnergy: { series: "active_energy_export", unit: "Wh" },
  Voltage: { series: "voltage", unit: "mV" },
  Current: { series: "current", unit: "mA" },
};

const storage: Channels = {
  ...withPhases("ActivePower", { series: "active_power", unit: "W", isTurned: true }),
  ActiveChargeEnergy: { series: "active_energy_import", unit: "Wh" },
  ActiveDischargeEnergy: { series: "active_energy_export", unit: "Wh" },
  DcDischargePower: { series: "battery/active_power", unit: "W", isTurned: true },
  DcChargeEnergy: { series: "battery/active_energy_import", unit: "Wh" },
  DcDischargeEnergy: { series: "battery/active_energy_export", unit: "Wh" },
  Soc: { series: "state_of_charge", unit: "%" },
};

/** Components are named by whoever set the system up, and nearly always as it proposes: `meter0`, `pvInverter0`. */
const kinds: readonly (readonly [RegExp, Channels])[] = [
  [/^_sum$/, sums],
  [/^ess\d*$/i, storage],
  [/^charger\d*$/i, charger],
  [/^pvInverter\d*$/i, inverter],
];

/**
 * OpenEMS and FEMS, which publish each channel of each component. What a meter's sign means depends on what it measures,
 * which the topic does not say: grid and load meters are right as they are, a production meter is a `turned` device.
 * A device may be one component, or a whole edge: then components other than `_sum` become channels of their name.
 */
export const openems = defineDialect<undefined>({
  name: "openems",
  title: "OpenEMS, FEMS",
  source:
    "OpenEMS: controller.api.mqtt readme; docs of the channels in Sum, ElectricityMeter, SymmetricEss and EssDcCharger (signs, units)",
  topicHint: "the topic of one component, as in edge/edge0/channel/_sum, or of the whole edge, as in edge/edge0",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`],
  chatter: ["+/+/channel/lastUpdate", "+/+/edgeConfig", "+/+/edgeConfig/#"],
  decode(device, message) {
    const gathered = gatherReadings(device, message);
    const named = nameOf(trimTopic(device.topic), message.topic);
    if (named === undefined) return gathered.decoded(undefined);
    const { name } = named;
    const meaning = meaningOf(named) ?? ownMeaningOf(device, name);
    if (meaning !== undefined) gathered.take({ name, ...meaning, value: channelValue(message.payload) });
    return gathered.decoded(undefined);
  },
});

interface NamedChannel {
  /** As `fields` says it: `ActivePower` of a component, `meter0/ActivePower` of an edge. */
  readonly name: string;
  readonly component: string;
  readonly channel: string;
  readonly isOfEdge: boolean;
}

function nameOf(base: string, topic: string): NamedChannel | undefined {
  const tail = topicTail(topic, base) ?? "";
  const ofEdge = /^channel\/([^/]+)\/([^/]+)$/.exec(tail);
  if (ofEdge !== null) {
    const [, component = "", channel = ""] = ofEdge;
    return { name: `${component}/${channel}`, component, channel, isOfEdge: true };
  }
  if (tail === "" || tail.includes("/")) return undefined;
  return { name: tail, component: base.slice(base.lastIndexOf("/") + 1), channel: tail, isOfEdge: false };
}

function meaningOf({ component, channel, isOfEdge }: NamedChannel): ChannelMeaning | undefined {
  const channels = kinds.find(([pattern]) => pattern.test(component))?.[1] ?? meter;
  const meaning = Object.hasOwn(channels, channel) ? channels[channel] : undefined;
  if (meaning === undefined || !isOfEdge || channels === sums) return meaning;
  const [part, ...rest] = meaning.series.split("/");
  // A part of a component (its battery) has a channel already, which the component's name goes before.
  const series = part === "battery" ? [`${component}-${part}`, ...rest].join("/") : `${component}/${meaning.series}`;
  return parseSeriesKey(`device/${series}`) === undefined ? undefined : { ...meaning, series };
}

/** Values come as JSON; an empty payload takes a channel away. */
function channelValue(payload: Uint8Array): unknown {
  const parsed = parsePayload(payload);
  return "json" in parsed ? parsed.json : textOfPayload(payload);
}
