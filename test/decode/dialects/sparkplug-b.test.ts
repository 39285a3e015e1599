import fc from "fast-check";
import sparkplug from "sparkplug-payload";
import { beforeAll, describe, expect, test } from "vitest";
import { ASK_AGAIN_MS, sparkplugB } from "../../../hub/decode/dialects/sparkplug-b.ts";
import { ARRIVED, type Conversation, converse } from "./conversation.ts";

type Metric = Record<string, unknown>;
const FLOAT = { type: "Float" };

/** A payload as the package's own writer makes it, which most edge nodes in JavaScript use. */
function payload(seq: number | undefined, metrics: readonly Metric[], timestamp = ARRIVED - 100): Uint8Array {
  const codec = sparkplug.get("spBv1.0");
  if (codec === null) throw new Error("no codec");
  return codec.encodePayload({ timestamp, metrics, ...(seq !== undefined && { seq }) } as never);
}

const unit = (word: string) => ({ properties: { engUnit: { type: "String", value: word } } });
const bdSeq = (value: number) => ({ name: "bdSeq", type: "Int64", value });
const AT = new Date(ARRIVED - 100).toISOString();

const birth = [
  bdSeq(0),
  { name: "Node Control/Rebirth", type: "Boolean", value: false },
  { name: "Properties/Firmware", type: "String", value: "1.2" },
  { name: "Power", alias: 1, type: "Double", value: 12.5, ...unit("kW") },
  { name: "Energy Export", alias: 2, type: "UInt64", value: 5_000_000_000, ...unit("Wh") },
  { name: "Temperature", alias: 3, type: "Int16", value: -5, ...unit("°C") },
  { name: "Door", alias: 4, type: "Boolean", value: true },
];

beforeAll(() => sparkplugB.prepare?.());

function node(fields = {}): Conversation {
  return converse(sparkplugB, { topic: "plant/edge-1", fields });
}

function born(fields = {}): Conversation {
  const edge = node(fields);
  edge.hear("spBv1.0/plant/NBIRTH/edge-1", payload(0, birth));
  return edge;
}

describe("an edge node", () => {
  test("a birth tells names, units and the values of the moment", () => {
    expect(node().readings("spBv1.0/plant/NBIRTH/edge-1", payload(0, birth))).toEqual([
      ["active_power", 12_500, AT],
      ["active_energy_export", 5_000_000_000, AT],
      ["temperature", -5, AT],
    ]);
  });

  test("data by alias alone, without a data type, as the specification wants it", async () => {
    const { default: proto } = await import("sparkplug-payload/lib/sparkplugPayloadProto.js");
    const { Payload } = proto.org.eclipse.tahu.protobuf;
    const data = Payload.encode({
      timestamp: ARRIVED,
      seq: 1,
      metrics: [
        { alias: 1, timestamp: ARRIVED - 50, doubleValue: -0.25 },
        { alias: 3, intValue: 0xff_ff_ff_f9 },
        { alias: 2, isNull: true },
      ],
    }).finish();
    expect(born().readings("spBv1.0/plant/NDATA/edge-1", data)).toEqual([
      ["active_power", -250, new Date(ARRIVED - 50).toISOString()],
      ["temperature", -7, new Date(ARRIVED).toISOString()],
      ["active_energy_export", "not_available", new Date(ARRIVED).toISOString()],
    ]);
  });

  test.each([
    ["Int8", { intValue: 0xff }, -1],
    ["Int16", { intValue: 0xff_fe }, -2],
    ["Int32", { intValue: 0xff_ff_ff_fd }, -3],
    ["Int64", { longValue: -4 }, -4],
    ["UInt8", { intValue: 255 }, 255],
    ["UInt32 in the narrow field", { intValue: 4_000_000_000 }, 4_000_000_000],
    ["UInt32 in the wide field", { longValue: 4_000_000_000 }, 4_000_000_000],
    ["UInt64", { longValue: 9_007_199_254_740_991 }, 9_007_199_254_740_991],
    ["Float", { floatValue: 0.5 }, 0.5],
    ["Double", { doubleValue: -0 }, 0],
    ["NaN", { doubleValue: Number.NaN }, "not_available"],
  ])("%s", async (name, value, read) => {
    const { default: proto } = await import("sparkplug-payload/lib/sparkplugPayloadProto.js");
    const { Payload } = proto.org.eclipse.tahu.protobuf;
    const types = ["", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float", "Double"];
    const datatype = Math.max(types.indexOf(name.split(" ")[0]!), 0) || 10;
    const bytes = Payload.encode({ timestamp: ARRIVED, seq: 0, metrics: [{ name: "x", datatype, ...value }] }).finish();
    const fields = { x: { series: "temperature", unit: "°C" } };
    expect(node(fields).readings("spBv1.0/plant/NBIRTH/edge-1", bytes)).toEqual([
      ["temperature", read, new Date(ARRIVED).toISOString()],
    ]);
  });

  test("values of the past keep their own stamps", () => {
    const old = { name: "Power", alias: 1, type: "Double", value: 3, isHistorical: true };
    const data = payload(1, [{ ...old, timestamp: ARRIVED - 3_600_000 }, old]);
    const decoded = born().hear("spBv1.0/plant/NDATA/edge-1", data);
    expect(decoded.readings).toMatchObject([{ at: ARRIVED - 3_600_000, stampedBy: "device", value: 3000 }]);
    expect(decoded.refusals).toEqual([{ reason: "Power is of the past and does not say when" }]);
  });

  test("a known metric of a wrong type, and one without a value", () => {
    const fields = { Door: { series: "execution", unit: "state" }, Note: { series: "voltage", unit: "V" } };
    const data = [
      { name: "Door", type: "Boolean", value: true },
      { name: "Note", type: "String", value: "low" },
      { name: "Power", type: "Double" },
      { name: "Colour", type: "String", value: "red" },
    ];
    expect(born(fields).refusals("spBv1.0/plant/NDATA/edge-1", payload(1, data))).toEqual([
      "Door is true or false, not a number",
      "Note is text, not a number",
      "Power says no value",
    ]);
  });

  test("a death makes known values not available, as of its arrival: its stamp is that of the connection", () => {
    const edge = born();
    expect(edge.readings("spBv1.0/plant/NDEATH/edge-1", payload(undefined, [bdSeq(7)]))).toEqual([]);
    expect(edge.readings("spBv1.0/plant/NDEATH/edge-1", payload(undefined, [bdSeq(0)]))).toEqual([
      ["active_power", "not_available"],
      ["active_energy_export", "not_available"],
      ["temperature", "not_available"],
    ]);
  });

  test.each([
    ["text", "hello"],
    ["cut off", payload(0, birth).subarray(0, 40)],
    ["groups without an end", new Uint8Array(200_000).fill(0x7b)],
  ])("%s is refused", (_name, bytes) => {
    expect(node().refusals("spBv1.0/plant/NBIRTH/edge-1", bytes)).toEqual(["NBIRTH: not a Sparkplug B payload"]);
  });

  test("others' messages and commands are not its own", () => {
    for (const topic of ["spBv1.0/plant/NBIRTH/edge-2", "spBv1.0/other/NBIRTH/edge-1", "spBv1.0/plant/NCMD/edge-1"]) {
      expect(node().hear(topic, payload(0, birth))).toMatchObject({ readings: [], refusals: [] });
    }
  });
});

describe("asking for births", () => {
  const data = (seq: number) => payload(seq, [{ alias: 1, type: "Double", value: 1 }]);

  test("data before the birth: asked once, and again only when nothing came for long", () => {
    const edge = node();
    const asked = edge.hear("spBv1.0/plant/NDATA/edge-1", data(9), ARRIVED);
    expect(asked).toMatchObject({ readings: [], refusals: [] });
    expect(asked.requests).toHaveLength(1);
    const [request] = asked.requests ?? [];
    expect(request?.topic).toBe("spBv1.0/plant/NCMD/edge-1");
    expect(sparkplug.get("spBv1.0")?.decodePayload(request?.payload as Uint8Array).metrics).toMatchObject([
      { name: "Node Control/Rebirth", type: "Boolean", value: true },
    ]);
    expect(edge.hear("spBv1.0/plant/NDATA/edge-1", data(10), ARRIVED + 1000).requests).toBeUndefined();
    expect(edge.hear("spBv1.0/plant/NDATA/edge-1", data(11), ARRIVED + ASK_AGAIN_MS).requests).toHaveLength(1);
    edge.hear("spBv1.0/plant/NBIRTH/edge-1", payload(12, birth), ARRIVED + ASK_AGAIN_MS);
    expect(edge.readings("spBv1.0/plant/NDATA/edge-1", data(13))).toEqual([["active_power", 1000, AT]]);
  });

  test("the count begins anew after 255", () => {
    const edge = node();
    edge.hear("spBv1.0/plant/NBIRTH/edge-1", payload(254, birth));
    for (const seq of [255, 0, 1, 1]) {
      const decoded = edge.hear("spBv1.0/plant/NDATA/edge-1", data(seq));
      expect(decoded.requests).toBeUndefined();
      expect(decoded.readings).toHaveLength(1);
    }
  });

  test("after a gap aliases may mean something else: nothing is read by them until the birth", () => {
    const edge = born();
    const gap = edge.hear("spBv1.0/plant/NDATA/edge-1", data(2));
    expect(gap.readings).toEqual([]);
    expect(gap.requests).toHaveLength(1);
    const named = payload(3, [{ name: "Power", type: "Double", value: 2 }]);
    expect(edge.readings("spBv1.0/plant/NDATA/edge-1", named)).toEqual([["active_power", 2000, AT]]);
    edge.hear("spBv1.0/plant/NBIRTH/edge-1", payload(4, birth));
    expect(edge.readings("spBv1.0/plant/NDATA/edge-1", data(5))).toEqual([["active_power", 1000, AT]]);
  });

  test("an alias the birth did not tell", () => {
    const edge = born();
    const decoded = edge.hear("spBv1.0/plant/NDATA/edge-1", payload(1, [{ alias: 99, ...FLOAT, value: 1 }]));
    expect(decoded.requests).toHaveLength(1);
    expect(edge.readings("spBv1.0/plant/NDATA/edge-1", data(2))).toEqual([["active_power", 1000, AT]]);
  });
});

describe("a device behind an edge node", () => {
  const meter = () => converse(sparkplugB, { topic: "plant/edge-1/meter-7" });
  const deviceBirth = [{ name: "Power", alias: 11, ...FLOAT, value: 5, ...unit("W") }];
  const data = (seq: number) => payload(seq, [{ alias: 11, ...FLOAT, value: 6 }]);

  test("is counted with its node and with the node's other devices", () => {
    const device = meter();
    expect(device.readings("spBv1.0/plant/NBIRTH/edge-1", payload(0, birth))).toEqual([]);
    expect(device.readings("spBv1.0/plant/DBIRTH/edge-1/meter-7", payload(1, deviceBirth))).toEqual([
      ["active_power", 5, AT],
    ]);
    expect(device.hear("spBv1.0/plant/DDATA/edge-1/meter-8", payload(2, [])).requests).toBeUndefined();
    expect(device.hear("spBv1.0/plant/NDATA/edge-1", payload(3, [])).requests).toBeUndefined();
    expect(device.readings("spBv1.0/plant/DDATA/edge-1/meter-7", data(4))).toEqual([["active_power", 6, AT]]);
    expect(device.hear("spBv1.0/plant/DDATA/edge-1/meter-8", payload(6, [])).requests).toHaveLength(1);
    expect(device.readings("spBv1.0/plant/DDATA/edge-1/meter-7", data(7))).toEqual([]);
  });

  test("its death, its node's death, its node's birth", () => {
    const device = meter();
    device.hear("spBv1.0/plant/NBIRTH/edge-1", payload(0, birth));
    device.hear("spBv1.0/plant/DBIRTH/edge-1/meter-7", payload(1, deviceBirth));
    expect(device.readings("spBv1.0/plant/DDEATH/edge-1/meter-8", payload(2, []))).toEqual([]);
    expect(device.readings("spBv1.0/plant/DDEATH/edge-1/meter-7", payload(3, []))).toEqual([
      ["active_power", "not_available", AT],
    ]);
    device.hear("spBv1.0/plant/DBIRTH/edge-1/meter-7", payload(4, deviceBirth));
    expect(device.readings("spBv1.0/plant/NDEATH/edge-1", payload(undefined, [bdSeq(0)]))).toEqual([
      ["active_power", "not_available"],
    ]);
    device.hear("spBv1.0/plant/NBIRTH/edge-1", payload(0, birth));
    // The node was born again, the device was not: its aliases are those of the last session.
    const early = device.hear("spBv1.0/plant/DDATA/edge-1/meter-7", data(1));
    expect(early.readings).toEqual([]);
    expect(early.requests).toHaveLength(1);
  });
});

test("no bytes make it throw, and nothing it makes is a number that is none", () => {
  const types = fc.constantFrom("NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH");
  const whole = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constant(payload(0, birth)));
  // A payload with one byte changed is nearer to what lines and bugs make of it than noise is.
  const bytes = fc.tuple(whole, fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
    const changed = Uint8Array.from(bytes);
    if (changed.length > 0) changed[at % changed.length] = byte;
    return changed;
  });
  const fields = { Power: { series: "active_power", unit: "MW" } };
  fc.assert(
    fc.property(fc.array(fc.tuple(types, bytes), { maxLength: 6 }), (messages) => {
      const edge = node(fields);
      for (const [type, bytes] of messages) {
        for (const { at, outcome, value } of edge.hear(`spBv1.0/plant/${type}/edge-1`, bytes).readings) {
          expect(Number.isSafeInteger(at)).toBe(true);
          expect(outcome === "value" ? Number.isFinite(value) : value === null).toBe(true);
        }
      }
    }),
  );
});

test("what is heard before the codec is there is refused, not lost", async () => {
  const { vi } = await import("vitest");
  vi.resetModules();
  const fresh = await import("../../../hub/decode/dialects/sparkplug-b.ts");
  expect(converse(fresh.sparkplugB, { topic: "a/b" }).refusals("spBv1.0/a/NDATA/b", payload(0, []))).toEqual([
    "NDATA: Sparkplug is not loaded yet",
  ]);
});
