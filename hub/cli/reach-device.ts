import type { Config } from "../config/schema.ts";
import { findProfile } from "../decode/profiles/catalogue.ts";
import { type ErrorCode, errorCodes, HubError } from "../errors.ts";
import { createBuses } from "../intake/modbus/buses.ts";
import { tryDevice } from "../intake/modbus/try-device.ts";
import type { DeviceTrial, TrialResult } from "../members/device-trial.ts";
import { SeriesKey } from "../reading.ts";
import { trustedArrivals } from "../series/watch-clock.ts";
import { findHub } from "../store/running-hub.ts";
import { EpochMs, systemClock } from "../units.ts";
import { isHubRunning } from "./check-databases.ts";
import { type AskedHub, postToHub } from "./post-to-hub.ts";

/**
 * Whoever can ask devices: the hub that runs in this folder, which may hold their serial line or their only connection,
 * else this process.
 */
export function reachDevices({ data }: Config): DeviceTrial {
  const url = isHubRunning(data) ? findHub(data)?.web?.url : undefined;
  return url === undefined ? { tryDevice: tryHere } : { tryDevice: (device) => askHub({ url, data }, device) };
}

const tryHere: DeviceTrial["tryDevice"] = async (device, signal) => {
  const buses = createBuses();
  const arrive = trustedArrivals(systemClock);
  try {
    return await tryDevice(device, { buses, findProfile, clock: systemClock, arrive }, signal);
  } finally {
    await buses.close();
  }
};

/** A trial as the API answers it. */
interface TrialAnswer extends Omit<TrialResult, "readings"> {
  readonly readings: readonly {
    readonly series: string;
    readonly at_ms: number;
    readonly value: number | null;
    readonly outcome: "value" | "not_available" | "read_failed";
    readonly stamped_by: "device" | "arrival";
  }[];
}

async function askHub(hub: AskedHub, device: Parameters<DeviceTrial["tryDevice"]>[0]): Promise<TrialResult> {
  const reply = await postToHub(hub, "/api/devices/try", device);
  if (!reply.ok) throw asHubError(await reply.json());
  const { readings, ...rest } = (await reply.json()) as TrialAnswer;
  return {
    ...rest,
    readings: readings.map(({ series, at_ms, stamped_by, ...what }) => ({
      ...what,
      series: SeriesKey(series),
      at: EpochMs(at_ms),
      stampedBy: stamped_by,
    })),
  };
}

/** The hub's own fault, told here as it would be there. */
function asHubError(problem: unknown): HubError {
  const { code, message, remedy } = problem as Readonly<Record<string, string | undefined>>;
  const known = code !== undefined && Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : "INTERNAL";
  return new HubError(known, message ?? "the running hub could not answer", { remedy: remedy ?? "See the hub's log." });
}
