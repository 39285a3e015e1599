import { findShapeProblems } from "../config/check-shape.ts";
import { dialects } from "../decode/dialects/catalogue.ts";
import { profileNames } from "../decode/profiles/catalogue.ts";
import { HubError } from "../errors.ts";
import type { KnownKinds } from "../members/check-device.ts";
import { type Device, DeviceSchema } from "../members/device.ts";
import { refuseInvalid } from "../members/device-registry.ts";
import { badArgument, isSet, textOf } from "./arguments.ts";
import type { CommandOptions, CommandValues } from "./command.ts";

/** What this hub can read. */
export const knownKinds: KnownKinds = { profiles: profileNames, dialects: dialects.map(({ name }) => name) };

/** Flags that describe a device, for people who write no YAML. */
export const documentOptions = {
  profile: { type: "string", description: "what it is, such as eastron-sdm630; see millrace device profiles" },
  host: { type: "string", description: "address on the network" },
  port: { type: "string", description: "TCP port (default: 502, or the profile's own)" },
  framing: { type: "string", description: "rtu for a converter that passes a serial line's frames on" },
  serial: { type: "string", description: "serial port instead of a host, such as /dev/ttyUSB0" },
  baud: { type: "string", description: "speed of the serial line" },
  parity: { type: "string", description: "none, even or odd" },
  "stop-bits": { type: "string", description: "1 or 2" },
  unit: { type: "string", description: "unit id (default: the profile's own)" },
  "timeout-ms": { type: "string", description: "how long an answer is waited for" },
  "base-address": { type: "string", description: "where SunSpec begins, or by how much all addresses are moved" },
  dialect: { type: "string", description: "how it speaks MQTT, such as tasmota; see millrace device dialects" },
  topic: { type: "string", description: "where it publishes" },
  "time-zone": { type: "string", description: "IANA zone of its stamps, where they carry no offset" },
  field: { type: "string", multiple: true, description: "NAME=SERIES:UNIT, what one of its own names means" },
  "rated-w": { type: "string", description: "rated power, W" },
  turned: { type: "boolean", description: "it is mounted the other way round: import and export change places" },
} as const satisfies CommandOptions;

/** True when any flag says where or what a device is. */
export function describesDevice(values: CommandValues): boolean {
  return Object.keys(documentOptions).some((flag) => values[flag] !== undefined);
}

/**
 * The document that these flags describe.
 * @throws HubError DEVICE_INVALID with everything that is wrong with it, COMMAND_ARGUMENT for a field that is none
 */
export function documentOf(id: string, values: CommandValues): Device {
  const text = (flag: string) => textOf(values, flag);
  const modbus = given({
    host: text("host"),
    port: numberOf(text("port")),
    framing: text("framing"),
    serial: text("serial"),
    baud: numberOf(text("baud")),
    parity: text("parity"),
    stop_bits: numberOf(text("stop-bits")),
    unit: numberOf(text("unit")),
    timeout_ms: numberOf(text("timeout-ms")),
    base_address: numberOf(text("base-address")),
  });
  const mqtt = given({
    dialect: text("dialect"),
    topic: text("topic"),
    time_zone: text("time-zone"),
    fields: fieldsOf(values),
  });
  const draft = given({
    id,
    profile: text("profile"),
    modbus,
    mqtt,
    rated_w: numberOf(text("rated-w")),
    turned: isSet(values, "turned") ? true : undefined,
  });
  const [problem, ...more] = findShapeProblems(DeviceSchema, draft);
  if (problem !== undefined) {
    const message = [problem, ...more].map((each) => each.message).join("; ");
    throw new HubError("DEVICE_INVALID", message, { remedy: problem.remedy });
  }
  const device = draft as unknown as Device;
  refuseInvalid(device, knownKinds);
  return device;
}

/** The keys that have a value; undefined when none has. */
function given(section: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(section).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** A number where it is one; else the text as it stands, which the schema then refuses by the name of its key. */
function numberOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function fieldsOf({ field }: CommandValues): Readonly<Record<string, object>> | undefined {
  if (!Array.isArray(field)) return undefined;
  return Object.fromEntries(
    field.map((text) => {
      const [, name, series, unit] = /^([^=]+)=([^:]+):(.+)$/.exec(String(text)) ?? [];
      if (name === undefined) {
        throw badArgument("device", `"${text}" is no field`, "Write it as power=active_power:W.");
      }
      return [name, { series, unit }];
    }),
  );
}
