import type { EpochMs } from "../../units.ts";
import {
  type DecodedMessage,
  type DialectDevice,
  type DialectMessage,
  defineDialect,
  type Request,
} from "./dialect.ts";
import { ownMeaningOf } from "./field-meaning.ts";
import { meaningOfName, type NameMeaning } from "./name-meaning.ts";
import { LARGEST_PAYLOAD_BYTES } from "./payload-json.ts";
import { type Gathering, gatherReadings } from "./reading-maker.ts";
import {
  loadSparkplugCodec,
  readSparkplugPayload,
  rebirthCommand,
  type SparkplugMetric,
  type SparkplugPayload,
  valueOfType,
} from "./sparkplug-payload.ts";
import { trimTopic } from "./topic-tail.ts";

/** Sequence numbers of a node count 0 to 255 and begin anew. */
const SEQUENCES = 256;
/** A request travels unconfirmed; when no birth came by then it is lost, or the node does not listen. */
export const ASK_AGAIN_MS = 300_000;
/** Most metrics of one device that are remembered; births of large gateways hold some hundred. */
export const MOST_METRICS = 5_000;
/** Metrics about Sparkplug itself, and commands that a birth must list. */
const OWN_METRICS = /^(?:bdSeq$|Node Control\/|Device Control\/|Properties\/)/;

interface KnownMetric {
  readonly type: number | undefined;
  readonly meaning: NameMeaning | undefined;
}

/** One session of an edge node as far as it concerns one device. */
interface SparkplugSession {
  /** Last sequence number of the node, of whatever device; undefined while messages may be missing. */
  readonly seq: number | undefined;
  readonly bdSeq: number | undefined;
  /** Names by alias, from the birth; empty while messages may be missing, for then they may mean something else. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly metrics: ReadonlyMap<string, KnownMetric>;
  /** When the births were asked for and have not come since. */
  readonly asked: EpochMs | undefined;
}

const noSession: SparkplugSession = {
  seq: undefined,
  bdSeq: undefined,
  aliases: new Map(),
  metrics: new Map(),
  asked: undefined,
};

/**
 * Sparkplug B. A birth tells names, types, units and aliases; data afterwards carries what changed, mostly by alias
 * alone. All messages of a node and its devices are counted together: after a gap, or when data comes before its birth,
 * aliases are believed no more and the node is asked once for its births. A death makes every known value not available.
 */
export const sparkplugB = defineDialect<SparkplugSession>({
  name: "sparkplug-b",
  title: "Sparkplug B",
  source: "Eclipse Sparkplug 3.0.0 (topics, sessions, payloads); sparkplug_b.proto of Eclipse Tahu",
  topicHint: "GROUP/NODE, or GROUP/NODE/DEVICE for a device behind an edge node",
  // A device's births and gaps are told by its node's messages and counted with those of the node's other devices.
  topicsOf(topic) {
    const { group, node } = addressOf(topic);
    return [
      ...["NBIRTH", "NDATA", "NDEATH"].map((type) => `spBv1.0/${group}/${type}/${node}`),
      ...["DBIRTH", "DDATA", "DDEATH"].map((type) => `spBv1.0/${group}/${type}/${node}/+`),
    ];
  },
  commandsOf(topic) {
    const { group, node } = addressOf(topic);
    const commands = [`spBv1.0/${group}/NCMD/${node}`, `spBv1.0/${group}/DCMD/${node}`];
    return [...commands, ...commands.map((each) => `${each}/#`), `${commands[1]}/+`, "spBv1.0/STATE/+", "STATE/+"];
  },
  prepare: loadSparkplugCodec,
  decode(device, message, session = noSession) {
    const heard = heardFrom(device, message.topic);
    if (heard === undefined) return { readings: [], refusals: [], memory: session };
    const isReadable = message.payload.byteLength <= LARGEST_PAYLOAD_BYTES;
    const payload = isReadable
      ? readSparkplugPayload(message.payload)
      : { reason: `more than ${LARGEST_PAYLOAD_BYTES} bytes` };
    if ("reason" in payload) {
      return { readings: [], refusals: [{ reason: `${heard.type}: ${payload.reason}` }], memory: session };
    }
    return decodePayload({ device, message, payload, session, heard });
  },
});

interface Heard {
  readonly type: string;
  /** True when the message is of the very node or device, not of another part of its node. */
  readonly isOwn: boolean;
}

function addressOf(topic: string) {
  const [group = "", node = "", device] = trimTopic(topic)
    .replace(/^spBv1\.0\//, "")
    .split("/");
  return { group, node, device };
}

function heardFrom({ topic }: DialectDevice, messageTopic: string): Heard | undefined {
  const [namespace, group, type = "", node, device] = messageTopic.split("/");
  const address = addressOf(topic);
  if (namespace !== "spBv1.0" || group !== address.group || node !== address.node) return undefined;
  if (!/^(?:N|D)(?:BIRTH|DATA|DEATH)$/.test(type)) return undefined;
  return { type, isOwn: device === address.device };
}

interface HeardPayload {
  readonly device: DialectDevice;
  readonly message: DialectMessage;
  readonly payload: SparkplugPayload;
  readonly session: SparkplugSession;
  readonly heard: Heard;
}

function decodePayload(all: HeardPayload): DecodedMessage<SparkplugSession> {
  const { device, message, payload, session, heard } = all;
  // A node leaves its death with the broker when it connects: the stamp in it is not when it died.
  const stampMs = heard.type === "NDEATH" ? undefined : payload.stampMs;
  const gathered = gatherReadings(device, message, stampMs);
  if (heard.type === "NBIRTH") {
    // The births of its devices follow; until then nothing of the last session holds for them.
    const bdSeq = payload.metrics.find(({ name }) => name === "bdSeq")?.value;
    const begun = {
      ...noSession,
      metrics: session.metrics,
      seq: payload.seq,
      bdSeq: wholeOf(bdSeq),
      asked: session.asked,
    };
    return gathered.decoded(heard.isOwn ? learnBirth(gathered, all, begun) : begun);
  }
  if (heard.type === "NDEATH") {
    const bdSeq = wholeOf(payload.metrics.find(({ name }) => name === "bdSeq")?.value);
    // A death of a session that another has followed comes late and says nothing.
    const isStale = bdSeq !== undefined && session.bdSeq !== undefined && bdSeq !== session.bdSeq;
    if (isStale) return gathered.decoded(session);
    takeDeath(gathered, device, session);
    return gathered.decoded({ ...noSession, metrics: session.metrics });
  }
  const counted = countMessage(session, payload.seq);
  if (heard.type === "DBIRTH" && heard.isOwn) return gathered.decoded(learnBirth(gathered, all, counted));
  if (heard.type === "DDEATH" && heard.isOwn) {
    takeDeath(gathered, device, counted);
    return gathered.decoded({ ...counted, aliases: noSession.aliases });
  }
  const isMissing = heard.isOwn && !takeData(gathered, device, { payload, session: counted });
  if (counted.seq !== undefined && !isMissing) return gathered.decoded(counted);
  return askForBirths(gathered, all, counted);
}

/** Count a message of the node. After a gap the count is unknown until a birth, and so is what aliases mean. */
function countMessage(session: SparkplugSession, seq: number | undefined): SparkplugSession {
  if (seq === undefined || session.seq === undefined) return session;
  // The same number again is the same message again.
  const isNext = seq === (session.seq + 1) % SEQUENCES || seq === session.seq;
  return isNext ? { ...session, seq } : { ...session, seq: undefined, aliases: noSession.aliases };
}

function askForBirths(
  gathered: Gathering,
  { device, message }: HeardPayload,
  session: SparkplugSession,
): DecodedMessage<SparkplugSession> {
  const { at } = message.arrival;
  if (session.asked !== undefined && at - session.asked < ASK_AGAIN_MS) return gathered.decoded(session);
  const { group, node } = addressOf(device.topic);
  const request: Request = { topic: `spBv1.0/${group}/NCMD/${node}`, payload: rebirthCommand(at) };
  return gathered.decoded({ ...session, asked: at }, [request]);
}

/** A birth says everything anew: names, types, units, aliases and the values of the moment. */
function learnBirth(
  gathered: Gathering,
  { device, payload }: HeardPayload,
  session: SparkplugSession,
): SparkplugSession {
  const aliases = new Map<string, string>();
  const metrics = new Map<string, KnownMetric>();
  const told = payload.metrics.slice(0, MOST_METRICS);
  if (told.length < payload.metrics.length) gathered.refuse(`more than ${MOST_METRICS} metrics in a birth`);
  for (const { name, alias, type, unit } of told) {
    if (name === undefined || OWN_METRICS.test(name)) continue;
    if (alias !== undefined) aliases.set(alias, name);
    metrics.set(name, { type, meaning: unit === undefined ? undefined : meaningOfName({ name, unit }) });
  }
  for (const metric of told) takeMetric(gathered, device, { metric, name: metric.name, metrics });
  return { ...session, seq: payload.seq, aliases, metrics, asked: undefined };
}

/** Returns false when something could not be told for want of a birth. */
function takeData(
  gathered: Gathering,
  device: DialectDevice,
  { payload, session }: { readonly payload: SparkplugPayload; readonly session: SparkplugSession },
): boolean {
  let isComplete = true;
  for (const metric of payload.metrics) {
    const name = metric.name ?? (metric.alias === undefined ? undefined : session.aliases.get(metric.alias));
    if (name === undefined) isComplete = false;
    else takeMetric(gathered, device, { metric, name, metrics: session.metrics });
  }
  return isComplete;
}

function takeMetric(
  gathered: Gathering,
  device: DialectDevice,
  told: {
    readonly metric: SparkplugMetric;
    readonly name: string | undefined;
    readonly metrics: ReadonlyMap<string, KnownMetric>;
  },
): void {
  const { metric, name, metrics } = told;
  if (name === undefined || OWN_METRICS.test(name)) return;
  const known = metrics.get(name);
  const meaning = ownMeaningOf(device, name) ?? known?.meaning;
  if (meaning === undefined) return;
  const { value, stampMs } = metric;
  if (value === undefined) gathered.refuse(`${name} says no value`);
  else if (metric.isHistorical && stampMs === undefined)
    gathered.refuse(`${name} is of the past and does not say when`);
  else {
    const number = value === null ? null : valueOfType(value, metric.type ?? known?.type);
    gathered.take({ name, ...meaning, value: number, ...(stampMs !== undefined && { stampMs }) });
  }
}

/** Nothing is known any more of what the node or device said. */
function takeDeath(gathered: Gathering, device: DialectDevice, { metrics }: SparkplugSession): void {
  for (const [name, { meaning }] of metrics) {
    const told = ownMeaningOf(device, name) ?? meaning;
    if (told !== undefined) gathered.take({ name, ...told, value: null });
  }
}

function wholeOf(value: SparkplugMetric["value"]): number | undefined {
  const number = value === null || value === undefined ? undefined : valueOfType(value, undefined);
  return typeof number === "number" ? number : undefined;
}
