import { expect, test } from "vitest";
import { isNearlyFull } from "../../hub/api/disk-space.ts";
import type { Operation } from "../../hub/api/operation.ts";
import { watchProblems } from "../../hub/api/problems.ts";
import { kindOfRefusal } from "../../hub/api/refusal-kind.ts";
import { decodeSenml } from "../../hub/decode/senml.ts";
import type { DeviceHealth } from "../../hub/members/device-health.ts";
import { EpochMs } from "../../hub/units.ts";
import { openHub } from "./open-hub.ts";

const MB = 1e6;
const roomy = { free: 20_000 * MB, size: 32_000 * MB };

type BrokerNow = ReturnType<NonNullable<ReturnType<Operation["broker"]>>["state"]>;
const wellBroker: BrokerNow = {
  storing: true,
  since_ms: EpochMs(1),
  reason: null,
  held: { messages: 0, bytes: 0 },
  paused: 0,
  connections: 3,
  sharedClientIds: [],
};
const brokerCounts = {
  messages: 0,
  refusedConnections: 0,
  refusedPublishes: 0,
  refusedSubscriptions: 0,
  oversizedPackets: 0,
  connectionsAtTheGate: 0,
  closedForHolding: 0,
  shedQos0: {},
};

/** An operation where all is well, but for what a test says. */
function operationWith(more: {
  readonly broker?: Partial<BrokerNow>;
  readonly client?: { readonly connected: boolean };
  readonly writes?: { readonly seconds: number; readonly bytes: number };
}): Operation {
  const { writes, client } = more;
  const about = { since: EpochMs(7), reconnects: 0, last_error: "refused" };
  const counts = { messages: 0, unpromised: 0, failedAttempts: 0, notStored: 0, lostSessions: 0 };
  return {
    card: { window_ms: 1_000, endurance_tb: 30 },
    broker: () => ({ counts: () => brokerCounts, state: () => ({ ...wellBroker, ...more.broker }) }),
    brokerClient: () => client && { counts: () => counts, state: () => ({ ...about, ...client }) },
    writes: () => writes && { ...writes, commits: 0, messages: 1, readings: 1 },
  } as Operation;
}

const problemsOf = (more: Parameters<typeof operationWith>[0], disk = roomy) =>
  watchProblems(operationWith(more), { health: () => [] }, () => EpochMs(99))(disk);

test("all is well: no problems", () => {
  expect(problemsOf({})).toEqual([]);
  expect(problemsOf({ client: { connected: true }, writes: { seconds: 7_200, bytes: 100 * MB } })).toEqual([]);
});

test.each([
  ["NOT_STORING", { broker: { storing: false, since_ms: EpochMs(5), reason: "disk full" } }, roomy, 5, /disk full/],
  ["DISK_NEARLY_FULL", {}, { free: 150 * MB, size: 32_000 * MB }, 99, /150 MB of 32000 MB/],
  ["BROKER_DISCONNECTED", { client: { connected: false } }, roomy, 7, /refused/],
  ["CLIENT_ID_SHARED", { broker: { sharedClientIds: [{ client: "esp" }] } }, roomy, 99, /esp/],
  ["CARD_WEARS_FAST", { writes: { seconds: 3_600, bytes: 3_000 * MB } }, roomy, 99, /1\.1 years/],
] as const)("%s is told with its remedy and since when", (code, more, disk, since, message) => {
  const [problem, ...others] = problemsOf(more, disk);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code, since_ms: since, message: expect.stringMatching(message) });
  expect(problem?.remedy).toMatch(/^[A-Z].*\.$/);
});

test("starting up is not judged as wear", () => {
  expect(problemsOf({ writes: { seconds: 60, bytes: 3_000 * MB } })).toEqual([]);
});

test("a problem begins when it is first seen, and anew when it comes back", () => {
  let now = 10;
  const tell = watchProblems(operationWith({}), { health: () => [] }, () => EpochMs(now));
  const full = { free: 1, size: 32_000 * MB };
  expect(tell(full)[0]?.since_ms).toBe(10);
  now = 20;
  expect(tell(full)[0]?.since_ms).toBe(10);
  expect(tell(roomy)).toEqual([]);
  now = 30;
  expect(tell(full)[0]?.since_ms).toBe(30);
});

test.each([
  ["an empty card", 31_000, 32_000, false],
  ["a small card with little left", 190, 4_000, true],
  ["5 % of a card", 1_500, 32_000, true],
  ["little of a large disk, but plenty", 3_000, 1_000_000, false],
])("%s is nearly full: %#", (_name, free, size, expected) => {
  expect(isNearlyFull({ free: free * MB, size: size * MB })).toBe(expected);
});

test("the running hub says it is well, and what it writes", async () => {
  await using open = await openHub("roof");
  const health = await (await fetch(`${open.url}/api/health`)).json();
  expect(health).toMatchObject({ status: "ok", problems: [], storing: true });
  const wear = await (await fetch(`${open.url}/api/wear`)).json();
  expect(wear).toMatchObject({ window_ms: 10, card_endurance_tb: 30 });
  expect(wear.disk.free_bytes).toBeGreaterThan(0);
  expect(wear.disk.size_bytes).toBeGreaterThanOrEqual(wear.disk.free_bytes);
});

test.each([
  ["empty", "  "],
  ["not_json", "{"],
  ["not_a_pack", "{}"],
  ["not_a_pack", "[]"],
  ["not_a_pack", "[1]"],
  ["oversized", JSON.stringify(Array.from({ length: 20_001 }, () => ({})))],
  ["not_supported", '[{"bver":99,"n":"active_power","u":"W","v":1}]'],
  ["not_supported", '[{"x_":1,"n":"active_power","u":"W","v":1}]'],
  ["not_supported", '[{"bs":1,"n":"active_power","u":"W","v":1}]'],
  ["field_type", '[{"n":7,"u":"W","v":1}]'],
  ["field_type", '[{"n":"active_power","u":"W","v":1,"t":"now"}]'],
  ["name", '[{"n":"colour","u":"W","v":1}]'],
  ["unit_missing", '[{"n":"active_power","v":1}]'],
  ["unit_foreign", '[{"n":"active_power","u":"m","v":1}]'],
  ["value", '[{"n":"active_power","u":"W","vs":"1"}]'],
  ["value", '[{"n":"active_power","u":"kW","v":1e308}]'],
])("a refusal is of the kind %s: %#", (kind, payload) => {
  const [refusal] = decodeSenml("roof", payload, EpochMs(1_780_000_000_000)).refusals;
  expect(kindOfRefusal(refusal?.reason ?? "")).toBe(kind);
});

test("an unknown reason is of another kind, never a word of its own", () => {
  expect(kindOfRefusal("the moon was full")).toBe("other");
});

test("devices that do not answer are a problem, by name as far as a message bears it", () => {
  const health = (device: string, state: DeviceHealth["state"]): DeviceHealth => ({
    ...{ device, via: "modbus", state, last_seen_ms: null, requests: 1, failures: 1, last_failure: null },
    ...{ identity: {}, rated_w: null, lacking: [] },
  });
  const tell = (those: readonly DeviceHealth[]) =>
    watchProblems(operationWith({}), { health: () => those }, () => EpochMs(99))(undefined);
  expect(tell([health("roof", "answering"), health("new", "waiting")])).toEqual([]);
  expect(tell([health("roof", "unreachable"), health("cellar", "penalised")])).toMatchObject([
    { code: "DEVICES_SILENT", message: "devices do not answer: roof, cellar", since_ms: 99 },
  ]);
  const seven = Array.from({ length: 7 }, (_, n) => health(`m${n}`, "penalised"));
  expect(tell(seven)[0]?.message).toBe("devices do not answer: m0, m1, m2, m3, m4 and 2 more");
});
