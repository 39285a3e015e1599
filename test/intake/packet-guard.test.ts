import fc from "fast-check";
import mqttPacket from "mqtt-packet";
import { expect, test } from "vitest";
import { packetGuard } from "../../hub/intake/packet-guard.ts";

const publish = (bytes: number): Buffer =>
  mqttPacket.generate({
    cmd: "publish",
    topic: "t",
    payload: Buffer.alloc(bytes, 0xff),
    qos: 0,
    retain: false,
    dup: false,
  });
const ping = mqttPacket.generate({ cmd: "pingreq" });

test("any stream of packets within the limit passes, however it is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3_000), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
      (sizes, cuts) => {
        const stream = Buffer.concat(sizes.flatMap((size) => [publish(size), ping]));
        const guard = packetGuard(3_010);
        for (let at = 0, cut = 0; at < stream.length; cut += 1) {
          const end = at + (cuts[cut % cuts.length] ?? 1);
          expect(guard.oversized(stream.subarray(at, end))).toBeUndefined();
          at = end;
        }
      },
    ),
  );
});

test("a packet over the limit is found at its header, byte by byte as well as at once", () => {
  const stream = Buffer.concat([publish(100), ping, publish(20_000)]);
  expect(packetGuard(10_000).oversized(stream)).toBe(20_003);
  const guard = packetGuard(10_000);
  const found = [...stream].findIndex((byte) => guard.oversized(Uint8Array.of(byte)) !== undefined);
  // 105 bytes of the first packet, 2 of the ping, then the first byte and three bytes of length.
  expect(found).toBe(105 + 2 + 1 + 3 - 1);
});

test("packets count as complete at their last byte", () => {
  const guard = packetGuard(10_000);
  const stream = Buffer.concat([publish(100), ping, publish(2_000)]);
  const completed = [...stream].map((byte) => {
    guard.oversized(Uint8Array.of(byte));
    return guard.completed();
  });
  expect([completed[103], completed[104], completed[105], completed[106]]).toEqual([0, 1, 1, 2]);
  expect([completed.at(-2), completed.at(-1)]).toEqual([2, 3]);
});
