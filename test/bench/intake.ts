import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Bench, BenchOptions, Budget, Line } from "./bench.ts";
import { syncMs } from "./disk-figures.ts";
import { loginsOf, planClients, runLoad, troubleOf } from "./generator.ts";
import { issueCredentials, startHubProcess, storedReadings } from "./hub-process.ts";
import type { LoadReport, LoadSpec } from "./load-process.ts";
import { cpuMs, peakResidentMb } from "./process-figures.ts";

/** Commit windows: shipped for a card, for an NVMe disk, and none, where commits follow each other. */
const SHIPPED_WINDOW_MS = 1_000;
const WINDOWS_MS = [SHIPPED_WINDOW_MS, 50, 0];
const CLIENTS = [1, 10, 100, 1_000];
/** Messages each client keeps in flight: a device that empties its spool. */
const IN_FLIGHT = 100;

const MANY_CLIENTS_PER_SECOND = 30_000;
const ONE_CLIENT_PER_SECOND = 25_000;
const CPU_US_A_READING = 35;
const STEADY_PER_SECOND = 500;
const STEADY_CLIENTS = 100;
const STEADY_CORE_PERCENT = 10;
const STEADY_BEYOND_WINDOW_MS = 10;

interface HubLoad {
  readonly report: LoadReport;
  readonly perSecond: number;
  readonly cpuUsAReading: number;
  /** CPU of the hub as a share of one core. */
  readonly coreShare: number;
  readonly peakMb: number;
}

export const intakeBench: Bench = {
  name: "intake",
  about: "MQTT QoS 1, one reading a message, acknowledged after the sync, by clients that send on when answered",
  async run(options) {
    const lines: Line[] = [];
    for (const windowMs of WINDOWS_MS) {
      for (const clients of options.quick ? [1, 100] : CLIENTS) {
        const pace = { kind: "as answered", inFlight: IN_FLIGHT } as const;
        const load = await loadHub(options, { windowMs, clients, pace, measureMs: options.quick ? 3_000 : 8_000 });
        lines.push(...linesOf(load, { windowMs, clients }));
      }
    }
    return lines;
  },
};

export const steadyBench: Bench = {
  name: "steady",
  about: `${STEADY_PER_SECOND} messages/s from ${STEADY_CLIENTS} clients: the hub of an ordinary day`,
  async run(options) {
    const lines: Line[] = [];
    for (const windowMs of [SHIPPED_WINDOW_MS, 50]) {
      const pace = { kind: "steady", perSecond: STEADY_PER_SECOND } as const;
      const measureMs = options.quick ? 8_000 : 30_000;
      const load = await loadHub(options, { windowMs, clients: STEADY_CLIENTS, pace, measureMs });
      const sync = syncMs(options.folder);
      const name = `steady ${STEADY_PER_SECOND}/s, window ${windowMs} ms`;
      lines.push(
        {
          name: `${name}: CPU`,
          measured: load.coreShare * 100,
          unit: "% of a core",
          budget: { atMost: STEADY_CORE_PERCENT },
        },
        { name: `${name}: acknowledged p50`, measured: load.report.latencyMs.p50, unit: "ms" },
        {
          name: `${name}: acknowledged p99`,
          measured: load.report.latencyMs.p99,
          unit: "ms",
          budget: { atMost: windowMs + STEADY_BEYOND_WINDOW_MS + sync },
        },
        { name: `${name}: acknowledged p99.9`, measured: load.report.latencyMs.p999, unit: "ms" },
      );
    }
    return lines;
  },
};

/** Start a hub in a new folder, load it, and stop it. */
async function loadHub(
  options: BenchOptions,
  load: Pick<LoadSpec, "pace" | "measureMs"> & { readonly windowMs: number; readonly clients: number },
): Promise<HubLoad> {
  const { windowMs, clients, pace, measureMs } = load;
  const data = mkdtempSync(join(options.folder, "intake-"));
  const plan = planClients(clients);
  const logins = loginsOf(plan, await issueCredentials(data, plan));
  const hub = await startHubProcess({ data, windowMs, profiles: options.profiles });
  try {
    let cpu = 0;
    const report = await runLoad(
      { port: hub.mqttPort, logins, pace, measureMs, warmMs: 2_000, drainMs: 10_000 },
      () => {
        cpu = cpuMs(hub.pid) - cpu;
      },
    );
    // "Acknowledged means stored": a figure of messages that are not there would be worth nothing.
    const missing = report.sent - report.unanswered - (await storedReadings(hub));
    const troubles = [troubleOf(report), missing > 0 && `${missing} acknowledged readings are not in the database`];
    for (const trouble of troubles) if (trouble) options.note(`${clients} clients, window ${windowMs} ms: ${trouble}`);
    return {
      report,
      perSecond: (report.acknowledged / report.measuredMs) * 1_000,
      cpuUsAReading: (cpu * 1_000) / report.acknowledged,
      coreShare: cpu / report.measuredMs,
      peakMb: peakResidentMb(hub.pid),
    };
  } finally {
    await hub.stop();
    rmSync(data, { recursive: true });
  }
}

function linesOf(
  load: HubLoad,
  { windowMs, clients }: { readonly windowMs: number; readonly clients: number },
): Line[] {
  const name = `${clients} ${clients === 1 ? "client" : "clients"} x ${IN_FLIGHT} in flight, window ${windowMs} ms`;
  const { p50, p99, p999 } = load.report.latencyMs;
  const speed = speedBudget({ windowMs, clients });
  return [
    { name, measured: load.perSecond, unit: "readings/s", ...(speed !== undefined && { budget: speed }) },
    {
      name: `${name}: CPU`,
      measured: load.cpuUsAReading,
      unit: "us/reading",
      ...(clients === 100 && { budget: { atMost: CPU_US_A_READING } }),
    },
    { name: `${name}: acknowledged p50`, measured: p50, unit: "ms" },
    { name: `${name}: acknowledged p99`, measured: p99, unit: "ms" },
    { name: `${name}: acknowledged p99.9`, measured: p999, unit: "ms" },
    { name: `${name}: memory at most`, measured: load.peakMb, unit: "MB" },
  ];
}

/** A hundred in flight of one client cannot fill a window, so its budget is for a hub without one. */
function speedBudget({
  windowMs,
  clients,
}: {
  readonly windowMs: number;
  readonly clients: number;
}): Budget | undefined {
  if (clients === 100) return { atLeast: MANY_CLIENTS_PER_SECOND };
  return clients === 1 && windowMs === 0 ? { atLeast: ONE_CLIENT_PER_SECOND } : undefined;
}
