import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { serveModbusTcp } from "../../hub/demo/devices/modbus-server.ts";
import { registerImage } from "../../hub/demo/devices/register-image.ts";
import type { Bench } from "./bench.ts";
import { benchMeter, pointsOfBenchMeter } from "./modbus-meter.ts";
import { cpuMs, residentMb } from "./process-figures.ts";

const DEVICES = 50;
const PERIOD_S = 5;
/** Of one core, for asking, decoding and storing. */
const BUDGET_PERCENT = 10;
/** Connecting, compiling and the first polls are over by then. */
const SETTLE_MS = 8_000;
const HUB_SIDE = fileURLToPath(new URL("./modbus-process.ts", import.meta.url));

export const modbusBench: Bench = {
  name: "modbus",
  about: `${DEVICES} Modbus TCP devices of 60 registers every ${PERIOD_S} s; servers in another process`,
  async run({ quick, folder, profiles }) {
    const measureMs = (quick ? 2 : 6) * PERIOD_S * 1_000;
    const values = Object.fromEntries(Object.keys(benchMeter.points).map((key, index) => [key, 100.5 + index]));
    const image = registerImage(benchMeter, { values });
    const servers = await Promise.all(
      Array.from({ length: DEVICES }, () =>
        serveModbusTcp({ host: "127.0.0.1", port: 0, units: new Map([[benchMeter.unit, image]]) }),
      ),
    );
    const data = join(folder, "modbus");
    mkdirSync(data, { recursive: true });
    const hub = fork(HUB_SIDE, [data, ...servers.map(({ port }) => String(port))], {
      execArgv: profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`],
    });
    try {
      await once(hub, "message");
      await wait(SETTLE_MS);
      const pid = hub.pid ?? Number.NaN;
      const before = { cpu: cpuMs(pid), at: performance.now(), ...(await countsOf(hub)) };
      await wait(measureMs);
      const after = { cpu: cpuMs(pid), at: performance.now(), ...(await countsOf(hub)) };
      const tookMs = after.at - before.at;
      const readings = after.readings - before.readings;
      return [
        {
          name: `${DEVICES} Modbus TCP devices, 60 registers every ${PERIOD_S} s: CPU`,
          measured: (100 * (after.cpu - before.cpu)) / tookMs,
          unit: "% of a core",
          budget: { atMost: BUDGET_PERCENT },
        },
        {
          name: "  readings stored of those that were due",
          measured: (100 * readings) / ((DEVICES * pointsOfBenchMeter * tookMs) / (PERIOD_S * 1_000)),
          unit: "%",
        },
        { name: "  requests that failed", measured: after.failures, unit: "requests" },
        { name: "  memory", measured: residentMb(pid), unit: "MB" },
      ];
    } finally {
      const gone = once(hub, "exit");
      if (hub.connected) hub.disconnect();
      await gone;
      await Promise.all(servers.map((server) => server.close()));
    }
  },
};

async function countsOf(hub: ChildProcess): Promise<{ readonly readings: number; readonly failures: number }> {
  const answered = once(hub, "message");
  hub.send("counts");
  const [counts] = await answered;
  return counts as { readonly readings: number; readonly failures: number };
}
