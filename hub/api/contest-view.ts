import Type, { type Static } from "typebox";
import type { Finding } from "../governance/contest/amend-inputs.ts";
import { caseStates } from "../governance/contest/case.ts";
import { tellWrong } from "../governance/contest/contest.ts";
import type { CaseView, EvidenceView } from "../governance/contest/contests.ts";
import type { Actor } from "../members/actor.ts";
import { EpochMs, type MilliWattHours, milliWattHoursFromWh } from "../units.ts";
import { closed, Day, EnergyMwh, Moment, Name, orNull, SeriesName } from "./schemas.ts";

/** Shapes of cases in the API: how people see them, and how a steward says what is wrong. */

const RegisterKwh = Type.Number({ minimum: 0, maximum: 4e9, description: "as the display shows it" });
const ReadingValue = Type.Number({ minimum: -1e15, maximum: 1e15, description: "in the unit of the series" });

const ChangeBody = Type.Union([
  Type.Object({ kind: Type.Literal("value_offset"), by: ReadingValue }, closed),
  Type.Object({ kind: Type.Literal("substitute"), value: ReadingValue }, closed),
  Type.Object({ kind: Type.Literal("not_available") }, closed),
  Type.Object({ kind: Type.Literal("clock_offset"), by_ms: Type.Integer() }, closed),
]);

/** What is wrong: an event of a register, readings of one, or nothing but that the day was settled too early. */
export const FindingBody = Type.Union([
  Type.Object(
    {
      what: Type.Literal("register"),
      event: Type.Integer({ minimum: 1, description: "id of the register event that is answered" }),
      verdict: Type.Enum(["continues", "energy", "noted"]),
      end_register_kwh: Type.Optional(RegisterKwh),
      start_register_kwh: Type.Optional(RegisterKwh),
    },
    closed,
  ),
  Type.Object(
    { what: Type.Literal("readings"), series: SeriesName, from_ms: Moment, to_ms: Moment, change: ChangeBody },
    closed,
  ),
  Type.Object({ what: Type.Literal("day") }, closed),
]);

const Wrong = Type.Object({
  what: Type.Enum(["register", "readings", "day"]),
  is_of_another: Type.Optional(
    Type.Boolean({ description: "it is neither the member's nor a plant's; the member is told no more than that" }),
  ),
  event: Type.Optional(Type.Integer()),
  verdict: Type.Optional(Type.String()),
  end_mwh: Type.Optional(orNull(EnergyMwh)),
  start_mwh: Type.Optional(orNull(EnergyMwh)),
  series: Type.Optional(Type.String()),
  from_ms: Type.Optional(Moment),
  to_ms: Type.Optional(Moment),
  change: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const StepView = Type.Object({
  step: Type.Enum(["opened", "withdrawn", "decided", "corrected"]),
  by: Type.String(),
  role: Type.String(),
  reason: Type.String(),
  at_ms: Moment,
  verdict: Type.Optional(Type.Enum(["upheld", "rejected"])),
  wrong: Type.Optional(orNull(Wrong)),
  entry: Type.Optional(orNull(Type.String({ description: "contested when opened, correcting when corrected" }))),
});

export const CaseRow = Type.Object({
  id: Name,
  state: Type.Enum([...caseStates], { description: "overdue is open still: the deadline passed" }),
  member: Name,
  entry: Type.String(),
  day: Day,
  from_ms: Moment,
  to_ms: Moment,
  reason: Type.String(),
  opened_ms: Moment,
  due_ms: Moment,
  correcting_entry: orNull(Type.String()),
  is_intact: Type.Boolean({ description: "false when a kept step was altered from outside" }),
});

export const CaseDetail = Type.Intersect([
  CaseRow,
  Type.Object({
    steps: Type.Array(StepView),
    evidence: Type.Object({
      sha256: Type.String(),
      is_intact: Type.Boolean({ description: "false when it is gone, or is not what was frozen" }),
      document: Type.Unknown({ description: "see docs/contest.md; null when it is not intact" }),
    }),
  }),
]);

export function toRow({ id, state, opened, steps, is_intact }: CaseView): Static<typeof CaseRow> {
  const { member, entry, day, from_ms, to_ms, reason, at_ms, due_ms } = opened;
  const last = steps.at(-1);
  const correcting_entry = last?.step === "corrected" ? last.entry : null;
  const about = { member, entry, day, from_ms, to_ms, reason };
  return { id, state, ...about, opened_ms: at_ms, due_ms, correcting_entry, is_intact };
}

/** @param actor who reads it: a member is not told of another's register */
export function toDetail(view: CaseView, evidence: EvidenceView, actor: Actor): Static<typeof CaseDetail> {
  const { document, is_intact } = evidence;
  return {
    ...toRow(view),
    steps: view.steps.map((step): Static<typeof StepView> => {
      const said = { step: step.step, by: step.by, role: step.role, reason: step.reason, at_ms: step.at_ms };
      switch (step.step) {
        case "withdrawn":
          return said;
        case "decided":
          return { ...said, verdict: step.verdict, wrong: tellWrong(step.wrong, actor) as Static<typeof Wrong> | null };
        default:
          return { ...said, entry: step.entry };
      }
    }),
    evidence: {
      sha256: view.opened.evidence_sha256,
      is_intact,
      document: document === null ? null : JSON.parse(document),
    },
  };
}

export function toFinding(body: Static<typeof FindingBody>): Finding {
  switch (body.what) {
    case "day":
      return body;
    case "readings":
      return { ...body, from_ms: EpochMs(body.from_ms), to_ms: EpochMs(body.to_ms) };
    case "register": {
      const { what, event, verdict, end_register_kwh: end, start_register_kwh: start } = body;
      return { what, event, verdict, end_mwh: mwhOf(end), start_mwh: mwhOf(start) };
    }
  }
}

function mwhOf(kwh: number | undefined): MilliWattHours | null {
  return kwh === undefined ? null : milliWattHoursFromWh(kwh * 1000);
}
