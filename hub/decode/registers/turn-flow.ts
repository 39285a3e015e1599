import { type Reading, SeriesKey, seriesParts } from "../../reading.ts";

/**
 * Readings of a device that is mounted the other way round: what it calls import is export. Registers change places,
 * active and reactive power change their sign; the power factor and what has no direction stay.
 */
export function turnFlow(readings: readonly Reading[]): readonly Reading[] {
  return readings.map(turnReading);
}

function turnReading(reading: Reading): Reading {
  const { device, channel, quantity, part } = seriesParts(reading.series);
  const named = (turned: string) => SeriesKey([device, channel, turned, part].filter((word) => word).join("/"));
  switch (quantity) {
    case "active_energy_import":
      return { ...reading, series: named("active_energy_export") };
    case "active_energy_export":
      return { ...reading, series: named("active_energy_import") };
    case "active_power":
    case "reactive_power":
      // 0 - 0 is 0, where -0 would be a value that no device sent.
      return reading.value === null ? reading : { ...reading, value: 0 - reading.value };
    default:
      return reading;
  }
}
