import type { RequestLimits } from "../../decode/profiles/device-profile.ts";
import type { Clock } from "../../units.ts";
import { type Bus, type BusAnswer, ILLEGAL_ADDRESS, ILLEGAL_VALUE } from "./bus.ts";
import type { DeviceRecord } from "./device-record.ts";
import type { AskDevice } from "./introduce-device.ts";

/** The requests of one poll of one device. It ends at the first silence: whatever is asked after that costs nobody time. */
export interface DeviceTalk {
  /** After the talk has ended it answers by itself, as the device last did. */
  readonly ask: AskDevice;
  /** Take up a talk that ended although the device had answered: a silence may mean that there is nothing at that address. */
  goOn(): void;
  outcome(): TalkOutcome;
}

export type TalkOutcome = "unasked" | "answered" | "silent" | "unreachable";

export interface TalkPorts {
  readonly bus: Bus;
  readonly unit: number;
  readonly limits: RequestLimits;
  readonly record: DeviceRecord;
  readonly clock: Clock;
  /** Told why a request failed. */
  readonly complain: (reason: string) => void;
}

/** A gateway's words for "the device behind me is silent" (Modbus V1.1b3 section 7): it has waited for us. */
const GATEWAY_SILENCES = [10, 11];
/** Broken answers that one poll bears: noise spoils one, a device that drops every connection spoils all. */
const MOST_BROKEN = 2;

export function openTalk({ bus, unit, limits, record, clock, complain }: TalkPorts): DeviceTalk {
  const { timeoutMs, pauseMs, connectDelayMs } = limits;
  let outcome: TalkOutcome = "unasked";
  let ended: BusAnswer | undefined;
  let broken = 0;

  const fail = (reason: string, by: "device" | "silence"): void => {
    record.failed(reason, by);
    complain(reason);
  };
  const judge = (answer: BusAnswer): void => {
    if (answer.kind === "words" || isIllegal(answer)) {
      outcome = "answered";
      record.answered(clock());
    } else if (answer.kind === "exception") {
      const isGateway = GATEWAY_SILENCES.includes(answer.code);
      if (isGateway) ended = answer;
      if (!isGateway) outcome = "answered";
      else if (outcome === "unasked") outcome = "silent";
      fail(describeException(answer.code), isGateway ? "silence" : "device");
    } else {
      if (answer.kind === "broken") broken += 1;
      if (answer.kind !== "broken" || broken >= MOST_BROKEN) ended = answer;
      if (outcome !== "answered") outcome = answer.kind === "unreachable" ? "unreachable" : "silent";
      fail(answer.reason, "silence");
    }
  };
  return {
    async ask({ table, start, count }) {
      if (ended !== undefined) return ended;
      const answer = await bus.read({ unit, table, start, count, timeoutMs, pauseMs, connectDelayMs });
      judge(answer);
      return answer;
    },
    goOn() {
      if (outcome === "answered" && ended?.kind === "silence") ended = undefined;
    },
    outcome: () => outcome,
  };
}

/** The device says that it does not have these registers, or not so many at once. */
export function isIllegal(answer: BusAnswer): boolean {
  return answer.kind === "exception" && (answer.code === ILLEGAL_ADDRESS || answer.code === ILLEGAL_VALUE);
}

/** Modbus V1.1b3 section 7. */
const exceptions: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal data address",
  3: "illegal data value",
  4: "device failure",
  5: "it needs more time",
  6: "it is busy",
  8: "memory parity error",
  10: "the gateway has no path to it",
  11: "it does not answer the gateway",
};

function describeException(code: number): string {
  return `Modbus exception ${code}: ${exceptions[code] ?? "unknown"}`;
}
