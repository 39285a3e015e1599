import type { DeviceProfile } from "../../../decode/profiles/device-profile.ts";
import { HubError } from "../../../errors.ts";
import type { ModbusAddress } from "../../../members/device.ts";
import type { ScanFinding } from "../../../members/device-finder.ts";
import type { Bus } from "../bus.ts";
import type { BusAddress } from "../bus-address.ts";
import { type AskedUnit, askUnit, type ScanPace } from "./ask-unit.ts";
import { dropEchoes } from "./drop-echoes.ts";
import { findOutUnit, isPresent } from "./find-out-unit.ts";
import { badTarget } from "./plan-scan.ts";

/** One physical endpoint with the ways of speaking to it, likeliest first; the first at which anybody answers is the one. */
export interface Place {
  readonly addresses: readonly BusAddress[];
  readonly units: readonly number[];
}

export interface PlaceTools {
  /** @throws HubError DEVICE_INVALID for an endpoint that is in use with other settings */
  readonly openBus: (address: BusAddress) => Bus;
  readonly profiles: readonly DeviceProfile[];
  readonly paceOf: (address: BusAddress) => ScanPace;
  /** Told before each unit is asked. */
  readonly asking: (address: BusAddress, unit: number) => void;
  /** Told how many steps of the place are over. */
  readonly stepped: (steps: number) => void;
  readonly signal: AbortSignal;
}

/** Ids hardly anybody gives a unit; one that was not asked for tells whether a place answers for strangers. */
const STRANGERS = [213, 171, 94];

/**
 * Ask every unit of a place, one request at a time. Ends early, with what was found, when the scan is stopped or nothing
 * takes connections any more.
 * @throws HubError SCAN_TARGET_INVALID for a serial port that cannot be opened
 */
export async function scanPlace({ addresses, units }: Place, tools: PlaceTools): Promise<readonly ScanFinding[]> {
  let left = addresses.length * units.length;
  for (const address of addresses) {
    if (tools.signal.aborted) return [];
    const findings = await askUnits(address, units, tools);
    left -= units.length;
    if (findings.length === 0) continue;
    tools.stepped(left);
    return findings;
  }
  return [];
}

async function askUnits(
  address: BusAddress,
  units: readonly number[],
  { openBus, profiles, paceOf, asking, stepped, signal }: PlaceTools,
): Promise<readonly ScanFinding[]> {
  const bus = openUnlessTaken(openBus, address);
  if (bus === undefined) {
    stepped(units.length);
    return [];
  }
  // What is in flight is answered at once, so that nobody who stops a scan waits for a silent unit.
  const stop = (): void => void bus.close();
  signal.addEventListener("abort", stop);
  const pace = paceOf(address);
  const ask = (unit: number, timeoutMs: number): AskedUnit => askUnit(bus, unit, { ...pace, timeoutMs, signal });
  const findings: ScanFinding[] = [];
  let asked = 0;
  try {
    for (const unit of units) {
      asking(address, unit);
      const one = ask(unit, asked === 0 ? pace.firstTimeoutMs : pace.timeoutMs);
      const found = await findOutUnit(one, profiles);
      if (signal.aborted) break;
      asked += 1;
      stepped(1);
      if (found !== undefined) findings.push({ modbus: modbusAddressOf(address, unit), ...found });
      const reason = one.unreachable();
      if (reason === undefined) continue;
      if ("serial" in address) throw unusableLine(address.serial, reason);
      break;
    }
    // Those that are not asked any more count as asked.
    stepped(units.length - asked);
    if ("serial" in address || findings.length < 2) return findings;
    const stranger = STRANGERS.find((unit) => !units.includes(unit));
    const answersStrangers = stranger !== undefined && (await isPresent(ask(stranger, pace.timeoutMs)));
    return dropEchoes(findings, { answersStrangers });
  } finally {
    signal.removeEventListener("abort", stop);
    await bus.close();
  }
}

/** Undefined where devices that are polled share the endpoint with other settings: those are tried in their turn. */
function openUnlessTaken(openBus: PlaceTools["openBus"], address: BusAddress): Bus | undefined {
  try {
    return openBus(address);
  } catch (cause) {
    if (cause instanceof HubError && cause.code === "DEVICE_INVALID") return undefined;
    throw cause;
  }
}

function unusableLine(path: string, reason: string): HubError {
  return badTarget(
    `the serial port ${path} cannot be opened: ${reason}`,
    "Stop the program that uses it (devices of the running hub on this line are found already), or name another.",
  );
}

function modbusAddressOf(address: BusAddress, unit: number): ModbusAddress {
  if ("serial" in address) {
    const { serial, baud, parity, stopBits } = address;
    return { serial, baud, parity, stop_bits: stopBits, unit };
  }
  const { host, port, framing } = address;
  return { host, port, ...(framing === "rtu" && { framing }), unit };
}
