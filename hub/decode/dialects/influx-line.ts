import { defineDialect } from "./dialect.ts";
import { ownMeaningOf } from "./field-meaning.ts";
import { type InfluxLine, parseLines } from "./influx-line-parser.ts";
import { LARGEST_PAYLOAD_BYTES } from "./payload-json.ts";
import { gatherReadings } from "./reading-maker.ts";
import { trimTopic } from "./topic-tail.ts";

/** Below this a stamp counts seconds, below the next milliseconds, then microseconds, then nanoseconds: each unit is clear of the others from 1973 to 5138. */
const FINER_THAN_S = 1e11;
const FINER_THAN_MS = 1e14;
const FINER_THAN_US = 1e17;

/**
 * InfluxDB line protocol, as Telegraf and many gateways publish it. The names are the owner's: `fields` says what each
 * means, by `measurement.field`, by the field alone, or with a tag where tags tell values apart:
 * `power,phase=L1.value`. What is not named there is left alone. A line that is no line is refused, the others stand.
 */
export const influxLine = defineDialect<undefined>({
  name: "influx-line",
  title: "InfluxDB line protocol",
  source: "InfluxDB v2 docs, Line protocol (elements, escapes, data types); Telegraf MQTT output",
  topicHint: "the topic of its lines; what stands below it is read too",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`],
  decode(device, message) {
    const gathered = gatherReadings(device, message);
    if (message.payload.byteLength > LARGEST_PAYLOAD_BYTES) {
      gathered.refuse(`more than ${LARGEST_PAYLOAD_BYTES} bytes`);
      return gathered.decoded(undefined);
    }
    const { lines, faults } = parseLines(new TextDecoder().decode(message.payload));
    for (const { line, reason } of faults) gathered.refuse(`line ${line}: ${reason}`);
    for (const line of lines) {
      const origins = originsOf(line);
      const stampMs = stampOf(line.stamp);
      for (const { key, value } of line.fields) {
        const name = origins.map((origin) => origin + key).find((each) => ownMeaningOf(device, each) !== undefined);
        const meaning = name === undefined ? undefined : ownMeaningOf(device, name);
        if (name === undefined || meaning === undefined) continue;
        if (typeof value === "object" && "text" in value) gathered.refuse(`${name} is text, not a number`);
        else gathered.take({ name, ...meaning, value: typeof value === "object" ? value.number : value, stampMs });
      }
    }
    return gathered.decoded(undefined);
  },
});

/** What `fields` may set before a field of this line to name it, the closest first. */
function originsOf({ measurement, tags }: InfluxLine): readonly string[] {
  const words = tags.map(({ key, value }) => `${key}=${value}`);
  const all = words.length > 1 ? [`${measurement},${words.join(",")}.`] : [];
  return [...all, ...words.map((word) => `${measurement},${word}.`), `${measurement}.`, ""];
}

/** Nanoseconds since 1970 unless so few that the writer must count more coarsely; a number would lose its last digits, and ms need none of them. */
function stampOf(digits: string | undefined): number | undefined {
  if (digits === undefined) return undefined;
  const stamp = Number(digits);
  const size = Math.abs(stamp);
  if (size < FINER_THAN_S) return stamp * 1000;
  if (size < FINER_THAN_MS) return stamp;
  return Number(digits.slice(0, size < FINER_THAN_US ? -3 : -6));
}
