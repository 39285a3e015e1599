import { setTimeout as wait } from "node:timers/promises";
import type { Table } from "../../../decode/profiles/device-profile.ts";
import type { Bus, BusAnswer } from "../bus.ts";

/** Registers of one table. */
export interface Registers {
  readonly table: Table;
  readonly start: number;
  readonly count: number;
}

/** One unit of a bus that is being found out about: each question is asked once, and a unit that fell silent no more. */
export interface AskedUnit {
  readonly unit: number;
  ask(registers: Registers): Promise<BusAnswer>;
  /** Why the bus itself cannot be reached; undefined while it can. */
  unreachable(): string | undefined;
}

export interface ScanPace {
  /** How long an answer is waited for. */
  readonly timeoutMs: number;
  /** The same for the first unit asked at a place: most places have just one, and some inverters think for seconds. */
  readonly firstTimeoutMs: number;
  /** Silence before each request. */
  readonly pauseMs: number;
  /** How long after connecting nothing is asked. */
  readonly connectDelayMs: number;
  /** How long after a connection was refused or cut the next one is tried. */
  readonly retryMs: number;
}

/** Slow gateways take a second; inverters with one slot for a connection want a moment before and after each. */
export const networkPace: ScanPace = {
  timeoutMs: 1_000,
  firstTimeoutMs: 5_000,
  pauseMs: 20,
  connectDelayMs: 1_000,
  retryMs: 1_000,
};
/** Behind a converter that passes frames on there is a serial line, and nobody who minds being asked at once. */
export const converterPace: ScanPace = { ...networkPace, firstTimeoutMs: networkPace.timeoutMs, connectDelayMs: 0 };
/** The shortest answer at 2400 baud takes 40 ms, and meters think for up to 200. */
export const serialPace: ScanPace = {
  timeoutMs: 350,
  firstTimeoutMs: 350,
  pauseMs: 50,
  connectDelayMs: 0,
  retryMs: 500,
};

/** Questions without an answer after which a unit is asked again what it answered before, and counts as gone if it does not. */
const DOUBTED_SILENCES = 3;

/** @param signal once aborted, nothing more is asked */
export function askUnit(
  bus: Bus,
  unit: number,
  {
    retryMs,
    signal,
    timeoutMs,
    pauseMs,
    connectDelayMs,
  }: Omit<ScanPace, "firstTimeoutMs"> & {
    readonly signal: AbortSignal;
  },
): AskedUnit {
  const pace = { timeoutMs, pauseMs, connectDelayMs };
  const answers = new Map<string, BusAnswer>();
  let answered: Registers | undefined;
  let silences = 0;
  let isGone = false;
  let newest: BusAnswer = { kind: "silence", reason: "not asked yet" };

  const read = async (registers: Registers): Promise<BusAnswer> => {
    const answer = await bus.read({ ...registers, ...pace, unit });
    if ((answer.kind !== "unreachable" && answer.kind !== "broken") || signal.aborted) return answer;
    // Devices with one slot for a connection refuse or cut the next one while the last is being cleared away.
    await wait(retryMs);
    return bus.read({ ...registers, ...pace, unit });
  };

  /** Some devices are silent where others refuse, so silence alone does not say that a unit is gone. */
  const count = async (registers: Registers): Promise<void> => {
    if (isAnswer(newest)) {
      answered = registers;
      silences = 0;
      return;
    }
    silences += 1;
    if (silences < DOUBTED_SILENCES) return;
    silences = 0;
    isGone = answered === undefined || !isAnswer(await read(answered));
  };

  return {
    unit,
    unreachable: () => (newest.kind === "unreachable" ? newest.reason : undefined),
    async ask(registers) {
      const { table, start, count: registersAsked } = registers;
      const question = `${table} ${start} ${registersAsked}`;
      const known = answers.get(question);
      if (known !== undefined) return known;
      if (signal.aborted) return { kind: "silence", reason: "the scan was stopped" };
      if (isGone) return { kind: "silence", reason: "the unit fell silent" };
      newest = await read({ table, start, count: registersAsked });
      answers.set(question, newest);
      const answer = newest;
      await count({ table, start, count: registersAsked });
      return answer;
    },
  };
}

/** Gateway path unavailable, and gateway target failed to respond (Modbus V1.1b3 section 7): the unit is not there. */
const GATEWAY_EXCEPTIONS = [10, 11];

/** True when the unit itself answered, if only to refuse. */
export function isAnswer(answer: BusAnswer): boolean {
  return answer.kind === "words" || (answer.kind === "exception" && !isGatewayException(answer));
}

export function isGatewayException(answer: BusAnswer): boolean {
  return answer.kind === "exception" && GATEWAY_EXCEPTIONS.includes(answer.code);
}
