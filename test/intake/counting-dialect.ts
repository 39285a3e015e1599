import { stampReading } from "../../hub/decode/device-stamp.ts";
import { type AnyDialect, defineDialect } from "../../hub/decode/dialects/dialect.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";

/**
 * A dialect to test the intake with: `TOPIC/scale` announces a factor, `TOPIC/watts` says counts of it. Without the
 * factor it asks for it on `TOPIC/ask`; `TOPIC/state` says nothing of interest.
 */
export const counting: AnyDialect = defineDialect<number>({
  name: "counting",
  title: "Counting",
  source: "made for this test",
  topicHint: "TOPIC as in TOPIC/watts",
  topicsOf: (topic) => [`${topic}/#`],
  chatter: ["announce/#"],
  commandsOf: (topic) => [`${topic}/ask/#`],
  keepAlive: { everyMs: 60_000, requests: (topic) => [{ topic: `${topic}/ask/alive`, payload: "" }] },
  decode({ device, topic }, message, memory) {
    const text = Buffer.from(message.payload).toString("utf8");
    if (message.topic === `${topic}/scale`) return { readings: [], refusals: [], memory: Number(text) };
    if (message.topic !== `${topic}/watts`) return { readings: [], refusals: [], memory };
    if (memory === undefined) {
      return { readings: [], refusals: [], memory, requests: [{ topic: `${topic}/ask/scale`, payload: "now" }] };
    }
    const counts = Number(text);
    if (!Number.isFinite(counts)) return { readings: [], refusals: [{ reason: "watts are no number" }], memory };
    const reading: Reading = {
      series: SeriesKey(`${device}/active_power`),
      ...stampReading(undefined, message.arrival),
      outcome: "value",
      value: counts * memory,
    };
    return { readings: [reading], refusals: [], memory };
  },
});

export const findCounting = (name: string): AnyDialect | undefined => (name === "counting" ? counting : undefined);
