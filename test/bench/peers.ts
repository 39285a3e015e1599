import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../requirements.ts";
import type { Bench, BenchOptions, Line } from "./bench.ts";
import { loginsOf, planClients } from "./generator.ts";
import { issueCredentials, startHubProcess, storedReadings } from "./hub-process.ts";
import type { IntakeTarget } from "./intake-target.ts";
import { installNodeRed, startNodeRedPeer } from "./node-red-peer.ts";
import { startSubscriberPeer } from "./subscriber-peer.ts";
import { findSustainedRate, type RateTrial, tryRate } from "./sustained-rate.ts";

const CLIENTS = 100;
const SHIPPED_WINDOW_MS = 1_000;
/** The search begins here, near what each is known to keep up with. */
const FROM_PER_SECOND = { hub: 16_000, subscriber: 8_000, nodeRed: { "each insert": 500, "at checkpoints": 4_000 } };
const TIMES_NODE_RED = 8;
const CPU_SHARE_OF_NODE_RED = 1 / 5;

export const peersBench: Bench = {
  name: "peers",
  about: "the highest steady rate that is stored as fast as it comes, beside what a user would pick instead",
  async run(options) {
    if (findProgram("mosquitto") === undefined) {
      options.note("needs mosquitto: left out");
      return [];
    }
    const hub = await search(options, startHubTarget, FROM_PER_SECOND.hub);
    const subscriber = { name: "mosquitto + Node subscriber", from: FROM_PER_SECOND.subscriber, hub };
    const start = (folder: string) => startSubscriberPeer(folder, CLIENTS);
    const lines = [...linesOf("hub", hub), ...(await compare(options, { ...subscriber, start }))];
    const installed = tryInstall(options);
    if (installed === undefined) return lines;
    for (const syncs of ["each insert", "at checkpoints"] as const) {
      const peer = {
        name: `mosquitto + Node-RED, synced ${syncs}`,
        start: (folder: string) => startNodeRedPeer(folder, { installed, clients: CLIENTS, syncs }),
        from: FROM_PER_SECOND.nodeRed[syncs],
        hub,
        judged: { times: TIMES_NODE_RED, cpuShare: CPU_SHARE_OF_NODE_RED },
      };
      lines.push(...(await compare(options, peer)));
    }
    return lines;
  },
};

type Start = (folder: string, options: BenchOptions) => Promise<IntakeTarget>;

/** A peer's own figures, and the hub's beside them: its rate, and its CPU at the peer's rate. */
async function compare(
  options: BenchOptions,
  peer: {
    readonly start: Start;
    readonly from: number;
    readonly name: string;
    readonly hub: RateTrial;
    readonly judged?: { readonly times: number; readonly cpuShare: number };
  },
): Promise<readonly Line[]> {
  const { name, judged } = peer;
  const found = await search(options, peer.start, peer.from);
  const beside = await withTarget(options, startHubTarget, async (hub) => {
    // The peer is warm from its search, so the hub is warmed too.
    await tryRate(hub, FROM_PER_SECOND.hub / 2, trialMs(options));
    return tryRate(hub, found.perSecond, trialMs(options));
  });
  return [
    ...linesOf(name, found),
    {
      name: `hub's rate / ${name}'s`,
      measured: peer.hub.perSecond / found.perSecond,
      unit: "x",
      ...(judged !== undefined && { budget: { atLeast: judged.times } }),
    },
    { name: `hub's CPU at ${found.perSecond}/s`, measured: beside.cpuUsAMessage, unit: "us/message" },
    {
      name: `hub's CPU / ${name}'s, both at ${found.perSecond}/s`,
      measured: beside.cpuUsAMessage / found.cpuUsAMessage,
      unit: "x",
      ...(judged !== undefined && { budget: { atMost: judged.cpuShare } }),
    },
  ];
}

function linesOf(name: string, found: RateTrial): readonly Line[] {
  return [
    { name: `${name}: sustained`, measured: found.perSecond, unit: "messages/s" },
    { name: `${name}: CPU of all its processes at that rate`, measured: found.cpuUsAMessage, unit: "us/message" },
  ];
}

function search(options: BenchOptions, start: Start, from: number): Promise<RateTrial> {
  const lengthMs = trialMs(options);
  return withTarget(options, start, (target) => findSustainedRate(target, { from, lengthMs, note: options.note }));
}

function trialMs({ quick }: BenchOptions): number {
  return quick ? 4_000 : 8_000;
}

async function withTarget<T>(
  options: BenchOptions,
  start: Start,
  work: (target: IntakeTarget) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(options.folder, "peers-"));
  const target = await start(folder, options);
  try {
    return await work(target);
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The hub as it is shipped: the window of a card, each reading synced before it is acknowledged. */
async function startHubTarget(folder: string, options: BenchOptions): Promise<IntakeTarget> {
  const plan = planClients(CLIENTS);
  const logins = loginsOf(plan, await issueCredentials(folder, plan));
  const hub = await startHubProcess({ data: folder, windowMs: SHIPPED_WINDOW_MS, profiles: options.profiles });
  return {
    name: "hub",
    port: hub.mqttPort,
    logins,
    pids: [hub.pid],
    storedMessages: () => storedReadings(hub),
    stop: () => hub.stop(),
  };
}

function tryInstall(options: BenchOptions): string | undefined {
  try {
    return installNodeRed(options.cache, options.note);
  } catch (cause) {
    options.note(
      `Node-RED could not be installed, left out: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
    return undefined;
  }
}
