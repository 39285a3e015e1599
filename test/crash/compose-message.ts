import { encodeSenml } from "../../hub/decode/senml.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { DAY, EpochMs, MINUTE } from "../../hub/units.ts";
import type { Chance } from "./chance.ts";
import type { SentList, SentMessage, SentReading } from "./sent-list.ts";

/** What each device measures: one series or several in a message, with a channel and without. */
const MEASURED = [
  "active_power",
  "voltage",
  "temperature",
  "pv/active_power",
  "pv/active_energy_export",
  "pv/current",
  "battery/state_of_charge",
  "battery/voltage/l1",
] as const;
/** Most readings of one message: a meter that sends a burst it had kept. */
const MOST_READINGS = 6;
/** Of a hundred messages: this many a few minutes out of order, and this many days late. */
const OUT_OF_ORDER = 0.1;
const LATE = 0.1;
const LATEST_DAYS = 30;
/** Some devices send floats with all their digits, most send decimals. */
const FULL_FLOATS = 0.25;

/**
 * A new message of a device, stamped, with a stamp for each of its series that none before had.
 * @param now whole ms since 1970 UTC; no stamp is later
 */
export function composeMessage(
  list: SentList,
  { device, now, chance }: { readonly device: string; readonly now: number; readonly chance: Chance },
): SentMessage {
  const id = list.messages.length + 1;
  const readings: SentReading[] = [];
  const taken = new Set<string>();
  const newest = now - delay(chance);
  const count = 1 + chance.below(MOST_READINGS);
  for (let index = 0; index < count; index += 1) {
    const series = SeriesKey(`${device}/${chance.pick(MEASURED)}`);
    let at = newest - chance.below(2_000);
    while (!list.isFree(series, at) || taken.has(`${series} ${at}`)) at -= 1;
    taken.add(`${series} ${at}`);
    const fraction = chance.happens(FULL_FLOATS) ? chance.next() : chance.below(100) / 100;
    // The decimal is read from its text, as the hub reads it, so that both sides mean the same float.
    readings.push({ series, at, value: Number(String(id + fraction)) });
  }
  const payload = encodeSenml(
    device,
    readings.map((one) => ({ ...one, at: EpochMs(one.at) })),
  );
  return { id, device, payload, readings };
}

function delay(chance: Chance): number {
  const kind = chance.next();
  if (kind < LATE) return chance.below(LATEST_DAYS * DAY);
  return kind < LATE + OUT_OF_ORDER ? chance.below(10 * MINUTE) : 0;
}
