import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendCrc, crc16 } from "../../../hub/intake/modbus/crc.ts";
import { frameForTcp, type Question, takeSerialFrame, takeTcpFrame } from "../../../hub/intake/modbus/frames.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

/** Unit 17 is asked for three holding registers: the example of Modbus V1.1b3 section 6.3 at another unit. */
const question: Question = { unit: 0x11, functionCode: 3, dataBytes: 6, transaction: 0x0102 };
const answer = hex("11 03 06 022b 0000 0064");

test.each([
  // The checksums of two frames that manuals print: reading ten registers of unit 1, and the three above of unit 17.
  ["01 03 00 00 00 0a", "c5cd"],
  ["11 03 00 6b 00 03", "7687"],
])("the checksum of %s is %s, low byte first", (frame, checksum) => {
  expect(appendCrc(hex(frame)).subarray(-2).toString("hex")).toBe(checksum);
  expect(crc16(appendCrc(hex(frame)))).toBe(0);
});

test("a request over TCP has a header and no checksum", () => {
  expect(frameForTcp(appendCrc(hex("11 03 006b 0003")), 0x0102)).toEqual(hex("0102 0000 0006 11 03 006b 0003"));
});

const overTcp = (pdu: Buffer, transaction = 0x0102) =>
  Buffer.concat([hex(transaction.toString(16).padStart(4, "0")), hex("0000"), Buffer.from([0, pdu.length]), pdu]);

describe.each([
  ["tcp", takeTcpFrame, overTcp],
  ["serial", takeSerialFrame, appendCrc],
] as const)("%s frames", (_framing, take, wrap) => {
  test("an answer is taken when all of it is there, and not before", () => {
    const bytes = Buffer.from(wrap(answer));
    for (let length = 0; length < bytes.length; length += 1) {
      expect(take(bytes.subarray(0, length), question)).toEqual({ kind: "incomplete" });
    }
    expect(take(bytes, question)).toEqual({ kind: "frame", frame: appendCrc(answer), bytes: bytes.length });
  });

  test("an exception is an answer", () => {
    const bytes = Buffer.from(wrap(hex("11 83 02")));
    expect(take(bytes, question)).toEqual({ kind: "frame", frame: appendCrc(hex("11 83 02")), bytes: bytes.length });
  });

  test("no other bytes are ever taken for the answer of a unit, function and length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (noise, isLate) => {
        // Other units' answers are the likeliest noise of all.
        const late = Buffer.from(wrap(Buffer.concat([Buffer.from([0x12]), answer.subarray(1)])));
        const taken = take(Buffer.concat([noise, isLate ? late : Buffer.alloc(0)]), question);
        if (taken.kind === "frame") {
          expect(taken.frame[0]).toBe(question.unit);
          expect(crc16(taken.frame)).toBe(0);
          expect([9 + 2, 5]).toContain(taken.frame.length);
        }
      }),
    );
  });
});
