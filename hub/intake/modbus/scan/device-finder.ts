import { accessSync, constants, statSync } from "node:fs";
import type { DeviceProfile } from "../../../decode/profiles/device-profile.ts";
import { HubError } from "../../../errors.ts";
import type { DeviceFinder, ScanFinding } from "../../../members/device-finder.ts";
import type { Bus } from "../bus.ts";
import type { BusAddress } from "../bus-address.ts";
import { converterPace, networkPace, type ScanPace, serialPace } from "./ask-unit.ts";
import { findOpenPorts, type OpenPort } from "./find-open-ports.ts";
import { listSerialPorts } from "./list-serial-ports.ts";
import { badTarget, planScan, type ScanPlan } from "./plan-scan.ts";
import { type Place, scanPlace } from "./scan-place.ts";

export interface FinderOptions {
  /** A bus of its own, or a part in the one that polled devices share; see PlaceTools. */
  readonly openBus: (address: BusAddress) => Bus;
  /** Kinds of devices that may be found, in the order they are tried. */
  readonly profiles: readonly DeviceProfile[];
  /** How long answers are waited for, where not as in ask-unit.ts. */
  readonly pace?: Partial<ScanPace>;
}

/** Endpoints asked at once, each on a host or line of its own: one request at a time on each of them. */
const PLACES_AT_ONCE = 4;
/** A scan that takes longer stops with what it found: a whole /22 takes twenty minutes, a slow serial line five. */
const LONGEST_SCAN_MS = 3_600_000;

/**
 * Looks for devices on the networks and serial lines it is told, politely, one scan at a time: first for hosts that take
 * connections, a few at once, then for units that answer, one request at a time on each endpoint.
 */
export function createDeviceFinder({ openBus, profiles, pace = {} }: FinderOptions): DeviceFinder {
  let isScanning = false;
  const paceOf = (address: BusAddress): ScanPace => {
    if ("serial" in address) return { ...serialPace, ...pace };
    return { ...(address.framing === "rtu" ? converterPace : networkPace), ...pace };
  };

  const scan: DeviceFinder["scan"] = async (request, hear, given) => {
    if (isScanning) {
      throw new HubError("SCAN_RUNNING", "a scan is under way", {
        remedy: "Wait for it, or stop it.",
        retryable: true,
      });
    }
    const plan = planScan(
      request,
      profiles.map(({ unit }) => unit),
    );
    for (const { path } of plan.lines) refuseUnusablePort(path);
    isScanning = true;
    const limit = AbortSignal.timeout(LONGEST_SCAN_MS);
    const signal = given === undefined ? limit : AbortSignal.any([given, limit]);
    try {
      return await run(plan, hear, signal);
    } finally {
      isScanning = false;
    }
  };

  const run = async (
    plan: ScanPlan,
    hear: Parameters<DeviceFinder["scan"]>[1],
    signal: AbortSignal,
  ): Promise<readonly ScanFinding[]> => {
    const lines = linesOf(plan);
    let done = 0;
    let total = plan.hosts.length * plan.ports.length + stepsOf(lines);
    let at = "";
    const move = (steps: number): void => {
      done += steps;
      hear.progress({ done, total, at });
    };
    move(0);
    const open = await findOpenPorts(plan.hosts, plan.ports, {
      knocked({ host, port }) {
        at = `${host}:${port}`;
        move(1);
      },
      signal,
    });
    const network = open.map((place) => networkPlaceOf(place, plan));
    total += stepsOf(network);
    const places = [...network, ...lines];
    const found: (readonly ScanFinding[])[] = places.map(() => []);
    // Places of one host or one line wait for each other.
    const turns = [...Map.groupBy(places.entries(), ([, place]) => endpointOf(place)).values()];
    const worker = async (): Promise<void> => {
      for (let turn = turns.shift(); turn !== undefined && !signal.aborted; turn = turns.shift()) {
        for (const [index, place] of turn) {
          const findings = await scanPlace(place, {
            openBus,
            profiles,
            paceOf,
            signal,
            stepped: move,
            asking(address, unit) {
              at = `${describePlace(address)} unit ${unit}`;
              move(0);
            },
          });
          found[index] = findings;
          for (const finding of findings) hear.found(finding);
        }
      }
    };
    await Promise.all(Array.from({ length: PLACES_AT_ONCE }, worker));
    return found.flat();
  };

  return { scan, serialPorts: listSerialPorts };
}

/** A converter that passes frames on as they are looks like any other open port, so both framings are tried. */
function networkPlaceOf({ host, port }: OpenPort, { networkUnits }: ScanPlan): Place {
  return {
    addresses: [
      { host, port, framing: "tcp" },
      { host, port, framing: "rtu" },
    ],
    units: networkUnits,
  };
}

function linesOf({ lines, serialUnits }: ScanPlan): readonly Place[] {
  const byPath = Map.groupBy(lines, ({ path }) => path);
  return [...byPath].map(([serial, settings]) => ({
    addresses: settings.map(({ baud, parity }) => ({ serial, baud, parity, stopBits: 1 as const })),
    units: serialUnits,
  }));
}

function endpointOf({ addresses: [address] }: Place): string {
  if (address === undefined) return "";
  return "serial" in address ? address.serial : address.host;
}

function describePlace(address: BusAddress): string {
  if ("serial" in address) return `${address.serial} at ${address.baud} baud, parity ${address.parity},`;
  return `${address.host}:${address.port}${address.framing === "rtu" ? " with RTU frames" : ""}`;
}

const stepsOf = (places: readonly Place[]): number =>
  places.reduce((sum, { addresses, units }) => sum + addresses.length * units.length, 0);

function refuseUnusablePort(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    if (!statSync(path).isCharacterDevice()) throw new Error("it is no device");
  } catch (cause) {
    throw badTarget(
      `the serial port ${path} cannot be used`,
      "Plug the converter in, name a port that millrace scan lists, and see that this user is in the group dialout.",
      cause,
    );
  }
}
