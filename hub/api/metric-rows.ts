import type { StoreCounts } from "../series/series-store.ts";
import type { DiskSpace } from "./disk-space.ts";
import type { Operation } from "./operation.ts";
import type { HealthProblem } from "./problems.ts";
import type { KeptQuarantine } from "./quarantine-size.ts";

/** What is known at one scrape. */
export interface Scrape {
  readonly operation: Operation;
  readonly counts: StoreCounts;
  readonly quarantine: KeptQuarantine;
  readonly disk: DiskSpace | undefined;
  readonly problems: readonly HealthProblem[];
  /** Time the process has used, s, and its resident memory, bytes. */
  readonly cpu_seconds: number;
  readonly resident_bytes: number;
}

/** Values of one metric: one alone, or one for each value of its label. Undefined or empty when there is none to tell. */
export type MetricValue = number | undefined | Readonly<Record<string, number | undefined>>;

/** One metric: how it is called and where its value comes from. docs/metrics.md has a row for each. */
export interface MetricRow {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  /** The name of its one label, if it has any. */
  readonly label?: string;
  read(scrape: Scrape): MetricValue;
}

const counter = (name: string, help: string, read: MetricRow["read"], label?: string): MetricRow => {
  return { name: `millrace_${name}_total`, type: "counter", help, read, ...(label !== undefined && { label }) };
};
const gauge = (name: string, help: string, read: MetricRow["read"], label?: string): MetricRow => {
  return { name: `millrace_${name}`, type: "gauge", help, read, ...(label !== undefined && { label }) };
};
const bit = (claim: boolean | undefined): number | undefined => (claim === undefined ? undefined : Number(claim));

const readings: readonly MetricRow[] = [
  counter(
    "readings",
    "Readings taken, by what became of them.",
    ({ operation }) => {
      const { stored, repeated, conflicting } = operation.intake();
      return { stored, repeated, conflicting };
    },
    "outcome",
  ),
  counter("refusals", "Records put into the quarantine.", ({ operation }) => operation.intake().refusals, "kind"),
  counter("append_failures", "Messages the store refused.", ({ operation }) => operation.intake().failures),
  gauge("stored_readings", "Readings in the store.", ({ counts }) => counts.readings),
  gauge("stored_series", "Series in the store.", ({ counts }) => counts.series),
  gauge("stored_conflicts", "Contradictions kept beside readings.", ({ counts }) => counts.conflicts),
  gauge("quarantine_records", "Records in the quarantine.", ({ quarantine }) => quarantine.rows),
  gauge("quarantine_bytes", "Payload kept in the quarantine.", ({ quarantine }) => quarantine.bytes),
];

const disk: readonly MetricRow[] = [
  counter("commits", "Commits, each synced to the disk.", ({ operation }) => operation.store().commits),
  counter("committed_readings", "Readings in commits.", ({ operation }) => operation.store().committed_readings),
  counter("seals", "Times the head was sealed.", ({ operation }) => operation.store().seals),
  gauge("head_readings", "Readings not sealed yet.", ({ operation }) => operation.store().head_readings),
  counter("written_bytes", "Bytes this process wrote to disks, without the file system's journal.", ({ operation }) =>
    operation.writtenBytes(),
  ),
  gauge("written_bytes_per_reading", "The same for each stored reading, over the last day.", ({ operation }) => {
    const writes = operation.writes();
    return writes === undefined || writes.readings === 0 ? undefined : writes.bytes / writes.readings;
  }),
  gauge("disk_free_bytes", "Room left on the disk of the data folder.", ({ disk }) => disk?.free),
  gauge("disk_size_bytes", "Size of the disk of the data folder.", ({ disk }) => disk?.size),
];

const broker: readonly MetricRow[] = [
  counter(
    "messages",
    "Messages stored, by where they came in.",
    ({ operation }) => ({
      broker: operation.broker()?.counts().messages,
      broker_client: operation.brokerClient()?.counts().messages,
    }),
    "source",
  ),
  gauge("storing", "1 while readings reach the disk.", ({ operation }) => bit(operation.broker()?.state().storing)),
  gauge("storing_changed_timestamp_seconds", "Since when it is so.", ({ operation }) => {
    const since = operation.broker()?.state().since_ms;
    return since === undefined ? undefined : since / 1000;
  }),
  gauge("held_messages", "Messages that wait for a commit.", ({ operation }) => {
    return operation.broker()?.state().held.messages;
  }),
  gauge("held_bytes", "Bytes of messages that wait for a commit.", ({ operation }) => {
    return operation.broker()?.state().held.bytes;
  }),
  gauge("connections", "Connections to the broker.", ({ operation }) => operation.broker()?.state().connections),
  gauge("paused_connections", "Connections not read for want of room.", ({ operation }) => {
    return operation.broker()?.state().paused;
  }),
  gauge("shared_client_ids", "Client ids several connections fight over.", ({ operation }) => {
    return operation.broker()?.state().sharedClientIds.length;
  }),
  counter(
    "refused",
    "What the broker refused.",
    ({ operation }) => {
      const counts = operation.broker()?.counts();
      return (
        counts && {
          connection: counts.refusedConnections,
          connection_at_the_gate: counts.connectionsAtTheGate,
          publish: counts.refusedPublishes,
          subscription: counts.refusedSubscriptions,
          oversized_packet: counts.oversizedPackets,
        }
      );
    },
    "what",
  ),
  counter("closed_for_holding", "Connections closed because an acknowledgement was held too long.", ({ operation }) => {
    return operation.broker()?.counts().closedForHolding;
  }),
  counter(
    "shed_messages",
    "QoS 0 messages dropped, by device.",
    ({ operation }) => operation.broker()?.counts().shedQos0,
    "device",
  ),
  gauge("broker_client_connected", "1 while the other broker is connected.", ({ operation }) => {
    return bit(operation.brokerClient()?.state().connected);
  }),
  counter("broker_client_reconnects", "Connections made after the first.", ({ operation }) => {
    return operation.brokerClient()?.state().reconnects;
  }),
  counter("broker_client_lost_sessions", "Times the other broker forgot us.", ({ operation }) => {
    return operation.brokerClient()?.counts().lostSessions;
  }),
];

const work: readonly MetricRow[] = [
  counter("settlement_runs", "Settlement runs.", ({ operation }) => operation.settled().runs),
  counter("settlement_failures", "Settlement runs that failed.", ({ operation }) => operation.settled().failures),
  counter("settlement_days", "Days looked at, by outcome.", ({ operation }) => operation.settled().days, "outcome"),
  gauge(
    "problem",
    "1 for each problem /api/health tells of.",
    ({ problems }) => Object.fromEntries(problems.map(({ code }) => [code, 1])),
    "code",
  ),
  counter("cpu_seconds", "Processor time used.", ({ cpu_seconds }) => cpu_seconds),
  gauge("resident_memory_bytes", "Memory in RAM.", ({ resident_bytes }) => resident_bytes),
];

export const metricRows: readonly MetricRow[] = [...readings, ...disk, ...broker, ...work];
