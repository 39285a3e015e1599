import type { AnyDialect } from "../decode/dialects/dialect.ts";
import type { DeviceProfile } from "../decode/profiles/device-profile.ts";
import type { Contests } from "../governance/contest/contests.ts";
import type { EntryStore } from "../ledger/entry-store.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { LedgerLogView } from "../ledger/ledger-log-view.ts";
import type { LedgerRules } from "../ledger/spending-limit.ts";
import type { Log } from "../log.ts";
import type { Actors } from "../members/actor.ts";
import type { CommunityStore } from "../members/community.ts";
import type { DeviceFinder } from "../members/device-finder.ts";
import type { DeviceRegistry } from "../members/device-registry.ts";
import type { DeviceTrial } from "../members/device-trial.ts";
import type { RegisterEventLog } from "../members/register-event.ts";
import type { CorrectionLog } from "../series/corrections.ts";
import type { DecodeRow } from "../series/replay-quarantine.ts";
import type { Retention } from "../series/retention.ts";
import type { SeriesStore } from "../series/series-store.ts";
import type { AcceptanceLog } from "../settlement/acceptance.ts";
import type { Settlement } from "../settlement/settlement.ts";
import type { Explanations } from "../statement/explanations.ts";
import type { Clock, EpochMs } from "../units.ts";
import type { LiveEvents } from "./live-events.ts";
import type { Operation } from "./operation.ts";

/**
 * All that the API may ask of the hub. It writes only what a steward asks for by hand: a replay of the quarantine, a
 * device added, changed or taken away, a meter swapped.
 */
export interface ApiPorts {
  /** Who may write, by the token they bring. */
  readonly actors: Actors;
  readonly series: SeriesStore;
  readonly communities: CommunityStore;
  readonly entries: EntryStore;
  readonly ledger: Ledger;
  /** What is booked, as a log that everybody can check. */
  readonly ledgerLog: LedgerLogView;
  /** What the community says now to whoever books. */
  ledgerRules(): Promise<LedgerRules>;
  readonly registerEvents: RegisterEventLog;
  readonly settlement: Settlement;
  readonly acceptances: AcceptanceLog;
  /** The log whose corrections `series` is read through. */
  readonly corrections: CorrectionLog;
  readonly contests: Contests;
  readonly explanations: Explanations;
  readonly devices: DeviceRegistry;
  readonly finder: DeviceFinder;
  readonly trial: DeviceTrial;
  /** Every kind of device and every way of speaking MQTT the hub knows, in the order people are shown them. */
  readonly profiles: readonly DeviceProfile[];
  readonly dialects: readonly AnyDialect[];
  /** Decodes quarantined messages of devices that do not speak SenML. */
  readonly decodeRow?: DecodeRow;
  readonly operation: Operation;
  readonly live: LiveEvents;
  readonly clock: Clock;
  readonly log: Log;
  readonly about: {
    readonly version: string;
    readonly started: EpochMs;
    /** How much faster than real the hub's clock runs; 1 outside the demo. */
    readonly timeSpeed: number;
    readonly isSimulated: boolean;
    readonly retention: Retention;
  };
  /** The folder of the built pages; without it the hub answers its API only. */
  readonly pages: string | undefined;
}
