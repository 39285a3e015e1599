import { defineDialect } from "./dialect.ts";
import { ownMeaningOf } from "./field-meaning.ts";
import { LARGEST_PAYLOAD_BYTES, textOfPayload } from "./payload-json.ts";
import { gatherReadings } from "./reading-maker.ts";
import { topicTail } from "./topic-tail.ts";

/** How `fields` names the number that stands on the device's topic itself. */
export const BARE_TOPIC_NAME = "value";

/**
 * A bare number on a topic, as scripts, mbmd and many small gateways send it. Nothing but `fields` says what it is;
 * a topic that is not named there is somebody else's business.
 */
export const plain = defineDialect<undefined>({
  name: "plain",
  title: "A bare number on a topic",
  source: "as published by mbmd (topic/reading) and by most home-made sensors",
  topicHint:
    "the topic above its numbers, as in TOPIC/power; fields names each below it (value for a number on TOPIC itself)",
  topicsOf: (topic) => [`${baseOf(topic)}/#`],
  decode(device, message) {
    const gathered = gatherReadings(device, message);
    const tail = topicTail(message.topic, baseOf(device.topic));
    const name = tail === "" ? BARE_TOPIC_NAME : tail;
    const meaning = name === undefined ? undefined : ownMeaningOf(device, name);
    if (name === undefined || meaning === undefined) return gathered.decoded(undefined);
    if (message.payload.byteLength > LARGEST_PAYLOAD_BYTES) gathered.refuse(`more than ${LARGEST_PAYLOAD_BYTES} bytes`);
    else gathered.take({ name, ...meaning, value: textOfPayload(message.payload) });
    return gathered.decoded(undefined);
  },
});

/** A slash at the beginning is part of the topic (mbmd has one); one at the end is a slip. */
function baseOf(topic: string): string {
  return topic.replace(/\/+$/, "");
}
