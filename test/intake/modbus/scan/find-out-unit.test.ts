import { describe, expect, test } from "vitest";
import { profiles } from "../../../../hub/decode/profiles/catalogue.ts";
import { eastronSdm630 } from "../../../../hub/decode/profiles/eastron-sdm630.ts";
import { goodweEt } from "../../../../hub/decode/profiles/goodwe-et.ts";
import { registerImage } from "../../../../hub/demo/devices/register-image.ts";
import type { RegisterWords } from "../../../../hub/demo/devices/simulated-unit.ts";
import type { Bus, BusAnswer } from "../../../../hub/intake/modbus/bus.ts";
import { askUnit } from "../../../../hub/intake/modbus/scan/ask-unit.ts";
import { findOutUnit } from "../../../../hub/intake/modbus/scan/find-out-unit.ts";

const SILENCE: BusAnswer = { kind: "silence", reason: "no answer" };
const REFUSAL: BusAnswer = { kind: "exception", code: 2 };

/** A bus with one device that answers what it has, and otherwise as told. */
function busOf(device: RegisterWords, otherwise: (asked: number) => BusAnswer, lives = Number.POSITIVE_INFINITY) {
  let asked = 0;
  const bus: Bus = {
    async read({ table, start, count }) {
      asked += 1;
      if (asked > lives) return SILENCE;
      const words = Array.from({ length: count }, (_, index) => device.readWord(table, start + index));
      if (words.includes(undefined)) return otherwise(asked);
      const bytes = Buffer.alloc(2 * count);
      for (const [index, word] of words.entries()) bytes.writeUInt16BE(word ?? 0, 2 * index);
      return { kind: "words", bytes };
    },
    close: async () => {},
  };
  return { bus, asked: () => asked };
}

const findOut = (bus: Bus, signal = new AbortController().signal) =>
  findOutUnit(askUnit(bus, 1, { timeoutMs: 1, pauseMs: 0, connectDelayMs: 0, retryMs: 0, signal }), profiles);

const meter = registerImage(eastronSdm630, {
  values: { "voltage/l1": 231, "voltage/l2": 230, "voltage/l3": 229, frequency: 50 },
});
const nothing: RegisterWords = { readWord: () => undefined };

describe("a unit", () => {
  test("that is silent where others refuse is found out all the same", async () => {
    const { bus } = busOf(meter, () => SILENCE);
    expect((await findOut(bus))?.profiles[0]).toBe("eastron-sdm630");
  });

  test("that nobody is, is asked twice", async () => {
    const { bus, asked } = busOf(nothing, () => SILENCE);
    expect(await findOut(bus)).toBeUndefined();
    expect(asked()).toBe(2);
  });

  test("behind a gateway that says so is asked once", async () => {
    const { bus, asked } = busOf(nothing, () => ({ kind: "exception", code: 11 }));
    expect(await findOut(bus)).toBeUndefined();
    expect(asked()).toBe(1);
  });

  test("that only refuses is there, of no known kind", async () => {
    const { bus } = busOf(nothing, () => REFUSAL);
    expect(await findOut(bus)).toEqual({ identity: {}, profiles: [], models: [] });
  });

  test("that falls silent after its first answer costs a handful of questions", async () => {
    const { bus, asked } = busOf(meter, () => REFUSAL, 1);
    expect(await findOut(bus)).toEqual({ identity: {}, profiles: [], models: [] });
    expect(asked()).toBeLessThan(10);
  });

  test("whose first answer was spoilt on the way is asked again", async () => {
    let spoilt = 0;
    const { bus } = busOf(meter, () => REFUSAL);
    const noisy: Bus = {
      ...bus,
      read: async (request) => {
        spoilt += 1;
        return spoilt === 1 ? { kind: "broken", reason: "checksum" } : bus.read(request);
      },
    };
    expect((await findOut(noisy))?.profiles[0]).toBe("eastron-sdm630");
  });

  test("that calls itself something is not taken for another by its values", async () => {
    const named = goodweEt.identity?.find((field) => "expect" in field);
    expect(named).toBeDefined();
    const identity = { model: "GW10K-ET", serial: "9010KETU219W0001" };
    const device = registerImage(goodweEt, { values: {}, identity });
    const found = await findOut(busOf(device, () => REFUSAL).bus);
    expect(found?.identity).toMatchObject({ serial: identity.serial });
    expect(found?.profiles).toContain("goodwe-et");
  });

  test("is not asked any more once the search is stopped", async () => {
    const { bus, asked } = busOf(meter, () => REFUSAL);
    expect(await findOut(bus, AbortSignal.abort())).toBeUndefined();
    expect(asked()).toBe(0);
  });
});
