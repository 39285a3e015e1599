import { decodeSenml } from "../senml.ts";
import { defineDialect } from "./dialect.ts";
import { LARGEST_PAYLOAD_BYTES } from "./payload-json.ts";
import { trimTopic } from "./topic-tail.ts";

/** SenML packs of a device that does not publish them on `readings/<device>`. */
export const senml = defineDialect<undefined>({
  name: "senml",
  title: "SenML on a topic of its own",
  source: "RFC 8428 (SenML JSON), units of RFC 8798",
  topicHint: "the topic it publishes on; what stands below it is read too",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`],
  decode({ device }, { payload, arrival }) {
    if (payload.byteLength > LARGEST_PAYLOAD_BYTES) {
      return { readings: [], refusals: [{ reason: `more than ${LARGEST_PAYLOAD_BYTES} bytes` }], memory: undefined };
    }
    const { readings, refusals } = decodeSenml(device, new TextDecoder().decode(payload), arrival.at, arrival.hubClock);
    return { readings, refusals: refusals.map(({ reason }) => ({ reason })), memory: undefined };
  },
});
