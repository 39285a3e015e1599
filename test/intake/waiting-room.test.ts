import fc from "fast-check";
import { expect, test } from "vitest";
import { brokerLimits } from "../../hub/intake/limits.ts";
import { createWaitingRoom, enterGuest, type Waiting } from "../../hub/intake/waiting-room.ts";

const limits = { ...brokerLimits, clientMessages: 40, clientBytes: 4_000, messages: 100, bytes: 10_000 };

test("whoever is read only when there is room stays within the bounds, and all sums return to nothing", () => {
  const arrival = fc.record({ who: fc.nat(5), bytes: fc.nat(200), isPromised: fc.boolean(), leaves: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 400 }), (arrivals) => {
      const room = createWaitingRoom(limits, () => 0);
      const guests = Array.from({ length: 6 }, () => enterGuest(() => {}));
      const inside: Waiting[] = [];
      for (const { who, bytes, isPromised, leaves } of arrivals) {
        const guest = guests[who]!;
        if (room.mayRead(guest)) inside.push(room.enter(guest, bytes, isPromised));
        for (const one of inside.splice(0, leaves === 0 ? 0 : leaves - 1)) room.leave(one);
        expect(guest.messages).toBeLessThanOrEqual(limits.clientMessages);
        // Shares past the bound, and one message each past twice that: a client with nothing waiting is always read.
        expect(room.totals().messages).toBeLessThanOrEqual(2 * limits.messages + guests.length);
      }
      for (const one of inside) room.leave(one);
      expect(room.totals()).toMatchObject({ messages: 0, bytes: 0 });
      expect(guests.every(({ messages, bytes, promised }) => messages + bytes + promised.size === 0)).toBe(true);
    }),
  );
});

test("a client that sends QoS 0 is paused at half of what one with acknowledgements may have", () => {
  const room = createWaitingRoom(limits, () => 0);
  const [promised, unpromised] = [enterGuest(() => {}), enterGuest(() => {})];
  while (room.mayRead(unpromised)) room.enter(unpromised, 1, false);
  while (room.mayRead(promised)) room.enter(promised, 1, true);
  expect([unpromised.messages, promised.messages]).toEqual([20, 40]);
});

test("many floods cannot keep out one more client, and they stay within twice the bound", () => {
  const room = createWaitingRoom(limits, () => 0);
  const floods = Array.from({ length: 10 }, () => enterGuest(() => {}));
  for (const flood of floods) while (room.mayRead(flood)) room.enter(flood, 1, true);
  for (const late of Array.from({ length: 50 }, () => enterGuest(() => {}))) {
    expect(room.mayRead(late)).toBe(true);
    room.enter(late, 1, true);
  }
  expect(room.totals().messages).toBeLessThanOrEqual(2 * limits.messages + floods.length + 50);
  for (const flood of floods) expect(room.mayRead(flood)).toBe(false);
});

test("a paused client is read on after a commit, once", async () => {
  let resumed = 0;
  const room = createWaitingRoom(limits, () => 7);
  const guest = enterGuest(() => {
    resumed += 1;
  });
  const inside: Waiting[] = [];
  while (room.mayRead(guest)) inside.push(room.enter(guest, 1, true));
  expect([guest.pausedAt, room.totals().paused]).toEqual([7, 1]);
  for (const one of inside) room.leave(one);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect([resumed, guest.pausedAt, room.totals().paused]).toEqual([1, undefined, 0]);
});
