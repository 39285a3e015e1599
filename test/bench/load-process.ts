import { setTimeout as wait } from "node:timers/promises";
import { connectClient, type LoadClient, type LoadLogin } from "./load-client.ts";
import { percentileOf } from "./percentiles.ts";

/** The load generator's own process; `runLoad` starts it, hands it a LoadSpec and hears LoadEvents. */

export interface LoadSpec {
  readonly port: number;
  readonly logins: readonly LoadLogin[];
  /**
   * "as answered": each client keeps this many messages in flight, and sends the next when one is acknowledged.
   * "steady": so many messages a second over all clients, whatever is acknowledged.
   */
  readonly pace:
    | { readonly kind: "as answered"; readonly inFlight: number }
    | { readonly kind: "steady"; readonly perSecond: number };
  readonly warmMs: number;
  readonly measureMs: number;
  /** How long after the end acknowledgements are awaited. */
  readonly drainMs: number;
}

export interface LoadReport {
  /** Messages sent in all, warm-up included. */
  readonly sent: number;
  /** Acknowledged while it was measured, and how long that was. */
  readonly acknowledged: number;
  readonly measuredMs: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number; readonly worst: number };
  /** From the last message to the last acknowledgement, or the whole drain. */
  readonly drainedMs: number;
  /** Still without an acknowledgement when the drain was over. */
  readonly unanswered: number;
  readonly lostConnections: number;
  /** CPU share of one core the generator itself took: near 1 it bounds the result. */
  readonly generatorShare: number;
}

export type LoadEvent =
  | { readonly name: "measuring" | "measured" }
  | { readonly name: "done"; readonly report: LoadReport };

/** Clients that connect at the same time. */
const CONNECTING = 20;
/** Steady messages are handed out this often. */
const TICK_MS = 5;

process.once("message", (spec: LoadSpec) => {
  generate(spec).then(
    (report) => tell({ name: "done", report }, () => process.exit(0)),
    (cause: unknown) => {
      console.error(cause);
      process.exit(1);
    },
  );
});

async function generate(spec: LoadSpec): Promise<LoadReport> {
  const { pace } = spec;
  let sending = true;
  let measuring = false;
  let sent = 0;
  let lostConnections = 0;
  const latencies: number[] = [];
  const clients: LoadClient[] = [];
  const events = {
    acknowledged(client: LoadClient, those: readonly number[]) {
      if (measuring) for (const latency of those) latencies.push(latency);
      if (sending && pace.kind === "as answered") sent += client.send(those.length);
    },
    lost() {
      lostConnections += 1;
    },
  };
  for (let from = 0; from < spec.logins.length; from += CONNECTING) {
    const those = spec.logins.slice(from, from + CONNECTING);
    clients.push(...(await Promise.all(those.map((login) => connectClient(spec.port, login, events)))));
  }

  if (pace.kind === "as answered") for (const client of clients) sent += client.send(pace.inFlight);
  const begun = performance.now();
  let turn = 0;
  const ticks =
    pace.kind === "steady"
      ? setInterval(() => {
          let due = Math.floor(((performance.now() - begun) / 1000) * pace.perSecond) - sent;
          const each = Math.ceil(due / clients.length);
          for (; due > 0 && clients.length > 0; due -= each) {
            sent += clients[turn % clients.length]?.send(Math.min(each, due)) ?? 0;
            turn += 1;
          }
        }, TICK_MS)
      : undefined;

  await wait(spec.warmMs);
  measuring = true;
  tell({ name: "measuring" });
  const from = performance.now();
  const cpu = process.cpuUsage();
  await wait(spec.measureMs);
  measuring = false;
  const measuredMs = performance.now() - from;
  const used = process.cpuUsage(cpu);
  tell({ name: "measured" });
  sending = false;
  clearInterval(ticks);

  const inFlight = (those: readonly LoadClient[]): number => those.reduce((sum, client) => sum + client.inFlight, 0);
  const awaited = (): number => inFlight(clients.filter(({ isOpen }) => isOpen));
  const ended = performance.now();
  while (awaited() > 0 && performance.now() < ended + spec.drainMs) await wait(TICK_MS);
  const drainedMs = performance.now() - ended;
  const unanswered = inFlight(clients);
  for (const client of clients) client.close();
  return {
    sent,
    acknowledged: latencies.length,
    measuredMs,
    latencyMs: {
      p50: percentileOf(latencies, 0.5),
      p99: percentileOf(latencies, 0.99),
      p999: percentileOf(latencies, 0.999),
      worst: percentileOf(latencies, 1),
    },
    drainedMs,
    unanswered,
    lostConnections,
    generatorShare: (used.user + used.system) / 1000 / measuredMs,
  };
}

function tell(event: LoadEvent, then: () => void = () => {}): void {
  process.send?.(event, undefined, undefined, then);
}
