import { afterEach, describe, expect, test } from "vitest";
import type { BusRequest } from "../../../hub/intake/modbus/bus.ts";
import { type ConnectedBus, openBus } from "../../../hub/intake/modbus/open-bus.ts";
import {
  addressesOf,
  exceptionOf,
  openRawServer,
  type RawRequest,
  type RawServer,
  rtuFrame,
  tcpFrame,
} from "./raw-server.ts";

const request: BusRequest = { unit: 1, table: "holding", start: 100, count: 2, timeoutMs: 150, pauseMs: 0 };
/** Registers 100 and 101 hold their own addresses. */
const words = { kind: "words", bytes: Uint8Array.from([0, 100, 0, 101]) };

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function serve(
  framing: "tcp" | "rtu",
  answer: (request: RawRequest) => void,
): Promise<{ readonly server: RawServer; readonly bus: ConnectedBus }> {
  const server = await openRawServer(framing, answer);
  const bus = openBus(
    { host: "127.0.0.1", port: server.port, framing },
    { reconnect: { firstMs: 50, longestMs: 200 }, connectTimeoutMs: 500 },
  );
  opened.push(bus, server);
  return { server, bus };
}

/** Answer the first request wrongly and all later ones rightly. */
function firstWrong(wrong: (request: RawRequest) => Uint8Array | undefined) {
  return (asked: RawRequest): void => {
    const answer = asked.number === 1 ? wrong(asked) : tcpFrame(asked.transaction, addressesOf(asked));
    if (answer !== undefined) asked.socket.write(answer);
  };
}

async function read(bus: ConnectedBus, more: Partial<BusRequest> = {}) {
  const answer = await bus.read({ ...request, ...more });
  return answer.kind === "words" ? { ...answer, bytes: Uint8Array.from(answer.bytes) } : answer;
}

describe.each(["tcp", "rtu"] as const)("over TCP with %s framing", (framing) => {
  const frame = (asked: RawRequest, pdu: Uint8Array) =>
    framing === "tcp" ? tcpFrame(asked.transaction, pdu) : rtuFrame(pdu);

  test("registers come as they went over the wire, whichever table holds them", async () => {
    const { server, bus } = await serve(framing, (asked) => asked.socket.write(frame(asked, addressesOf(asked))));
    expect(await read(bus)).toEqual(words);
    expect(await read(bus, { table: "input" })).toEqual(words);
    expect(server.requests.map(({ functionCode }) => functionCode)).toEqual([3, 4]);
    expect(server.connections()).toBe(1);
  });

  test("bits come as one register each", async () => {
    const { bus } = await serve(framing, (asked) =>
      asked.socket.write(frame(asked, Uint8Array.from([asked.unit, asked.functionCode, 2, 0b1000_0101, 0b10]))),
    );
    for (const table of ["coil", "discrete"] as const) {
      const bits = await read(bus, { table, count: 10 });
      expect(bits).toEqual({
        kind: "words",
        bytes: Uint8Array.from([1, 0, 1, 0, 0, 0, 0, 1, 0, 1].flatMap((bit) => [0, bit])),
      });
    }
  });

  test("an answer in pieces is one answer", async () => {
    const { bus } = await serve(framing, (asked) => {
      const bytes = frame(asked, addressesOf(asked));
      asked.socket.write(bytes.subarray(0, 3));
      setImmediate(() => asked.socket.write(bytes.subarray(3)));
    });
    expect(await read(bus)).toEqual(words);
  });

  test("an exception is the device's answer and leaves the connection open", async () => {
    const { server, bus } = await serve(framing, (asked) => asked.socket.write(frame(asked, exceptionOf(asked, 2))));
    expect(await read(bus)).toEqual({ kind: "exception", code: 2 });
    expect(await read(bus)).toEqual({ kind: "exception", code: 2 });
    expect(server.connections()).toBe(1);
  });

  test("a late answer is never taken for the answer of the next question", async () => {
    let late: (() => void) | undefined;
    const { server, bus } = await serve(framing, (asked) => {
      const answer = frame(asked, addressesOf(asked));
      // The first is answered when the second is asked, or at the latest shortly after its time, wherever that goes.
      if (asked.number > 1) {
        late?.();
        asked.socket.write(answer);
      } else {
        late = () => asked.socket.write(answer);
        setTimeout(late, 1.5 * request.timeoutMs);
      }
    });
    expect(await read(bus)).toEqual({ kind: "silence", reason: "no answer within 150 ms" });
    expect(await read(bus, { start: 200 })).toEqual({ kind: "words", bytes: Uint8Array.from([0, 200, 0, 201]) });
    expect(server.connections()).toBe(2);
  });

  test("requests wait for each other: never two in flight", async () => {
    let inFlight = 0;
    let most = 0;
    const { bus } = await serve(framing, (asked) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setImmediate(() => {
        inFlight -= 1;
        asked.socket.write(frame(asked, addressesOf(asked)));
      });
    });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, start) => read(bus, { start, count: 1 })));
    expect(answers).toEqual(
      Array.from({ length: 20 }, (_, start) => ({ kind: "words", bytes: Uint8Array.from([0, start]) })),
    );
    expect(most).toBe(1);
  });

  test("a wrong unit is not the answer, exception or not, and the connection is made anew", async () => {
    const { server, bus } = await serve(framing, (asked) => {
      const answer = asked.number % 2 === 1 ? exceptionOf(asked, 2) : addressesOf(asked);
      if (asked.number <= 2) answer[0] = 9;
      asked.socket.write(frame(asked, answer));
    });
    const kind = framing === "tcp" ? "broken" : "silence";
    expect((await read(bus)).kind).toBe(kind);
    expect((await read(bus)).kind).toBe(kind);
    expect(await read(bus)).toEqual({ kind: "exception", code: 2 });
    expect(await read(bus)).toEqual(words);
    expect(server.connections()).toBe(3);
  });
});

describe("TCP frames that are no answer close the connection, and the next question gets its own answer", () => {
  test.each<[string, RegExp, (asked: RawRequest) => Uint8Array]>([
    [
      "wrong transaction id",
      /transaction id 8 to question 1/,
      (asked) => tcpFrame(asked.transaction + 7, addressesOf(asked)),
    ],
    [
      "wrong function",
      /function 4 where function 3/,
      (asked) => tcpFrame(asked.transaction, addressesOf({ ...asked, functionCode: 4 })),
    ],
    [
      "too few registers",
      /answer of 5 bytes where 7 were expected/,
      (asked) => tcpFrame(asked.transaction, addressesOf({ ...asked, count: 1 })),
    ],
    [
      "another protocol",
      /another protocol/,
      (asked) => {
        const frame = tcpFrame(asked.transaction, addressesOf(asked));
        frame[3] = 1;
        return frame;
      },
    ],
    [
      "an impossible length",
      /length of 0/,
      (asked) => Buffer.concat([tcpFrame(asked.transaction, Buffer.alloc(0)), addressesOf(asked)]),
    ],
    [
      "a byte count that is not the length",
      /answer of 7 bytes/,
      (asked) => {
        const pdu = addressesOf(asked);
        pdu[2] = 2;
        return tcpFrame(asked.transaction, pdu);
      },
    ],
  ])("%s", async (_name, reason, wrong) => {
    const { server, bus } = await serve("tcp", firstWrong(wrong));
    const answer = await read(bus);
    expect(answer.kind).toBe("broken");
    expect(answer.kind === "broken" && answer.reason).toMatch(reason);
    expect(await read(bus)).toEqual(words);
    expect(server.connections()).toBe(2);
  });

  test("what follows a right answer belongs to nothing: the answer stands, the connection does not", async () => {
    const { server, bus } = await serve("tcp", (asked) => {
      const answer = tcpFrame(asked.transaction, addressesOf(asked));
      asked.socket.write(asked.number === 1 ? Buffer.concat([answer, Buffer.from([1, 2, 3])]) : answer);
    });
    expect(await read(bus)).toEqual(words);
    expect(await read(bus)).toEqual(words);
    expect(server.connections()).toBe(2);
  });

  test("a device that closes the connection instead of answering", async () => {
    const { server, bus } = await serve(
      "tcp",
      firstWrong((asked) => void asked.socket.end()),
    );
    expect(await read(bus)).toEqual({ kind: "broken", reason: "the device closed the connection" });
    expect(await read(bus)).toEqual(words);
    expect(server.connections()).toBe(2);
  });
});

describe("serial frames", () => {
  test("every single flipped bit is found", async () => {
    const { bus } = await serve("rtu", (asked) => {
      const frame = rtuFrame(addressesOf(asked));
      const bit = asked.number - 1;
      if (bit < 8 * frame.length) frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      asked.socket.write(frame);
    });
    const bits = 8 * (3 + 4 + 2);
    for (let bit = 0; bit < bits; bit += 1) {
      const { kind } = await read(bus, { timeoutMs: 15 });
      expect(["broken", "silence"]).toContain(kind);
    }
    expect(await read(bus)).toEqual(words);
  });

  test("noise in front of the answer is passed over", async () => {
    const { server, bus } = await serve("rtu", (asked) =>
      asked.socket.write(Buffer.concat([Buffer.from([0, 0xff, 1, 3]), rtuFrame(addressesOf(asked))])),
    );
    expect(await read(bus)).toEqual(words);
    expect(await read(bus)).toEqual(words);
    expect(server.connections()).toBe(1);
  });
});

describe("connecting", () => {
  test("nobody there: unreachable with the system's reason, and attempts grow rare", async () => {
    const server = await openRawServer("tcp", () => {});
    await server.close();
    const address = { host: "127.0.0.1", port: server.port, framing: "tcp" } as const;
    const bus = openBus(address, { reconnect: { firstMs: 40, longestMs: 100 } });
    opened.push(bus);
    const answer = await bus.read(request);
    expect(answer).toEqual({ kind: "unreachable", reason: `connect ECONNREFUSED 127.0.0.1:${server.port}` });

    const again = await openRawServer(
      "tcp",
      (asked) => asked.socket.write(tcpFrame(asked.transaction, addressesOf(asked))),
      server.port,
    );
    opened.push(again);
    const from = performance.now();
    // Asked during the pause, it answers at once and does not connect.
    expect(await bus.read(request)).toEqual(answer);
    expect(again.connections()).toBe(0);
    let next = await read(bus);
    while (next.kind === "unreachable" && performance.now() - from < 5_000) {
      await new Promise(setImmediate);
      next = await read(bus);
    }
    expect(next).toEqual(words);
    expect(performance.now() - from).toBeGreaterThan(20);
    expect(bus.connections()).toBe(1);
  });

  test("what a device needs before it is asked is kept: a pause, and a delay after connecting", async () => {
    const { bus } = await serve("tcp", (asked) => asked.socket.write(tcpFrame(asked.transaction, addressesOf(asked))));
    let from = performance.now();
    await read(bus, { connectDelayMs: 60 });
    expect(performance.now() - from).toBeGreaterThanOrEqual(59);
    from = performance.now();
    await read(bus, { connectDelayMs: 60, pauseMs: 30 });
    expect(performance.now() - from).toBeGreaterThanOrEqual(28);
  });

  test("a serial line is left in silence when the unit changes", async () => {
    const { bus } = await serve("rtu", (asked) => asked.socket.write(rtuFrame(addressesOf(asked))));
    await read(bus);
    const from = performance.now();
    await read(bus, { unit: 2 });
    expect(performance.now() - from).toBeGreaterThanOrEqual(98);
  });

  test("closing answers what is in flight and what waits", async () => {
    const { bus } = await serve("tcp", () => {});
    const inFlight = bus.read({ ...request, timeoutMs: 30_000 });
    const waiting = bus.read({ ...request, timeoutMs: 30_000 });
    while (bus.connections() === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    await bus.close();
    expect((await inFlight).kind).toBe("broken");
    expect(await waiting).toEqual({ kind: "unreachable", reason: "the bus is closed" });
    expect(await bus.read(request)).toEqual({ kind: "unreachable", reason: "the bus is closed" });
  });
});
