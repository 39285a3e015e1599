import Type, { type Static } from "typebox";
import { quantities } from "../quantity.ts";
import { type Reading, type SeriesKey, seriesParts } from "../reading.ts";
import { Moment, orNull, SeriesName } from "./schemas.ts";

/** A reading as the API shows it. */
export const LatestView = Type.Object({
  series: SeriesName,
  at_ms: Moment,
  value: orNull(Type.Number()),
  unit: Type.String(),
  outcome: Type.Enum(["value", "not_available", "read_failed"]),
  stamped_by: Type.Enum(["device", "arrival"]),
  clock_unsure: Type.Boolean({
    description: "true when it was stamped while the hub's clock was not known to be right",
  }),
});

export function showReading(reading: Reading): Static<typeof LatestView> {
  const { series, at, value, outcome, stampedBy, isClockUnsure = false } = reading;
  return {
    series,
    at_ms: at,
    value,
    unit: unitOf(series),
    outcome,
    stamped_by: stampedBy,
    clock_unsure: isClockUnsure,
  };
}

/** The unit of a series' values. */
export const unitOf = (key: SeriesKey): string => quantities[seriesParts(key).quantity];
