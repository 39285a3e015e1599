import Type, { type Static } from "typebox";
import type { DocumentProblem } from "./check-shape.ts";

/** One level of a topic or more; `$share` is written by `shared_group`, and `$SYS` holds no readings. */
const TopicFilter = Type.String({ pattern: "^[^$\\s][^\\s]{0,999}$", description: "an MQTT topic filter" });

/** Where readings come from when the community has a broker of its own, such as Mosquitto or EMQX. */
export const BrokerClientSchema = Type.Object(
  {
    url: Type.String({
      // A name or password in the address would end up in logs.
      pattern: "^mqtts?://[^\\s/?#@]+/?$",
      description: "mqtt://HOST[:PORT], or mqtts:// for TLS",
    }),
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "who the hub is to the broker" })),
    password_file: Type.Optional(
      Type.String({ minLength: 1, description: "file that holds the password and that nobody else can read" }),
    ),
    client_id: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_.-]{1,64}$",
        description:
          "under which the broker keeps the hub's session; without it one is made and kept in the data folder",
      }),
    ),
    protocol: Type.Union([Type.Literal(5), Type.Literal(4)], {
      default: 5,
      description: "version of MQTT; 4 is MQTT 3.1.1",
    }),
    topics: Type.Array(TopicFilter, {
      minItems: 1,
      maxItems: 100,
      default: ["readings/+"],
      description: "what the hub subscribes to; only readings/<device> is understood",
    }),
    shared_group: Type.Optional(
      Type.String({
        pattern: "^[^/#+\\s]{1,64}$",
        description: "hubs of one group share the messages out among them ($share/GROUP/...)",
      }),
    ),
    ca_file: Type.Optional(
      Type.String({ minLength: 1, description: "certificates (PEM) to trust instead of the system's, for mqtts://" }),
    ),
  },
  {
    additionalProperties: false,
    description: "somebody else's MQTT broker to take readings from, beside the hub's own",
  },
);

export type BrokerClientConfig = Static<typeof BrokerClientSchema>;

/** What the schema cannot say: an address that is one, and a password that has a name to it. Pure. */
export function checkBrokerClient({ url, username, password_file, ca_file }: BrokerClientConfig): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const tell = (key: string, message: string, remedy: string) =>
    problems.push({ path: ["broker_client", key], message, remedy });
  if (!URL.canParse(url)) {
    tell("url", `"${url}" is not the address of a broker`, "Write mqtt://HOST:PORT, with [] around an IPv6 address.");
  }
  if (password_file !== undefined && username === undefined) {
    tell("password_file", "there is a password but no username", "Add username, the hub's name at the broker.");
  }
  if (ca_file !== undefined && !url.startsWith("mqtts:")) {
    tell("ca_file", "certificates are of no use without TLS", "Write mqtts:// in url, or remove ca_file.");
  }
  return problems;
}
