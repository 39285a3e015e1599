import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inFlight } from "../../hub/intake/in-flight.ts";

test("whatever is stored first, acknowledgements leave in order of arrival, each once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }).chain((count) =>
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, i) => i),
          { minLength: count },
        ),
      ),
      fc.array(fc.boolean()),
      async (order, pauses) => {
        const acknowledged: number[] = [];
        const waiting = inFlight({
          mostMessages: 100,
          mostBytes: 1_000,
          acknowledge: (ids) => acknowledged.push(...ids),
        });
        const stored = order.map((_, index) => waiting.take({ packet: index, bytes: 1 }));
        for (const [step, index] of order.entries()) {
          stored[index]?.();
          if (pauses[step]) await nextTurn();
          expect(acknowledged).toEqual(acknowledged.map((_, place) => place));
        }
        await waiting.settled();
        expect(acknowledged).toHaveLength(order.length);
      },
    ),
    { numRuns: 50 },
  );
});

test.each([
  ["messages", { mostMessages: 2, mostBytes: 1_000 }],
  ["bytes", { mostMessages: 1_000, mostBytes: 20 }],
])("full of %s, it says when there is room again", async (_name, limits) => {
  const acknowledged: number[] = [];
  const waiting = inFlight({ ...limits, acknowledge: (ids) => acknowledged.push(...ids) });
  const first = waiting.take({ packet: 7, bytes: 10 });
  expect(waiting.isFull()).toBe(false);
  const second = waiting.take({ packet: undefined, bytes: 10 });
  expect(waiting.isFull()).toBe(true);
  let resumed = 0;
  waiting.onRoom(() => (resumed += 1));
  second();
  await nextTurn();
  expect([resumed, acknowledged]).toEqual([0, []]);
  first();
  await nextTurn();
  // QoS 0 has no packet id: it holds its place, and nobody is told.
  expect([resumed, acknowledged]).toEqual([1, [7]]);
  expect(waiting.oldest()).toBeUndefined();
});
