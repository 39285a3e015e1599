import type { Clock } from "../../units.ts";
import type { ArrivedReadings, ReadingKeeper } from "./keep-readings.ts";
import type { DevicePoller } from "./poll-device.ts";
import { afterPoll, dueGroups, type PolledSlots, type PollPeriods, waitFor } from "./poll-schedule.ts";

export interface PollLoop {
  /** Resolves when no poll is under way any more and what it read is stored. */
  stop(): Promise<void>;
}

export interface PollLoopPorts {
  readonly clock: Clock;
  readonly timeSpeed: number;
  readonly keeper: ReadingKeeper;
  /** Told when a poll broke down, which no device can cause. */
  readonly complain: (reason: string) => void;
}

/**
 * Poll one device in its slots for as long as it is wanted. A poll is done when its readings are stored, or wait in the
 * backlog of a store that fails; the next one begins after that.
 */
export function startPollLoop(poller: DevicePoller, periods: PollPeriods, ports: PollLoopPorts): PollLoop {
  const { clock, timeSpeed, keeper, complain } = ports;
  let polled: PolledSlots = {};
  let stored: Promise<void> = Promise.resolve();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let step: Promise<void> = Promise.resolve();

  const pollOnce = async (): Promise<void> => {
    await stored;
    const now = clock();
    const due = dueGroups(now, periods, polled);
    if (due.length === 0) return;
    polled = afterPoll(polled, due, now, periods);
    const { arrived } = await poller.poll(due);
    stored = keeper.keep(isStopped ? arrived.map(withoutFailures) : arrived);
  };
  const run = (): void => {
    step = pollOnce()
      .catch((cause: unknown) => complain(`the poll broke down: ${String(cause)}`))
      .finally(() => {
        if (!isStopped) timer = setTimeout(run, waitFor(clock(), periods, timeSpeed));
      });
  };
  run();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await step;
      await stored;
    },
  };
}

/** A read that we broke off ourselves says nothing of the device. */
function withoutFailures({ readings, doubt }: ArrivedReadings): ArrivedReadings {
  return { readings: readings.filter(({ outcome }) => outcome !== "read_failed"), doubt };
}
