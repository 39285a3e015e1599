import type { CommunityDay } from "../api/contract.ts";
import type { IntervalData, Track } from "../chart/interval-data.ts";
import type { Texts } from "../i18n/en.ts";

/** The community's day as its chart and its table show it. */
export function communityIntervals(day: CommunityDay, texts: Texts): IntervalData {
  const track = (
    mark: Track["mark"],
    label: string,
    key: keyof CommunityDay["intervals"][number] & `${string}_mwh`,
  ): Track => ({
    mark,
    label,
    values: day.intervals.map((interval) => interval[key]),
  });
  return {
    from_ms: day.from_ms,
    to_ms: day.to_ms,
    interval_ms: day.interval_minutes * 60_000,
    starts: day.intervals.map((interval) => interval.from_ms),
    states: day.intervals.map((interval) => interval.state),
    tracks: [
      track("generation", texts.day.generation, "generation_mwh"),
      track("consumption", texts.day.consumption, "consumption_mwh"),
      track("shared", texts.day.shared, "shared_mwh"),
      track("grid", texts.day.fromGrid, "from_grid_mwh"),
      track("surplus", texts.day.surplus, "surplus_mwh"),
    ],
  };
}
