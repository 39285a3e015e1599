import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "../requirements.ts";
import type { Bench, BenchOptions, Line } from "./bench.ts";
import { loginsOf, planClients, runLoad, troubleOf } from "./generator.ts";
import { issueCredentials, startHubProcess } from "./hub-process.ts";
import type { LoadReport, LoadSpec } from "./load-process.ts";
import { percentileOf } from "./percentiles.ts";

const SOURCE = fileURLToPath(new URL("./slow-fsync.c", import.meta.url));
/** What a sync takes longer; the first is the slow card of the budget. */
const SLOWER_MS = [50, 10];
const CLIENTS = 100;
const IN_FLIGHT = 100;
const SHIPPED_WINDOW_MS = 1_000;
/** A page asks now and then; each answer is awaited before the next question. */
const ASK_EVERY_MS = 20;
const PER_SECOND = 10_000;
const API_P99_MS = 100;

export const slowSyncBench: Bench = {
  name: "slow-sync",
  about: "a card whose every sync takes longer (LD_PRELOAD), with pages that ask meanwhile",
  async run(options) {
    if (findProgram("gcc") === undefined) {
      options.note("needs gcc: left out");
      return [];
    }
    const library = join(options.cache, "slow-fsync.so");
    execFileSync("gcc", ["-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"]);
    const lines: Line[] = [];
    for (const slower of SLOWER_MS) lines.push(...(await measure(options, { slower, library })));
    return lines;
  },
};

async function measure(
  options: BenchOptions,
  { slower, library }: { readonly slower: number; readonly library: string },
): Promise<readonly Line[]> {
  const isJudged = slower === SLOWER_MS[0];
  const flood = await loadWithPages(options, { slower, library, pace: { kind: "as answered", inFlight: IN_FLIGHT } });
  const steady = await loadWithPages(options, { slower, library, pace: { kind: "steady", perSecond: PER_SECOND } });
  const name = `sync +${slower} ms`;
  return [
    {
      name: `${name}, ${CLIENTS} clients x ${IN_FLIGHT} in flight`,
      measured: (flood.report.acknowledged / flood.report.measuredMs) * 1_000,
      unit: "readings/s",
      ...(isJudged && { budget: { atLeast: PER_SECOND } }),
    },
    { name: `${name}, flooded: acknowledged p99`, measured: flood.report.latencyMs.p99, unit: "ms" },
    { name: `${name}, flooded: API p99`, measured: percentileOf(flood.answersMs, 0.99), unit: "ms" },
    { name: `${name}, ${PER_SECOND}/s: acknowledged p99`, measured: steady.report.latencyMs.p99, unit: "ms" },
    { name: `${name}, ${PER_SECOND}/s: API p50`, measured: percentileOf(steady.answersMs, 0.5), unit: "ms" },
    {
      name: `${name}, ${PER_SECOND}/s: API p99`,
      measured: percentileOf(steady.answersMs, 0.99),
      unit: "ms",
      ...(isJudged && { budget: { atMost: API_P99_MS } }),
    },
  ];
}

/** Load a hub on a slow card, and ask its API from here meanwhile. */
async function loadWithPages(
  options: BenchOptions,
  { slower, library, pace }: { readonly slower: number; readonly library: string; readonly pace: LoadSpec["pace"] },
): Promise<{ readonly report: LoadReport; readonly answersMs: readonly number[] }> {
  const data = mkdtempSync(join(options.folder, "slow-sync-"));
  const plan = planClients(CLIENTS);
  const logins = loginsOf(plan, await issueCredentials(data, plan));
  const hub = await startHubProcess({
    data,
    windowMs: SHIPPED_WINDOW_MS,
    environment: { LD_PRELOAD: library, MILLRACE_SLOW_FSYNC_MS: String(slower) },
    profiles: options.profiles,
  });
  try {
    let asking: ReturnType<typeof askUntilStopped> | undefined;
    let answered: Promise<readonly number[]> = Promise.resolve([]);
    const measureMs = options.quick ? 5_000 : 15_000;
    const load = { port: hub.mqttPort, logins, pace, warmMs: 2_000, measureMs, drainMs: 10_000 };
    const report = await runLoad(load, (phase) => {
      if (phase === "measuring") asking = askUntilStopped(hub.webUrl);
      else answered = asking?.stop() ?? answered;
    });
    const trouble = troubleOf(report);
    if (trouble !== undefined) options.note(`sync +${slower} ms, ${pace.kind}: ${trouble}`);
    return { report, answersMs: await answered };
  } finally {
    await hub.stop();
    rmSync(data, { recursive: true });
  }
}

/** Ask for health and the latest readings in turn; returns the time of each answer in ms when stopped. */
function askUntilStopped(webUrl: string): { stop(): Promise<readonly number[]> } {
  const times: number[] = [];
  let isStopped = false;
  const asked = (async () => {
    for (let turn = 0; !isStopped; turn += 1) {
      const before = performance.now();
      await answerOf(`${webUrl}/api/${turn % 2 === 0 ? "health" : "series/latest"}`);
      times.push(performance.now() - before);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    return times;
  })();
  return {
    stop() {
      isStopped = true;
      return asked;
    },
  };
}

function answerOf(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url}: ${response.statusCode}`));
      });
    }).on("error", reject);
  });
}
