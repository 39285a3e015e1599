import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isLoopback, loadConfig, parseConfig } from "../../hub/config/load.ts";
import { EXAMPLE_COMMUNITY, EXAMPLE_DEVICES, writeExampleConfig } from "../../hub/config/write-example.ts";

const defaults = {
  data: "./millrace-data",
  mqtt: { host: "127.0.0.1", port: 1883 },
  web: { host: "127.0.0.1", port: 8080 },
  storage: {
    commit_window_ms: 1_000,
    keep_registers_days: "forever",
    keep_measurements_days: "forever",
    seal_every_s: 3_600,
    card_endurance_tb: 30,
  },
  settlement: { grace_minutes: 10 },
  clock: { trust: "auto" },
  log: { level: "info" },
  devices: [],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("no file, an empty file and empty sections all mean the defaults", () => {
  expect(parseConfig("", "f")).toEqual(defaults);
  expect(parseConfig("# nothing yet\n", "f")).toEqual(defaults);
  expect(parseConfig("mqtt:\nweb:\n  # port: 1\ncommunity:\n", "f")).toEqual(defaults);
});

test("what is written stands, and the rest of its section keeps its defaults", () => {
  const config = parseConfig("web: {port: 0}\nstorage: {commit_window_ms: 50}\ncommunity: {name: Us}\n", "f");
  expect(config.web).toEqual({ host: "127.0.0.1", port: 0 });
  expect(config.storage.commit_window_ms).toBe(50);
  expect(config.community).toMatchObject({ name: "Us", time_zone: "UTC", interval_minutes: 15, members: [] });
});

test("HTTP push listens only when it is written", () => {
  expect(parseConfig("", "f").push).toBe(undefined);
  expect(parseConfig("push: {}", "f").push).toEqual({ host: "127.0.0.1", port: 8081 });
  expect(parseConfig("push: {port: 0}", "f").push).toEqual({ host: "127.0.0.1", port: 0 });
  expect(() => parseConfig("push: {ports: 0}", "f")).toThrow(/port/);
});

test("a config is frozen to its last leaf", () => {
  const config = parseConfig("community: {members: [{id: a}]}", "f");
  expect(() => Object.assign(config.web, { port: 1 })).toThrow(TypeError);
  expect(() => config.community?.members.push({ id: "b" })).toThrow(TypeError);
  expect(() => Object.assign(config.community?.members[0] ?? {}, { id: "c" })).toThrow(TypeError);
  expect(() => Object.assign(config.community?.policy.tiers[0]?.weight ?? {}, { kind: "equal" })).toThrow(TypeError);
});

test("faults of the community are told at their line", () => {
  const text = "data: x\ncommunity:\n  time_zone: Europe/Viena\n  members:\n    - id: home-1\n    - id: home-1\n";
  expect(() => parseConfig(text, "f")).toThrow(/f:3: there is no time zone[^\n]*\nf:6: the id home-1 stands twice/);
});

test("faults of the policy are told at their line", () => {
  const text = [
    "community:",
    "  members: [{id: home-1}]",
    "  policy:",
    "    tiers:",
    "      - weight:",
    "          kind: fixed",
    "          shares:",
    '            home-1: "0.4"',
    '            home-2: "0.4"',
  ].join("\n");
  expect(() => parseConfig(text, "f")).toThrow(/^f:9: home-2 has a fixed share but is not a member/);
});

test.each(["0.0.0.0", "::", "192.168.1.10", "hub.local", "127.example.org"])(
  "the pages do not open on %s, the broker may by explicit config",
  (host) => {
    expect(() => parseConfig(`mqtt: {}\nweb:\n  host: "${host}"\n`, "f")).toThrow(
      expect.objectContaining({ code: "NOT_LOOPBACK", message: expect.stringMatching(/^f:3: web\.host must be/) }),
    );
    expect(parseConfig(`mqtt: {host: "${host}"}`, "f").mqtt.host).toBe(host);
  },
);

test.each(["127.0.0.1", "127.0.1.1", "::1", "localhost"])("%s is loopback", (host) => {
  expect(isLoopback(host)).toBe(true);
});

test("a file's own folder is where its relative data folder starts", () => {
  const file = join(folder, "my.yaml");
  writeFileSync(file, "data: kept\n");
  expect(loadConfig(file).data).toBe(join(folder, "kept"));
  expect(Object.isFrozen(loadConfig(file))).toBe(true);
});

test("a named file that is missing is refused; without a name there are defaults", () => {
  expect(() => loadConfig(join(folder, "none.yaml"))).toThrow(expect.objectContaining({ code: "CONFIG_NOT_FOUND" }));
  expect(() => loadConfig(folder)).toThrow(expect.objectContaining({ code: "CONFIG_NOT_FOUND" }));
  expect(loadConfig(undefined)).toEqual({ ...defaults, data: join(process.cwd(), "millrace-data") });
});

test("the documented example is what the schema says", async () => {
  await expect(writeExampleConfig()).toMatchFileSnapshot("../../docs/millrace.example.yaml");
});

test("the example as it stands is the defaults, and its community can be used", () => {
  const example = writeExampleConfig();
  expect(parseConfig(example, "example")).toEqual(defaults);
  const opened = example.replaceAll(/^# (?= *-? ?[a-z_]+:)/gm, "");
  expect(parseConfig(opened, "example").community).toEqual(EXAMPLE_COMMUNITY);
  expect(parseConfig(opened, "example").devices).toEqual(EXAMPLE_DEVICES);
});

test.each([
  ["devices: [{ id: a, profile: sunspek, modbus: { host: h } }]", /f:1: there is no profile "sunspek".*[\s\S]*sunspec/],
  [
    "devices:\n  - id: a\n    mqtt: { dialect: tasmotta, topic: t }",
    /f:3: there is no dialect "tasmotta"[\s\S]*tasmota/,
  ],
  ["devices:\n  - { id: a, profile: sunspec, modbus: { hots: h } }", /modbus.hots is not a known key[\s\S]*host/],
  [
    "devices:\n  - { id: a, profile: sunspec, modbus: { host: h } }\n  - { id: a, profile: sunspec, modbus: { host: g } }",
    /f:3: the device a is described twice/,
  ],
])("a device that cannot work is refused with its line and the nearest word: %s", (yaml, message) => {
  let told = "";
  try {
    parseConfig(yaml, "f");
  } catch (cause) {
    const { message: what, remedy } = cause as { message: string; remedy: string };
    told = `${what}\n${remedy}`;
  }
  expect(told).toMatch(message);
});
