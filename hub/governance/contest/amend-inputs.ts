import { HubError } from "../../errors.ts";
import type { CommunityVersion } from "../../members/community.ts";
import { decideEvent } from "../../members/decide-register.ts";
import { type RegisterEvent, type RegisterEventLog, seriesOverTime } from "../../members/register-event.ts";
import { SeriesKey } from "../../reading.ts";
import type { Change, Correction, CorrectionLog } from "../../series/corrections.ts";
import { standingByPoint } from "../../settlement/read-register.ts";
import { EpochMs, HOUR, type MilliWattHours, type Ms } from "../../units.ts";
import type { OpenedStep, Wrong } from "./case.ts";

/** What a steward names as wrong, before it is known whom it concerns. */
export type Finding =
  | {
      readonly what: "register";
      readonly event: number;
      readonly verdict: RegisterEvent["verdict"];
      readonly end_mwh: MilliWattHours | null;
      readonly start_mwh: MilliWattHours | null;
    }
  | {
      readonly what: "readings";
      readonly series: string;
      readonly from_ms: EpochMs;
      readonly to_ms: EpochMs;
      readonly change: Change;
    }
  | { readonly what: "day" };

export interface AmendPorts {
  readonly registerEvents: RegisterEventLog;
  readonly corrections: CorrectionLog;
}

/** Corrections may reach this far beyond the contested day: its first and last energies hang on readings outside of it. */
const REACH: Ms = (6 * HOUR) as Ms;

/**
 * Check what a steward finds wrong against what stands, before anything is kept.
 * @param day [from, to) of the contested day
 * @throws HubError REGISTER_EVENT_INVALID; CASE_INVALID for a series that counts nothing, or a range beyond the day
 */
export async function checkFinding(
  finding: Finding,
  contested: {
    readonly opened: OpenedStep;
    readonly adopted: CommunityVersion;
    readonly day: { readonly from: number; readonly to: number };
  },
  { registerEvents }: Pick<AmendPorts, "registerEvents">,
): Promise<Wrong> {
  const { opened, adopted, day } = contested;
  const events = await registerEvents.list();
  const isOfAnother = (id: string | undefined): boolean => {
    const point = adopted.community.metering_points.find((each) => each.id === id);
    return point === undefined || (point.role === "consumption" && point.member !== opened.member);
  };
  if (finding.what === "day") return finding;
  if (finding.what === "register") {
    const answer = decideEvent(finding.event, finding.verdict, registersOf(finding), events);
    return { ...finding, is_of_another: isOfAnother(answer.point) };
  }
  const { series, from_ms, to_ms } = finding;
  const standing = standingByPoint(events);
  const point = adopted.community.metering_points.find((each) =>
    seriesOverTime(SeriesKey(each.series), standing.get(each.id) ?? []).some((stretch) => stretch.series === series),
  );
  if (point === undefined) {
    throw invalid(`${series} is no register of this community`, "Name the register of one of its metering points.");
  }
  if (from_ms >= to_ms || from_ms < day.from - REACH || to_ms > day.to + REACH) {
    throw invalid(
      "the range of the correction does not belong to the contested day",
      `Name a range within [${day.from - REACH}, ${day.to + REACH}), as few readings as are wrong.`,
    );
  }
  return { ...finding, series: SeriesKey(series), is_of_another: isOfAnother(point.id) };
}

/**
 * Apply what was found wrong, once: what an earlier attempt left in the logs is known by its words.
 * @param said.reason names the case, so it is nobody else's
 */
export async function amendInputs(
  wrong: Wrong,
  said: { readonly by: string; readonly reason: string; readonly made_ms: EpochMs },
  { registerEvents, corrections }: AmendPorts,
): Promise<void> {
  const { by, reason, made_ms } = said;
  if (wrong.what === "register") {
    const events = await registerEvents.list();
    if (events.some((event) => event.answers === wrong.event && event.reason === reason)) return;
    await registerEvents.add(decideEvent(wrong.event, wrong.verdict, registersOf(wrong), events), said);
  }
  if (wrong.what === "readings") {
    const { series, from_ms, to_ms, change } = wrong;
    const known = await corrections.list();
    if (known.some((each) => each.series === series && each.reason === reason)) return;
    const range = { from: EpochMs(from_ms), to: EpochMs(to_ms) };
    await corrections.add([{ series, range, change, author: by, reason, made_ms } satisfies Correction]);
  }
}

function registersOf({
  end_mwh,
  start_mwh,
}: {
  readonly end_mwh: MilliWattHours | null;
  readonly start_mwh: MilliWattHours | null;
}): Parameters<typeof decideEvent>[2] {
  return { ...(end_mwh !== null && { end: end_mwh }), ...(start_mwh !== null && { start: start_mwh }) };
}

function invalid(why: string, remedy: string): HubError {
  return new HubError("CASE_INVALID", `this cannot be what is wrong: ${why}`, { remedy });
}
