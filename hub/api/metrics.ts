import { monitorEventLoopDelay } from "node:perf_hooks";
import type { FastifyPluginAsync } from "fastify";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { COMMITS_WATCHED } from "../series/series-store.ts";
import { type MetricRow, metricRows, type Scrape } from "./metric-rows.ts";
import type { Operation } from "./operation.ts";
import type { ApiPorts } from "./ports.ts";
import { watchProblems } from "./problems.ts";
import { watchQuarantine } from "./quarantine-size.ts";

/** From an NVMe disk's commit to a card that is about to give up, s. */
const COMMIT_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
/** A hold is the rest of a window and a commit: fine below the shipped window of 1 s, and past it. */
const HOLD_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 5, 10, 30, 60];
/** Commits are fetched before the store forgets them: it remembers 1,000, and makes 50 a second at most for long. */
const FETCH_COMMITS_MS = 10_000;
/** How finely the event loop is watched. */
const LOOP_RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

/** GET /metrics in Prometheus' text format, from a registry of this hub's own. */
export const metricsRoutes: FastifyPluginAsync<ApiPorts> = async (app, ports) => {
  const { operation, devices, series, clock } = ports;
  const registry = new Registry();
  const problemsOf = watchProblems(operation, devices, clock);
  const quarantine = watchQuarantine(series, () => performance.now());
  let scrape: Scrape | undefined;

  for (const row of metricRows) registerRow(registry, row, () => scrape);
  registerConstants(registry, ports);
  const stopLoop = registerLoopLag(registry);
  const fetchCommits = registerDurations(registry, operation);
  const timer = setInterval(fetchCommits, FETCH_COMMITS_MS).unref();
  app.addHook("onClose", async () => {
    clearInterval(timer);
    stopLoop();
  });

  app.get("/metrics", { config: { role: "steward" }, schema: { hide: true } }, async (_request, reply) => {
    const disk = await operation.disk();
    const { user, system } = process.cpuUsage();
    scrape = {
      operation,
      disk,
      counts: await series.counts(),
      quarantine: await quarantine(),
      problems: problemsOf(disk),
      cpu_seconds: (user + system) / 1e6,
      resident_bytes: process.memoryUsage.rss(),
    };
    fetchCommits();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
};

/** A metric whose values stand somewhere else: they are read at each scrape. */
function registerRow(registry: Registry, row: MetricRow, current: () => Scrape | undefined): void {
  const { name, help, label } = row;
  const options = { name, help, registers: [registry], labelNames: label === undefined ? [] : [label] };
  const setAll = (set: (labels: Record<string, string>, value: number) => void): void => {
    const scrape = current();
    const value = scrape && row.read(scrape);
    if (typeof value === "number") set({}, value);
    else if (value !== undefined && label !== undefined) {
      for (const [word, one] of Object.entries(value)) if (one !== undefined) set({ [label]: word }, one);
    }
  };
  if (row.type === "gauge") {
    new Gauge({
      ...options,
      collect() {
        // A metric without labels resets to 0, which would be a claim; what cannot be told is left out.
        this.reset();
        if (label === undefined) this.remove();
        setAll((labels, value) => this.set(labels, value));
      },
    });
    return;
  }
  new Counter({
    ...options,
    collect() {
      this.reset();
      if (label === undefined) this.remove();
      setAll((labels, value) => this.inc(labels, value));
    },
  });
}

function registerConstants(registry: Registry, { about }: ApiPorts): void {
  const build = { name: "millrace_build_info", help: "Always 1; the version is in the labels." };
  new Gauge({ ...build, labelNames: ["version", "node"], registers: [registry] }).set(
    { version: about.version, node: process.versions.node },
    1,
  );
  const start = { name: "millrace_start_time_seconds", help: "When the process started, seconds since 1970 UTC." };
  new Gauge({ ...start, registers: [registry] }).set(Math.round(performance.timeOrigin / 1000));
}

/** @returns how to stop watching the event loop */
function registerLoopLag(registry: Registry): () => void {
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  const lag = (nanoseconds: number): number => {
    return Math.max(0, nanoseconds / NANOSECONDS - LOOP_RESOLUTION_MS / 1000);
  };
  new Gauge({
    name: "millrace_event_loop_lag_seconds",
    help: "How late the event loop came to its work since the last scrape.",
    labelNames: ["quantile"],
    registers: [registry],
    collect() {
      if (loop.count > 0) {
        this.set({ quantile: "0.5" }, lag(loop.percentile(50)));
        this.set({ quantile: "0.99" }, lag(loop.percentile(99)));
        this.set({ quantile: "1" }, lag(loop.max));
      }
      loop.reset();
    },
  });
  return () => loop.disable();
}

/** @returns how to take over the durations of commits made since the last call */
function registerDurations(registry: Registry, operation: Operation): () => void {
  const held = new Histogram({
    name: "millrace_hold_seconds",
    help: "From asking the store until readings are on the disk: how long an acknowledgement is held.",
    buckets: HOLD_BUCKETS,
    registers: [registry],
  });
  operation.onHeld((seconds) => held.observe(seconds));
  const durations = new Histogram({
    name: "millrace_commit_seconds",
    help: "Duration of one commit with its sync.",
    buckets: COMMIT_BUCKETS,
    registers: [registry],
  });
  let seen = 0;
  return () => {
    const { commits, newest_commit_seconds } = operation.store();
    for (seen = Math.max(seen, commits - COMMITS_WATCHED); seen < commits; seen += 1) {
      const seconds = newest_commit_seconds[seen % COMMITS_WATCHED];
      if (seconds !== undefined) durations.observe(seconds);
    }
  };
}
