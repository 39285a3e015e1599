import Type, { type Static } from "typebox";
import { DEVICE_PATTERN } from "../reading.ts";

/**
 * A device as whoever installed it described it. A device that publishes SenML on `readings/<id>` needs no such
 * document; one that is polled over Modbus or speaks a dialect does.
 */

export const ModbusSchema = Type.Object(
  {
    host: Type.Optional(
      Type.String({ minLength: 1, maxLength: 253, description: "address of a device on the network" }),
    ),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: "502 unless the profile says otherwise" }),
    ),
    framing: Type.Optional(
      Type.Union([Type.Literal("tcp"), Type.Literal("rtu")], {
        description: "rtu where a converter passes the serial line's frames on as they are; tcp otherwise",
      }),
    ),
    serial: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: "serial port instead of a host, such as /dev/ttyUSB0" }),
    ),
    baud: Type.Optional(Type.Integer({ minimum: 300, maximum: 921_600, description: "speed of the serial line" })),
    parity: Type.Optional(Type.Union([Type.Literal("none"), Type.Literal("even"), Type.Literal("odd")])),
    stop_bits: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)])),
    unit: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 255, description: "unit id (slave address); the profile's own without it" }),
    ),
    timeout_ms: Type.Optional(Type.Integer({ minimum: 50, maximum: 30_000 })),
    base_address: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: "where a SunSpec device begins, or by how much all addresses of another are moved",
      }),
    ),
  },
  { additionalProperties: false },
);

export const FieldMeaningSchema = Type.Object(
  {
    series: Type.String({ maxLength: 120, description: "series key without the device, such as active_power" }),
    unit: Type.String({ maxLength: 10, description: "unit of the number, such as kWh" }),
  },
  { additionalProperties: false },
);

export const DialectTopicSchema = Type.Object(
  {
    dialect: Type.String({ maxLength: 40, description: "how the device speaks: tasmota, shelly, zigbee2mqtt ..." }),
    topic: Type.String({ minLength: 1, maxLength: 200, pattern: "^[^#+]+$", description: "where it publishes" }),
    time_zone: Type.Optional(Type.String({ description: "IANA zone of its stamps, where they carry no offset" })),
    fields: Type.Optional(
      Type.Record(Type.String({ maxLength: 120 }), FieldMeaningSchema, {
        description: "what its own names mean, where the dialect cannot know",
      }),
    ),
  },
  { additionalProperties: false },
);

export const DeviceSchema = Type.Object(
  {
    id: Type.String({ pattern: DEVICE_PATTERN, description: "name of the device in every series key" }),
    profile: Type.Optional(Type.String({ maxLength: 60, description: "what it is, such as eastron-sdm630" })),
    modbus: Type.Optional(ModbusSchema),
    poll: Type.Optional(
      Type.Object(
        {
          power_s: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 3_600, description: "how often gauges are read (5)" }),
          ),
          registers_s: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 3_600, description: "how often counters are read (60)" }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    mqtt: Type.Optional(DialectTopicSchema),
    rated_w: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9, description: "rated power, W" })),
    turned: Type.Optional(
      Type.Boolean({ description: "true when it is mounted the other way round: import and export change places" }),
    ),
  },
  { additionalProperties: false },
);

export type Device = Static<typeof DeviceSchema>;
export type ModbusAddress = Static<typeof ModbusSchema>;
export type DialectTopic = Static<typeof DialectTopicSchema>;

/** A device document as it is kept, with who wrote it and when. */
export interface RegisteredDevice {
  readonly device: Device;
  readonly by: string;
  readonly at_ms: number;
}

/** Where device documents are kept. Every change is a new row; what stood before stays. */
export interface DeviceStore {
  /** The newest document of each device that is not taken away, by id. */
  list(): Promise<readonly RegisteredDevice[]>;
  save(device: Device, by: string, at: number): Promise<void>;
  /** True when there was one to take away. Its readings stay. */
  remove(id: string, by: string, at: number): Promise<boolean>;
}
