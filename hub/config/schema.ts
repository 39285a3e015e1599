import Type, { type Static } from "typebox";
import { CommunitySchema } from "../members/community.ts";
import { DeviceSchema } from "../members/device.ts";
import { BrokerClientSchema } from "./broker-client-schema.ts";

/**
 * Everything that can be set in millrace.yaml. This one schema gives the type, the validation, the defaults and the
 * documented example in docs/millrace.example.yaml. A hub without a file runs on the defaults.
 */

const Port = (port: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: port, description });

const Host = (description: string) => Type.String({ minLength: 1, maxLength: 253, default: "127.0.0.1", description });

export const ConfigSchema = Type.Object(
  {
    data: Type.String({
      minLength: 1,
      default: "./millrace-data",
      description: "folder of everything the hub keeps; a relative path starts at the folder of this file",
    }),
    mqtt: Type.Object(
      {
        host: Host(
          "address the broker listens on; plain text, so anything but loopback belongs behind a trusted network",
        ),
        port: Port(1883, "port of the broker; 0 takes any free one"),
      },
      { additionalProperties: false, default: {}, description: "where devices publish their readings" },
    ),
    web: Type.Object(
      {
        host: Host("address of the pages and the API; loopback only, until there are logins"),
        port: Port(8080, "port of the pages and the API; 0 takes any free one"),
      },
      { additionalProperties: false, default: {}, description: "where people look" },
    ),
    storage: Type.Object(
      {
        commit_window_ms: Type.Integer({
          minimum: 0,
          maximum: 10_000,
          default: 1_000,
          description: "at most one commit (and fsync) to the card per window; 50 suits an NVMe disk",
        }),
        keep_registers_days: Type.Union([Type.Literal("forever"), Type.Integer({ minimum: 400 })], {
          default: "forever",
          description:
            "how long energy registers and named shares are kept; at least 400 days, so that a year stays contestable, and as long as a day can be corrected",
        }),
        keep_measurements_days: Type.Union([Type.Literal("forever"), Type.Integer({ minimum: 1 })], {
          default: "forever",
          description: "how long power, voltage and the like are kept",
        }),
        seal_every_s: Type.Integer({
          minimum: 1,
          maximum: 86_400,
          default: 3_600,
          description: "how often new readings are packed into compressed days",
        }),
        card_endurance_tb: Type.Number({
          exclusiveMinimum: 0,
          maximum: 1_000_000,
          default: 30,
          description:
            "terabytes the card may be written before it wears out, as its maker says; 30 is a 32 GB card of about a thousand writes a cell",
        }),
      },
      { additionalProperties: false, default: {}, description: "how readings reach the disk" },
    ),
    settlement: Type.Object(
      {
        grace_minutes: Type.Integer({
          minimum: 0,
          maximum: 1_440,
          default: 10,
          description: "how long after its end an interval waits for late readings before it is settled provisionally",
        }),
      },
      { additionalProperties: false, default: {}, description: "when shares are worked out" },
    ),
    clock: Type.Object(
      {
        trust: Type.Union([Type.Literal("auto"), Type.Literal("always")], {
          default: "auto",
          description:
            "whether the hub's clock is right: auto asks NTP, a hardware clock or the container's host; always is the steward's word that it is set by hand at every start",
        }),
      },
      { additionalProperties: false, default: {}, description: "what the hub may think of its own clock" },
    ),
    log: Type.Object(
      {
        level: Type.Union(
          [
            Type.Literal("silent"),
            Type.Literal("error"),
            Type.Literal("warn"),
            Type.Literal("info"),
            Type.Literal("debug"),
          ],
          { default: "info", description: "the least important kind of line that is written" },
        ),
      },
      { additionalProperties: false, default: {}, description: "what the hub says about itself" },
    ),
    push: Type.Optional(
      Type.Object(
        {
          host: Host(
            "address of the listener; plain text, so anything but loopback belongs into a network that is trusted",
          ),
          port: Port(8081, "port of the listener; 0 takes any free one"),
        },
        {
          additionalProperties: false,
          description: "where sensors that cannot speak MQTT push their readings over HTTP; nothing listens without it",
        },
      ),
    ),
    broker_client: Type.Optional(BrokerClientSchema),
    devices: Type.Array(DeviceSchema, {
      maxItems: 500,
      default: [],
      description: "devices that are polled over Modbus or speak an MQTT dialect; others may be added at the page",
    }),
    // The same keys without the default: nothing written means "as the hub knows it already", not an empty community.
    community: Type.Optional(
      Type.Object(CommunitySchema.properties, {
        additionalProperties: false,
        description: "who takes part, where energy is counted for whom, and by which rule it is shared",
      }),
    ),
  },
  { additionalProperties: false, default: {} },
);

/** Validated, complete and deeply frozen; passed as an argument, never imported. */
export type Config = Static<typeof ConfigSchema>;
