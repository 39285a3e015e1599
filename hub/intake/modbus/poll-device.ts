import type { DecodedPoint } from "../../decode/registers/register-block.ts";
import { turnFlow } from "../../decode/registers/turn-flow.ts";
import { hasIdentityChanged } from "../../decode/sunspec/common-model.ts";
import type { DeviceHealth } from "../../members/device-health.ts";
import { type Reading, SeriesKey } from "../../reading.ts";
import type { Arrival, ArrivalClock } from "../../series/watch-clock.ts";
import { type Clock, DAY, MINUTE } from "../../units.ts";
import { type BlockPlan, createBlockPlan, type PlannedBlock } from "./block-plan.ts";
import { createDeviceRecord } from "./device-record.ts";
import { type DeviceTalk, isIllegal, openTalk, type TalkOutcome } from "./device-talk.ts";
import { rareFailures } from "./failed-readings.ts";
import { type Introduction, introduceDevice, readIdentity } from "./introduce-device.ts";
import type { ArrivedReadings } from "./keep-readings.ts";
import type { ConnectedBus } from "./open-bus.ts";
import { afterSilence, mayAsk, noPenalty } from "./penalty.ts";
import type { PollGroup } from "./poll-schedule.ts";
import type { ResolvedDevice } from "./resolve-device.ts";

/** One device on its bus: who it is, what it has, and how it fares. */
export interface DevicePoller {
  /**
   * Read these groups once, unless the device rests for its silence. Never rejects for what a device does: a block that
   * could not be read gives readings that say so.
   */
  poll(groups: readonly PollGroup[]): Promise<PollResult>;
  health(): DeviceHealth;
  /** What it said of itself; undefined until it did. */
  introduction(): Introduction | undefined;
}

export interface PollResult {
  readonly arrived: readonly ArrivedReadings[];
  /** `unasked` while it rests. */
  readonly outcome: TalkOutcome;
}

export interface PollerPorts {
  readonly bus: ConnectedBus;
  readonly arrive: ArrivalClock;
  readonly clock: Clock;
  /** Told what is wrong, as often as it is. */
  readonly complain: (reason: string) => void;
  /** Ms, for rests and for asking again; `performance.now` without it. */
  readonly monotonic?: () => number;
}

/** After a connection was made anew another device may be at its end; it is asked at most this often who it is. */
const ASK_WHO_EVERY_MS = 10 * MINUTE;
/** And once a day in any case: firmware is updated without a connection being lost. */
const ASK_WHO_AFTER_MS = DAY;
/** A register at an interval's end is worth more when it is read close to it. */
const GROUP_ORDER: readonly PollGroup[] = ["counter", "gauge"];

export function createDevicePoller(resolved: ResolvedDevice, ports: PollerPorts): DevicePoller {
  const { device, profile, unit, limits } = resolved;
  const { bus, arrive, clock, complain, monotonic = () => performance.now() } = ports;
  const record = createDeviceRecord(device.id, clock);
  const noteFailure = rareFailures();
  // A SunSpec device has no blocks before it has listed its models.
  let plan: BlockPlan | undefined = profile.protocol === "registers" ? createBlockPlan(profile) : undefined;
  let who: Introduction | undefined;
  let attempts = 0;
  let askedWho = { at: Number.NEGATIVE_INFINITY, connections: 0 };
  let penalty = noPenalty;

  const takeUp = (introduction: Introduction): void => {
    who = introduction;
    plan = createBlockPlan(introduction.profile);
    record.introduced({ identity: who.identity, rated_w: who.ratedW ?? device.rated_w ?? null });
    for (const remark of who.remarks) complain(remark);
  };
  /** Make sure who is there. @returns why the poll makes no sense, or undefined */
  const meet = async (talk: DeviceTalk): Promise<string | undefined> => {
    const now = monotonic();
    const connections = bus.connections();
    if (who !== undefined) {
      const age = now - askedWho.at;
      const mayTellMore = !who.isComplete || connections !== askedWho.connections;
      if (age < (mayTellMore ? ASK_WHO_EVERY_MS : ASK_WHO_AFTER_MS)) return undefined;
      const identity = await readIdentity(who.profile, talk.ask);
      if (identity === undefined) return "it does not say who it is";
      if (who.isComplete && !hasIdentityChanged(who.identity, identity)) {
        plan?.askAllAgain();
        askedWho = { at: now, connections };
        return undefined;
      }
    }
    const met = await introduceDevice(profile, talk, attempts);
    attempts = "outcome" in met ? attempts + 1 : 0;
    if ("outcome" in met) return met.reason;
    takeUp(met);
    askedWho = { at: now, connections: bus.connections() };
    return undefined;
  };

  const take = (readings: readonly Reading[], { doubt }: Arrival): ArrivedReadings => {
    const turned = device.turned === true ? turnFlow(readings) : readings;
    return { readings: doubt === undefined ? turned : turned.map((each) => ({ ...each, isClockUnsure: true })), doubt };
  };
  const readingsOf = (decoded: readonly DecodedPoint[], arrival: Arrival): ArrivedReadings =>
    take(
      decoded.map(({ key, outcome, value }) => ({
        series: SeriesKey(`${device.id}/${key}`),
        at: arrival.at,
        stampedBy: "arrival",
        outcome,
        value,
      })),
      arrival,
    );
  const failuresOf = (blocks: readonly PlannedBlock[]): ArrivedReadings => {
    const arrival = arrive();
    return take(
      blocks.flatMap(({ block }) => noteFailure(device.id, block, arrival.at)),
      arrival,
    );
  };

  const readBlocks = async (talk: DeviceTalk, own: BlockPlan, groups: readonly PollGroup[]) => {
    const arrived: ArrivedReadings[] = [];
    const failed: PlannedBlock[] = [];
    const left = blocksOf(own, groups, monotonic());
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const answer = await talk.ask(next.block);
      if (answer.kind === "words") {
        const arrival = arrive();
        own.accept(next);
        arrived.push(readingsOf(next.decode(answer.bytes), arrival));
      } else if (isIllegal(answer)) {
        const instead = own.refuse(next, monotonic());
        if (instead === "failed") failed.push(next);
        else left.unshift(...instead);
      } else failed.push(next);
    }
    return { arrived, failed };
  };

  /** What the talk came to, for the device's rest and for those who look at it. */
  const conclude = (outcome: TalkOutcome): void => {
    if (outcome === "answered") {
      penalty = noPenalty;
      record.settle("answering");
    } else if (outcome === "unreachable") {
      // Its bus already tries more and more seldom, and is back for all devices at once.
      record.settle("unreachable");
    } else if (outcome === "silent") {
      penalty = afterSilence(penalty, monotonic());
      if (!mayAsk(penalty, monotonic())) record.settle("penalised");
    }
  };

  return {
    async poll(groups) {
      if (!mayAsk(penalty, monotonic())) return { arrived: [], outcome: "unasked" };
      const talk = openTalk({ bus, unit, limits, record, clock, complain });
      const stranger = await meet(talk);
      if (plan === undefined || stranger !== undefined) {
        if (stranger !== undefined) complain(stranger);
        // A device that answers and is none of its kind is no better than a silent one.
        const outcome = talk.outcome() === "unreachable" ? "unreachable" : "silent";
        conclude(outcome);
        return { arrived: plan === undefined ? [] : [failuresOf(blocksOf(plan, groups, monotonic()))], outcome };
      }
      const { arrived, failed } = await readBlocks(talk, plan, groups);
      if (blocksOf(plan, GROUP_ORDER, monotonic()).length === 0) {
        complain("it has none of the registers of its profile");
        plan.askAllAgain();
        conclude("silent");
        return { arrived: [...arrived, failuresOf(failed)], outcome: "silent" };
      }
      const outcome = talk.outcome();
      conclude(outcome);
      return { arrived: failed.length === 0 ? arrived : [...arrived, failuresOf(failed)], outcome };
    },
    health: () => record.health(plan?.lacking() ?? []),
    introduction: () => who,
  };
}

function blocksOf(plan: BlockPlan, groups: readonly PollGroup[], now: number): PlannedBlock[] {
  return GROUP_ORDER.filter((group) => groups.includes(group)).flatMap((group) => [...plan.blocksOf(group, now)]);
}
