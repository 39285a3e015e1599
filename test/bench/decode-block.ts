import type { Point } from "../../hub/decode/profiles/device-profile.ts";
import { compileBlock, decodeBlock } from "../../hub/decode/registers/decode-block.ts";
import type { DecodedPoint, RegisterBlock } from "../../hub/decode/registers/register-block.ts";
import type { Bench, Line } from "./bench.ts";

/** The budget: one decode of a block of some 60 registers. */
const BUDGET_US = 5;
const REGISTERS = 60;
const REPEATS = 1_000;
/** Different answers gone through in turn, so that no branch is learned by heart. */
const ANSWERS = 64;

export const decodeBlockBench: Bench = {
  name: "decode-block",
  about: `how long one answer of ${REGISTERS} registers takes to decode`,
  async run({ quick }) {
    const measureMs = quick ? 300 : 1_500;
    return blocks.flatMap(([name, block, byHand]) => measure(name, { block, byHand, measureMs }));
  },
};

const step = 0.1;

/** 20 points as an integer meter has them: 10 of 32 bits, 6 of 16 bits, 4 counters of 64 bits, and one sum. */
const wholes: RegisterBlock = {
  table: "holding",
  start: 0,
  count: REGISTERS,
  points: Object.fromEntries([
    ...Array.from({ length: 10 }, (_, index): [string, Point] => [
      `a-${index}/active_power`,
      { at: 2 * index, encoding: "int32", unit: "W", step, kind: "gauge" },
    ]),
    ...Array.from({ length: 6 }, (_, index): [string, Point] => [
      `a-${index}/voltage`,
      { at: 20 + index, encoding: "uint16", unit: "V", step, kind: "gauge" },
    ]),
    ...Array.from({ length: 4 }, (_, index): [string, Point] => [
      `a-${index}/active_energy_import`,
      { at: 40 + 4 * index, encoding: "uint64", unit: "kWh", step: 0.01, kind: "counter" },
    ]),
  ]),
  sums: { active_power: ["a-0/active_power", "a-1/active_power", "a-2/active_power"] },
};

/** 20 points as SunSpec has them: each scaled by a factor of the device. */
const scaled: RegisterBlock = {
  table: "holding",
  start: 0,
  count: REGISTERS,
  points: Object.fromEntries(
    Array.from({ length: 20 }, (_, index): [string, Point] => [
      `a-${index}/active_power`,
      { at: 2 * index, encoding: "int16", unit: "W", scaleAt: 50, kind: "gauge" },
    ]),
  ),
};

/** 20 points as an Eastron meter has them. */
const floats: RegisterBlock = {
  table: "input",
  start: 0,
  count: REGISTERS,
  points: Object.fromEntries(
    Array.from({ length: 20 }, (_, index): [string, Point] => [
      `a-${index}/active_power`,
      { at: 2 * index, encoding: "float32", unit: "W", kind: "gauge" },
    ]),
  ),
};

type ByHand = (bytes: Uint8Array) => readonly DecodedPoint[];

const valueAt = (key: string, value: number): DecodedPoint => ({ key, outcome: "value", value });
const keysOf = (block: RegisterBlock) => Object.keys(block.points);

/** What somebody in a hurry writes for just that block: float products, no sentinels, no sums. */
const wholesByHand: ByHand = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return keysOf(wholes).map((key, index) => {
    if (index < 10) return valueAt(key, view.getInt32(4 * index) * 0.1);
    if (index < 16) return valueAt(key, view.getUint16(40 + 2 * (index - 10)) * 0.1);
    return valueAt(key, Number(view.getBigUint64(80 + 8 * (index - 16))) * 10);
  });
};
const scaledByHand: ByHand = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const scale = 10 ** view.getInt16(100);
  return keysOf(scaled).map((key, index) => valueAt(key, view.getInt16(4 * index) * scale));
};
const floatsByHand: ByHand = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return keysOf(floats).map((key, index) => valueAt(key, view.getFloat32(4 * index)));
};

const blocks: readonly (readonly [string, RegisterBlock, ByHand])[] = [
  ["20 whole numbers of 16, 32 and 64 bits", wholes, wholesByHand],
  ["20 numbers with a scale factor", scaled, scaledByHand],
  ["20 float32", floats, floatsByHand],
];

interface Case {
  readonly block: RegisterBlock;
  readonly byHand: ByHand;
  readonly measureMs: number;
}

function measure(name: string, { block, byHand, measureMs }: Case): readonly Line[] {
  const profile = { words: "msw_first", absent: { int32: [0x8000_0000], uint16: [0xffff] } } as const;
  const answers = Array.from({ length: ANSWERS }, (_, index) => makeAnswer(block, index));
  const compiled = compileBlock(profile, block);
  const decodeUs = microsecondsOf(compiled, answers, measureMs);
  const byHandUs = microsecondsOf(byHand, answers, measureMs);
  const compileUs = microsecondsOf((bytes) => decodeBlock(profile, block, bytes), answers, measureMs / 3);
  return [
    { name: `decode a block, ${name}`, measured: decodeUs, unit: "us", budget: { atMost: BUDGET_US } },
    { name: `  the same by hand, without sentinels or exact decimals`, measured: byHandUs, unit: "us" },
    { name: `  ratio to by hand`, measured: decodeUs / byHandUs, unit: "x" },
    { name: `  the same compiled anew for each answer`, measured: compileUs, unit: "us" },
  ];
}

/** Best of several rounds: what it takes when nobody else is on the machine. */
function microsecondsOf(decode: ByHand, answers: readonly Uint8Array[], measureMs: number): number {
  const until = performance.now() + measureMs;
  let best = Number.POSITIVE_INFINITY;
  let points = 0;
  while (performance.now() < until) {
    const from = performance.now();
    for (let round = 0; round < REPEATS; round += 1) points += decode(answers[round % ANSWERS] ?? NOTHING).length;
    best = Math.min(best, ((performance.now() - from) * 1_000) / REPEATS);
  }
  if (points === 0) throw new Error("nothing was decoded");
  return best;
}

const NOTHING = new Uint8Array();

/** A linear congruential generator (constants of Numerical Recipes): the same load on each machine. */
function makeAnswer(block: RegisterBlock, seed: number): Uint8Array {
  let state = seed + 1;
  const nextBelow = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const bytes = new Uint8Array(2 * block.count);
  const view = new DataView(bytes.buffer);
  for (const { at, encoding, scaleAt } of Object.values(block.points)) {
    if (encoding === "uint64") view.setBigUint64(2 * at, BigInt(nextBelow(2 ** 31)));
    else if (encoding === "float32") view.setFloat32(2 * at, nextBelow(5_000_000) / 1_000);
    else if (encoding === "int32") view.setInt32(2 * at, nextBelow(100_000) - 50_000);
    else view.setUint16(2 * at, nextBelow(0x8000));
    if (scaleAt !== undefined) view.setInt16(2 * scaleAt, -1 - (seed % 3));
  }
  return bytes;
}
