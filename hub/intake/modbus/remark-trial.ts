import type { Reading } from "../../reading.ts";
import { seriesParts } from "../../reading.ts";

/** Grids have 50 or 60 Hz; a generator or an island strays further than this only when it trips. */
const FREQUENCY_HZ = { from: 45, to: 65 };
/** Low-voltage networks, phase to neutral and phase to phase, with room for bad days. */
const VOLTAGE_V = { from: 80, to: 800 };
/** Inverters pass their rated power by a little on cold sunny days. */
const ABOVE_RATED = 1.2;
/** Power may differ from voltage times current by what was asked at two moments. */
const ABOVE_APPARENT = 1.5;
const NEVER_MIND_W = 100;

/**
 * What to look at before a device is saved: values that a wrong unit id, profile, scale or word order makes. Pure.
 * @param ratedW as the device, its profile or whoever installs it says; null when nobody does
 * @param lacking points that the device turned out not to have
 */
export function remarkTrial(
  readings: readonly Reading[],
  { ratedW, lacking }: { readonly ratedW: number | null; readonly lacking: readonly string[] },
): readonly string[] {
  const values = readings.filter(({ outcome }) => outcome === "value");
  const failed = readings.filter(({ outcome }) => outcome === "read_failed");
  return [
    ...remarkEmptiness(readings, values),
    ...values.flatMap((reading) => remarkValue(reading, ratedW)),
    ...remarkApparent(values),
    ...(failed.length > 0 && failed.length < readings.length
      ? [`${failed.length} of ${readings.length} values could not be read: ${namesOf(failed)}.`]
      : []),
    ...(lacking.length > 0 ? [`The device does not have ${lacking.join(", ")}.`] : []),
  ];
}

function remarkEmptiness(readings: readonly Reading[], values: readonly Reading[]): readonly string[] {
  if (readings.length === 0) return ["Nothing of the profile could be read: is it the right one?"];
  if (values.length > 0 && values.every(({ value }) => value === 0)) {
    return ["All values are 0: is it night, or is it the wrong unit or profile?"];
  }
  if (readings.every(({ outcome }) => outcome === "not_available")) {
    return ["The device says that none of its values is available: is it asleep, or is it the wrong profile?"];
  }
  return [];
}

function remarkValue({ series, value }: Reading, ratedW: number | null): readonly string[] {
  if (value === null || value === 0) return [];
  const { quantity, channel, device } = seriesParts(series);
  const name = series.slice(device.length + 1);
  const isWithin = ({ from, to }: { readonly from: number; readonly to: number }) => value >= from && value <= to;
  switch (quantity) {
    case "frequency":
      // A drive's output has the frequency its motor needs.
      if (channel !== undefined || isWithin(FREQUENCY_HZ)) return [];
      return [`${name} is ${value} Hz: wrong scale, word order or profile?`];
    case "voltage":
      // Strings and batteries have voltages of their own.
      if (channel !== undefined || isWithin(VOLTAGE_V)) return [];
      return [`${name} is ${value} V: wrong scale, word order or profile?`];
    case "power_factor":
      return isWithin({ from: -1, to: 1 }) ? [] : [`${name} is ${value}: wrong scale or profile?`];
    case "state_of_charge":
      return isWithin({ from: 0, to: 100 }) ? [] : [`${name} is ${value} %: wrong scale or profile?`];
    case "active_power":
      if (ratedW === null || Math.abs(value) <= ABOVE_RATED * ratedW) return [];
      return [`${name} is ${value} W, above the rated power of ${ratedW} W: wrong scale or profile?`];
    default:
      return [];
  }
}

/** No phase carries more power than its voltage times its current. */
function remarkApparent(values: readonly Reading[]): readonly string[] {
  const find = (quantity: string, part: string) =>
    values.find(({ series }) => series.endsWith(`/${quantity}/${part}`) && series.split("/").length === 3)?.value ??
    null;
  return ["l1", "l2", "l3"].flatMap((part) => {
    const [power, voltage, current] = ["active_power", "voltage", "current"].map((quantity) => find(quantity, part));
    if (power == null || voltage == null || current == null) return [];
    const most = ABOVE_APPARENT * Math.abs(voltage * current) + NEVER_MIND_W;
    if (Math.abs(power) <= most) return [];
    return [
      `active_power/${part} is ${power} W, more than ${voltage} V times ${current} A: wrong scale or word order?`,
    ];
  });
}

function namesOf(readings: readonly Reading[]): string {
  return readings.map(({ series }) => series.slice(series.indexOf("/") + 1)).join(", ");
}
