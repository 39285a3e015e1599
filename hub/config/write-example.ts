import Type, { type TSchema } from "typebox";
import { stringify } from "yaml";
import { describeSchema, keywordsOf } from "./describe-schema.ts";
import { ConfigSchema } from "./schema.ts";

const INTRODUCTION = `# Everything that can be set in millrace.yaml, with the value it has when nothing is written.
# Sections with a # before each line are examples and no defaults: take the single # away to start from one.
# This page is written from the schema in hub/config/schema.ts by \`npx vitest run test/config -u\`.
`;

/** A community to copy from; it is checked like any other. */
export const EXAMPLE_COMMUNITY = {
  name: "Mill Street",
  time_zone: "Europe/Vienna",
  interval_minutes: 15,
  members: [{ id: "home-1" }, { id: "home-2" }],
  metering_points: [
    { id: "home-1", role: "consumption", member: "home-1", series: "home-1/active_energy_import", rated_kw: 17 },
    { id: "home-2", role: "consumption", member: "home-2", series: "home-2/active_energy_import", rated_kw: 17 },
    { id: "roof-a", role: "generation", series: "roof-a/active_energy_export", rated_kw: 9.9 },
  ],
  policy: { name: "by consumption", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" },
};

const EXAMPLE_PUSH = { host: "127.0.0.1", port: 8081 };

const EXAMPLE_BROKER_CLIENT = {
  url: "mqtts://broker.mill-street.example:8883",
  username: "millrace",
  password_file: "./broker-password",
  ca_file: "./broker-ca.pem",
};

/** Devices to copy from, one of each kind. */
export const EXAMPLE_DEVICES = [
  { id: "roof-a", profile: "sunspec", modbus: { host: "192.168.1.20", unit: 1 }, rated_w: 9_900 },
  { id: "cellar", profile: "eastron-sdm630", modbus: { serial: "/dev/ttyUSB0", baud: 9600, parity: "none", unit: 3 } },
  { id: "dryer", mqtt: { dialect: "tasmota", topic: "dryer" } },
];

/** The documented example of millrace.yaml: every key with its meaning, its form and its default. Pure. */
export function writeExampleConfig(): string {
  const { community, push, broker_client, devices, ...settings } = ConfigSchema.properties;
  return [
    INTRODUCTION,
    ...Object.entries<TSchema>(settings).map(([key, schema]) => writeKey(key, schema, "")),
    writeSample("push", push, EXAMPLE_PUSH),
    writeSample("broker_client", broker_client, EXAMPLE_BROKER_CLIENT),
    writeSample("devices", devices, EXAMPLE_DEVICES),
    writeSample("community", community, EXAMPLE_COMMUNITY),
  ].join("\n");
}

/** A section that is not there unless somebody writes it: all its keys explained, then a sample, commented out. */
function writeSample(key: string, schema: TSchema, sample: object): string {
  return `${explainKeys(key, schema).join("\n")}\n${commentOut(stringify({ [key]: sample }))}`;
}

function writeKey(key: string, schema: TSchema, indent: string): string {
  const comment = `${indent}# ${explain(schema)}\n${indent}`;
  if (!Type.IsObject(schema)) return comment + stringify({ [key]: keywordsOf(schema).default });
  const inner = Object.entries<TSchema>(schema.properties).map(([name, each]) => writeKey(name, each, `${indent}  `));
  return `${comment}${key}:\n${inner.join("")}`;
}

/** One comment for each key below a section, named from the outside in. */
function explainKeys(name: string, schema: TSchema): readonly string[] {
  const own = `## ${name}: ${explain(schema)}`;
  if (Type.IsArray(schema)) return [own, ...explainKeys(`${name}[]`, schema.items).slice(1)];
  if (Type.IsUnion(schema) && schema.anyOf.every((each) => Type.IsObject(each))) {
    return schema.anyOf.flatMap((each) => explainKeys(name, each).slice(1));
  }
  if (!Type.IsObject(schema)) return [own];
  const inner = Object.entries<TSchema>(schema.properties);
  return [own, ...inner.flatMap(([key, each]) => explainKeys(`${name}.${key}`, each))];
}

function explain(schema: TSchema): string {
  const { description, pattern } = keywordsOf(schema);
  const isPlain = (Type.IsString(schema) && pattern === undefined) || Type.IsObject(schema);
  if (description === undefined) return describeSchema(schema);
  const form = describeSchema(schema);
  return isPlain || form.includes(description) ? description : `${description} (${form})`;
}

function commentOut(yaml: string): string {
  return yaml.trimEnd().replaceAll(/^/gm, "# ").concat("\n");
}
