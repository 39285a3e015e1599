import { HubError } from "../../errors.ts";
import type { Device } from "../../members/device.ts";
import type { TrialResult } from "../../members/device-trial.ts";
import type { ArrivalClock } from "../../series/watch-clock.ts";
import type { Clock } from "../../units.ts";
import type { Buses } from "./buses.ts";
import { createDevicePoller } from "./poll-device.ts";
import { remarkTrial } from "./remark-trial.ts";
import { type FindProfile, resolveDevice } from "./resolve-device.ts";

export interface TrialPorts {
  readonly buses: Buses;
  readonly findProfile: FindProfile;
  readonly clock: Clock;
  readonly arrive: ArrivalClock;
}

/**
 * One answer is lost now and then on any bus; a second try tells a lost answer from a silent device. A SunSpec map may begin
 * at three places, and each try begins at another.
 */
const TRIES = 3;

/**
 * Ask a device for everything once, on the bus it shares with devices that are polled. Nothing is stored.
 * @throws HubError DEVICE_INVALID for a document that cannot work, DEVICE_SILENT when nothing answers; what the signal
 *         was aborted with
 */
export async function tryDevice(device: Device, ports: TrialPorts, signal?: AbortSignal): Promise<TrialResult> {
  const { buses, findProfile, clock, arrive } = ports;
  const resolved = resolveDevice(device, findProfile);
  const shared = buses.share(resolved.address);
  const bus: typeof shared = {
    ...shared,
    async read(request) {
      signal?.throwIfAborted();
      return shared.read(request);
    },
  };
  let reason = "it does not answer";
  const complain = (why: string): void => {
    reason = why;
  };
  const poller = createDevicePoller(resolved, { bus, arrive, clock, complain });
  try {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const { arrived, outcome } = await poller.poll(["counter", "gauge"]);
      if (outcome !== "answered") continue;
      const readings = arrived.flatMap((each) => each.readings);
      const { rated_w, identity, lacking } = poller.health();
      const ratedW = rated_w ?? device.rated_w ?? null;
      const strangers = poller.introduction()?.remarks ?? [];
      const remarks = [...strangers, ...remarkTrial(readings, { ratedW, lacking })];
      return { identity, rated_w: ratedW, readings, remarks };
    }
  } finally {
    await bus.close();
  }
  throw new HubError("DEVICE_SILENT", `device ${device.id} gave no values: ${reason}`, {
    remedy: "Check power, wiring, address, unit id and the settings of the serial line.",
    retryable: true,
  });
}
