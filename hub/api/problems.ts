import type { DeviceWatch } from "../members/device-health.ts";
import type { Clock, EpochMs } from "../units.ts";
import { type DiskSpace, isNearlyFull } from "./disk-space.ts";
import type { Operation } from "./operation.ts";
import { measuredWear } from "./wear.ts";

/** What keeps the hub from its work, or soon will. Every code has its line in docs/metrics.md. */
export interface HealthProblem {
  readonly code:
    | "NOT_STORING"
    | "DISK_NEARLY_FULL"
    | "BROKER_DISCONNECTED"
    | "CLIENT_ID_SHARED"
    | "CARD_WEARS_FAST"
    | "CLOCK_UNKNOWN"
    | "DEVICES_SILENT";
  readonly message: string;
  /** What to do, one sentence. */
  readonly remedy: string;
  readonly since_ms: EpochMs;
}

type NewProblem = Omit<HealthProblem, "since_ms"> & { readonly since_ms?: EpochMs };

/** A card that would be worn out sooner is told of: nobody buys one every other year gladly. */
const SHORTEST_LIFE_YEARS = 2;
/** Silent devices named in one message; whoever has more sees them in the list of devices. */
const NAMED_DEVICES = 5;
/** Starting, and catching up after it, writes more than usual; a full hour has its sealing in it. */
const JUDGED_AFTER_S = 3_600;

/** Tells the problems of the moment; one that nobody else dates begins when it is first seen here. */
export function watchProblems(
  operation: Operation,
  devices: DeviceWatch,
  clock: Clock,
): (disk: DiskSpace | undefined) => readonly HealthProblem[] {
  let known = new Map<string, EpochMs>();
  return (disk) => {
    const found = [...findProblems(operation, disk), ...findSilentDevices(devices)];
    known = new Map(found.map(({ code, since_ms }) => [code, since_ms ?? known.get(code) ?? clock()]));
    return found.map((problem) => ({ ...problem, since_ms: known.get(problem.code) ?? clock() }));
  };
}

function findProblems(operation: Operation, disk: DiskSpace | undefined): readonly NewProblem[] {
  const problems: NewProblem[] = [];
  const broker = operation.broker()?.state();
  if (broker?.storing === false) {
    problems.push({
      code: "NOT_STORING",
      message: `readings do not reach the disk: ${broker.reason ?? "the store does not answer"}`,
      remedy: "Free space on the disk and check the card; devices keep their readings and send them again.",
      since_ms: broker.since_ms,
    });
  }
  if (disk !== undefined && isNearlyFull(disk)) {
    problems.push({
      code: "DISK_NEARLY_FULL",
      message: `only ${inMegabytes(disk.free)} of ${inMegabytes(disk.size)} are free on the disk of the data folder`,
      remedy: "Delete what does not belong to the hub, or move its data folder to a larger card.",
    });
  }
  const client = operation.brokerClient()?.state();
  if (client?.connected === false) {
    problems.push({
      code: "BROKER_DISCONNECTED",
      message: `the hub is not connected to the other broker: ${client.last_error ?? "no attempt has ended yet"}`,
      remedy: "Check that it runs, and broker_client in millrace.yaml; the hub goes on trying by itself.",
      since_ms: client.since,
    });
  }
  const clock = operation.clockTrust?.();
  if (clock !== undefined && clock.trust !== "known_good") {
    problems.push({
      code: "CLOCK_UNKNOWN",
      message: `the hub's clock is not known to be right: ${clock.reason}; readings it stamps are marked, and nothing is settled`,
      remedy:
        "Give the hub a network that reaches an NTP server, or a clock battery; docs/clock.md says what else helps.",
      since_ms: clock.since_ms,
    });
  }
  const shared = broker?.sharedClientIds ?? [];
  if (shared.length > 0) {
    problems.push({
      code: "CLIENT_ID_SHARED",
      message: `several devices use one MQTT client id: ${shared.map(({ client: id }) => id).join(", ")}`,
      remedy: "Give each device a client id of its own.",
    });
  }
  const wear = measuredWear(operation);
  if (wear !== null && wear.seconds >= JUDGED_AFTER_S && wear.years !== null && wear.years < SHORTEST_LIFE_YEARS) {
    problems.push({
      code: "CARD_WEARS_FAST",
      message: `at ${inMegabytes(wear.bytes_per_day)} a day the card lasts ${wear.years.toFixed(1)} years`,
      remedy: "Set a longer storage.commit_window_ms; storage.card_endurance_tb says what the card bears.",
    });
  }
  return problems;
}

function findSilentDevices(devices: DeviceWatch): readonly NewProblem[] {
  const silent = devices.health().filter(({ state }) => state === "penalised" || state === "unreachable");
  if (silent.length === 0) return [];
  const named = silent.slice(0, NAMED_DEVICES).map(({ device }) => device);
  const more = silent.length > named.length ? ` and ${silent.length - named.length} more` : "";
  return [
    {
      code: "DEVICES_SILENT",
      message: `devices do not answer: ${named.join(", ")}${more}`,
      remedy: "See what failed last at each device's page; check power, wiring and address. The hub goes on asking.",
    },
  ];
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
