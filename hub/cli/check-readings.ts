import { kindOfRefusal } from "../api/refusal-kind.ts";
import type { IntakeRate } from "../card-wear.ts";
import { seriesParts } from "../reading.ts";
import type { QuarantineRow, SeriesInfo, StoreCounts } from "../series/series-store.ts";
import { DAY, HOUR } from "../units.ts";
import { describeMs, type Finding, look, ok } from "./finding.ts";

/** A device is silent when it missed so many of its usual readings, and for an hour at least. */
const MISSED_READINGS = 10;
/** Names shown; the first ones tell where to look. */
const SHOWN = 5;

/** How a device has spoken so far. */
interface Habit {
  readonly device: string;
  readonly last: number;
  /** Average time between two readings of its most frequent series, ms. */
  readonly period: number;
}

export function checkCounts({ series, readings, conflicts }: StoreCounts): Finding {
  if (readings === 0) {
    return look(
      "readings",
      "there are none yet",
      "Issue a credential (millrace credential issue NAME) and connect a device.",
    );
  }
  const message = `${readings} of ${series} series`;
  if (conflicts === 0) return ok("readings", message);
  const remedy = "Look which devices send the same stamp twice with different values: /api/devices counts them.";
  return look("readings", `${message}; ${conflicts} contradicted a stored one`, remedy);
}

/** Devices that used to send and do not. @param now epoch ms, on the clock of the readings */
export function checkDevices(catalogue: readonly SeriesInfo[], now: number): Finding {
  const habits = habitsOf(catalogue);
  const silent = habits
    .filter(({ last, period }) => now - last > Math.max(HOUR, MISSED_READINGS * period))
    .sort((a, b) => b.last - a.last);
  if (silent.length === 0) return ok("devices", `${habits.length} known, none silent`);
  const shown = silent.slice(0, SHOWN).map(({ device, last }) => `${device} for ${describeMs(now - last)}`);
  const more = silent.length - shown.length;
  const message = `${silent.length} of ${habits.length} are silent: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return look("devices", message, "Check their power and network, then their user name and password.");
}

export function checkQuarantine(rows: readonly QuarantineRow[]): Finding {
  if (rows.length === 0) return ok("quarantine", "empty");
  const kinds = [...Map.groupBy(rows, ({ reason }) => kindOfRefusal(reason))].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const lines = kinds.slice(0, SHOWN).map(([kind, those]) => {
    const devices = [...new Set(those.map(({ device }) => device ?? "unknown device"))];
    const shown = devices.slice(0, SHOWN).join(", ");
    return `${those.length} ${kind} (${shown}${devices.length > SHOWN ? ", ..." : ""}): ${those[0]?.reason}`;
  });
  const remedy =
    "Correct the devices' messages (docs/mqtt.md); what is kept can be decoded again: POST /api/quarantine/replay.";
  return look("quarantine", [`${rows.length} records could not be decoded`, ...lines].join("\n"), remedy);
}

/** What arrives, guessed from what is stored: series that are alive at their average pace. */
export function estimateRate(catalogue: readonly SeriesInfo[]): IntakeRate {
  const newest = Math.max(...catalogue.map(({ last_ms }) => last_ms));
  const alive = catalogue.filter(({ readings, last_ms }) => readings > 1 && newest - last_ms < DAY);
  const readings = alive.reduce((sum, info) => sum + 1000 / periodOf(info), 0);
  // Readings of one device with one stamp come in one message.
  const messages = habitsOf(alive).reduce((sum, { period }) => sum + 1000 / period, 0);
  return { readings_per_s: readings, messages_per_s: messages };
}

function habitsOf(catalogue: readonly SeriesInfo[]): readonly Habit[] {
  const devices = Map.groupBy(catalogue, ({ series }) => seriesParts(series).device);
  return [...devices].map(([device, infos]) => ({
    device,
    last: Math.max(...infos.map(({ last_ms }) => last_ms)),
    period: Math.min(...infos.map(periodOf)),
  }));
}

/** At least 1 ms: two readings may stand in one. A single reading shows no habit: it is missed after an hour. */
function periodOf({ first_ms, last_ms, readings }: SeriesInfo): number {
  return readings < 2 ? 1 : Math.max(1, (last_ms - first_ms) / (readings - 1));
}
