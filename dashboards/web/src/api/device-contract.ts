import type { DeviceKind, SerialLine } from "../../../../hub/decode/profiles/device-profile.ts";
import type { Device } from "../../../../hub/members/device.ts";
import type { ScanFinding, ScanProgress } from "../../../../hub/members/device-finder.ts";
import type { DeviceHealth } from "../../../../hub/members/device-health.ts";
import type { RegisterEventKind, RegisterVerdict } from "../../../../hub/members/register-event.ts";
import type { Reading } from "../../../../hub/reading.ts";

/** What the hub answers about devices and registers. Moments are epoch ms (UTC); null is "not known", never 0. */

/** One device in the list: what is stored of it, how it fares, and where it is described. */
export interface DeviceRow {
  readonly device: string;
  readonly last_seen_ms: number | null;
  readonly series: number;
  readonly readings: number;
  readonly conflicts: number;
  readonly quarantined: number;
  /** Null for a device that publishes readings by itself and that nobody described. */
  readonly via: DeviceHealth["via"] | null;
  readonly state: DeviceHealth["state"] | null;
  readonly requests: number;
  readonly failures: number;
  readonly error_rate: number | null;
  readonly last_failure: { readonly at_ms: number; readonly reason: string } | null;
  readonly identity: DeviceHealth["identity"];
  readonly rated_w: number | null;
  readonly declared_in: "file" | "registry" | null;
  readonly profile: string | null;
  readonly dialect: string | null;
}

/** Newest value of one series, in the unit named. */
export interface LatestReading {
  readonly series: string;
  readonly at_ms: number;
  readonly value: number | null;
  readonly unit: string;
  readonly outcome: Reading["outcome"];
  readonly stamped_by: Reading["stampedBy"];
  readonly clock_unsure: boolean;
}

/** A record that was not understood. */
export interface QuarantinedRecord {
  readonly id: number;
  readonly at_ms: number;
  readonly source: string;
  readonly device: string | null;
  readonly reason: string;
  readonly payload_bytes: number;
  readonly payload_text: string;
  readonly payload_hex: string;
}

export interface DevicePageAnswer extends DeviceRow {
  readonly document: Device | null;
  readonly lacking: readonly string[];
  readonly latest: readonly LatestReading[];
  readonly quarantine: readonly QuarantinedRecord[];
  /** Sentences of the hub, in English. */
  readonly remarks: readonly string[];
}

export interface Profile {
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly kind: DeviceKind;
  readonly protocol: "registers" | "sunspec";
  readonly direction: string;
  readonly source: string;
  readonly unit: number;
  readonly port: number | null;
  readonly serial: {
    readonly baud: number;
    readonly parity: SerialLine["parity"];
    readonly stop_bits: SerialLine["stopBits"];
  } | null;
  readonly rated_w: number | null;
}

export interface Dialect {
  readonly name: string;
  readonly title: string;
  readonly topic_hint: string;
  readonly source: string;
}

export interface SerialPort {
  readonly path: string;
  readonly title: string;
}

/** What a device answered before it was saved. */
export interface Trial {
  readonly identity: DeviceHealth["identity"];
  readonly rated_w: number | null;
  readonly readings: readonly LatestReading[];
  readonly remarks: readonly string[];
}

/** Whether it counts the right way round; powers in W, > 0 is import. */
export interface Direction {
  readonly before_w: number | null;
  readonly after_w: number | null;
  readonly change_w: number | null;
  readonly verdict: "right" | "turned" | "undecided";
  readonly turned: boolean | null;
  readonly remark: string;
  readonly readings: readonly LatestReading[];
}

export interface Scan {
  readonly state: "none" | "running" | "done" | "stopped" | "failed";
  readonly started_ms: number | null;
  readonly ended_ms: number | null;
  readonly progress: ScanProgress | null;
  readonly findings: readonly ScanFinding[];
  readonly problem: string | null;
}

export interface RegisterEventView {
  readonly id: number;
  readonly point: string;
  readonly kind: RegisterEventKind;
  readonly verdict: RegisterVerdict;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly series_before: string;
  readonly series_after: string;
  readonly end_register_mwh: number | null;
  readonly start_register_mwh: number | null;
  readonly answers: number | null;
  readonly by: string;
  readonly reason: string;
  readonly made_ms: number;
  readonly stands: boolean;
}
