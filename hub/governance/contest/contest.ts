import { HubError } from "../../errors.ts";
import type { Actor } from "../../members/actor.ts";
import type { EpochMs } from "../../units.ts";
import type { CaseState, CaseStep, OpenedStep, Wrong, WrongReadings, WrongRegister } from "./case.ts";

/** What a kind of step needs: where the case must stand, and who may take it. */
interface StepRule {
  /** Undefined before the case is opened. */
  readonly after: readonly (CaseState | undefined)[];
  readonly may: (actor: Actor, opened: OpenedStep) => boolean;
  /** Who may, for whoever may not. */
  readonly who: string;
}

const rules = {
  opened: {
    after: [undefined],
    // A steward writes down what a member says who has no login; the step keeps whose words they are.
    may: ({ name, role }, { member }) => role === "steward" || (role === "member" && name === member),
    who: "the member whose column it is, or a steward who writes it down for them",
  },
  withdrawn: {
    after: ["open", "overdue"],
    may: ({ name }, { member, by }) => name === member || name === by,
    who: "whoever opened it",
  },
  decided: {
    after: ["open", "overdue"],
    // A steward may be a member as well, and nobody judges their own case.
    may: ({ name, role }, { member }) => role === "steward" && name !== member,
    who: "a steward who is not the member concerned",
  },
  corrected: { after: ["upheld"], may: ({ role }) => role === "hub", who: "the hub itself" },
} as const satisfies Readonly<Record<CaseStep["step"], StepRule>>;

/**
 * Where a case stands. Pure: nothing has to happen for a deadline to pass.
 * @param steps oldest first, each checked by `checkStep` before it was kept
 */
export function stateOf(steps: readonly CaseStep[], now: EpochMs): CaseState | undefined {
  const last = steps.at(-1);
  const opened = openingOf(steps);
  if (last === undefined || opened === undefined) return undefined;
  switch (last.step) {
    case "opened":
      return now < opened.due_ms ? "open" : "overdue";
    case "decided":
      return last.verdict;
    default:
      return last.step;
  }
}

/** The first step of a case; undefined when there is none. */
export function openingOf(steps: readonly CaseStep[]): OpenedStep | undefined {
  const first = steps[0];
  return first?.step === "opened" ? first : undefined;
}

/**
 * Whether a step may follow the ones before it. Pure.
 * @throws HubError CASE_CONFLICT when the case does not stand where the step belongs; ACTOR_REFUSED when its author may
 *         not take it; CASE_INVALID for a decision that does not say what is wrong, or says it of a case it rejects
 */
export function checkStep(steps: readonly CaseStep[], next: CaseStep, now: EpochMs): void {
  const rule: StepRule = rules[next.step];
  const state = stateOf(steps, now);
  if (!rule.after.includes(state)) {
    throw caseConflict(`case ${next.case} is ${state ?? "not there"}, so it cannot be ${next.step}`);
  }
  const opened = openingOf(steps) ?? next;
  if (opened.step !== "opened" || !rule.may({ name: next.by, role: next.role }, opened)) {
    throw new HubError("ACTOR_REFUSED", `${next.by} (${next.role}) may not have case ${next.case} ${next.step}`, {
      remedy: `It is for ${rule.who}.`,
    });
  }
  if (next.step === "decided" && (next.verdict === "upheld") !== (next.wrong !== null)) {
    throw new HubError("CASE_INVALID", `case ${next.case} cannot be ${next.verdict} like that`, {
      remedy: "Name what is wrong when you uphold a case, and nothing when you reject it.",
    });
  }
}

/** Who may read a case: the member concerned, stewards and auditors. Pure. */
export function maySee({ name, role }: Actor, { member }: Pick<OpenedStep, "member">): boolean {
  return role === "steward" || role === "auditor" || (role === "member" && name === member);
}

/** What is wrong, as it is told to whoever may see the case. */
export type ToldWrong = Wrong | Pick<WrongRegister | WrongReadings, "what" | "is_of_another">;

/** A member hears of another's register only that it is another's; stewards and auditors hear all. Pure. */
export function tellWrong(wrong: Wrong | null, { role }: Actor): ToldWrong | null {
  if (wrong === null || wrong.what === "day" || !wrong.is_of_another || role !== "member") return wrong;
  return { what: wrong.what, is_of_another: true };
}

/** A request that does not fit what stands. */
export function caseConflict(message: string): HubError {
  return new HubError("CASE_CONFLICT", message, {
    remedy: "See GET /api/contests for how it stands; a new case takes a new id.",
  });
}
