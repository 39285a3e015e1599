import type { CommunityDay, MemberDay } from "../api/contract.ts";
import type { IntervalData } from "../chart/interval-data.ts";
import type { Texts } from "../i18n/en.ts";

/** A member's day as its chart and its table show it; the community's day tells where it starts and ends. */
export function memberIntervals(memberDay: MemberDay, day: CommunityDay, texts: Texts): IntervalData {
  const { intervals } = memberDay;
  return {
    from_ms: day.from_ms,
    to_ms: day.to_ms,
    interval_ms: day.interval_minutes * 60_000,
    starts: intervals.map((interval) => interval.from_ms),
    states: intervals.map((interval) => interval.state),
    tracks: [
      { mark: "consumption", label: texts.member.used, values: intervals.map((interval) => interval.consumption_mwh) },
      { mark: "shared", label: texts.member.allotted, values: intervals.map((interval) => interval.allotted_mwh) },
      { mark: "grid", label: texts.member.fromGrid, values: intervals.map((interval) => interval.from_grid_mwh) },
    ],
  };
}
