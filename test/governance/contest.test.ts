import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CaseStep, caseStates, type OpenedStep } from "../../hub/governance/contest/case.ts";
import { checkStep, maySee, stateOf } from "../../hub/governance/contest/contest.ts";
import type { Actor } from "../../hub/members/actor.ts";
import { EpochMs } from "../../hub/units.ts";

const DUE = EpochMs(10_000);
const ann: Actor = { name: "ann", role: "member" };
const ben: Actor = { name: "ben", role: "member" };
const stella: Actor = { name: "stella", role: "steward" };
/** A steward who is a member as well. */
const annAsSteward: Actor = { name: "ann", role: "steward" };
const otto: Actor = { name: "otto", role: "auditor" };
const hub: Actor = { name: "hub", role: "hub" };

const said = ({ name, role }: Actor, at: number) => {
  return { case: "c-1", by: name, role, reason: "because", at_ms: EpochMs(at) };
};
const opened = (actor: Actor, member = "ann"): OpenedStep => ({
  ...{ step: "opened", ...said(actor, 1_000), entry: "2026-06-13.1", day: "2026-06-13", member },
  ...{ from_ms: EpochMs(0), to_ms: EpochMs(1), due_ms: DUE, evidence_sha256: "e" },
});
const withdrawn = (actor: Actor, at = 2_000): CaseStep => ({ step: "withdrawn", ...said(actor, at) });
const upheld = (actor: Actor, at = 2_000): CaseStep => ({
  ...{ step: "decided", ...said(actor, at), verdict: "upheld", wrong: { what: "day" } },
});
const rejected = (actor: Actor, at = 2_000): CaseStep => ({
  ...{ step: "decided", ...said(actor, at), verdict: "rejected", wrong: null },
});
const corrected = (actor: Actor): CaseStep => ({ step: "corrected", ...said(actor, 3_000), entry: "2026-06-13.2" });

test.each([
  ["nothing", [], 0, undefined],
  ["an opening", [opened(ann)], 9_999, "open"],
  ["an opening at its deadline", [opened(ann)], 10_000, "overdue"],
  ["a withdrawal, however late it is looked at", [opened(ann), withdrawn(ann)], 99_999, "withdrawn"],
  ["a rejection", [opened(ann), rejected(stella)], 99_999, "rejected"],
  ["an upheld case that nothing was booked for yet", [opened(ann), upheld(stella)], 99_999, "upheld"],
  ["a correction", [opened(ann), upheld(stella), corrected(hub)], 99_999, "corrected"],
] as const)("where a case stands after %s", (_name, steps, now, state) => {
  expect(stateOf(steps, EpochMs(now))).toBe(state);
});

describe("who may take which step", () => {
  const refused = "ACTOR_REFUSED";
  const conflict = "CASE_CONFLICT";
  test.each([
    ["a member opens a case about the own column", [], opened(ann), undefined],
    ["a member opens one about another's", [], opened(ben), refused],
    ["a steward writes one down for a member", [], opened(stella), undefined],
    ["an auditor opens one", [], opened(otto), refused],
    ["it is opened twice", [opened(ann)], opened(ann), conflict],
    ["the member withdraws", [opened(ann)], withdrawn(ann), undefined],
    ["the member withdraws what a steward wrote down", [opened(stella)], withdrawn(ann), undefined],
    ["the steward withdraws what they wrote down", [opened(stella)], withdrawn(stella), undefined],
    ["a steward withdraws a member's case", [opened(ann)], withdrawn(stella), refused],
    ["another member withdraws it", [opened(ann)], withdrawn(ben), refused],
    ["a steward rejects", [opened(ann)], rejected(stella), undefined],
    ["a steward upholds after the deadline", [opened(ann)], upheld(stella, 20_000), undefined],
    ["a steward decides what they wrote down for another", [opened(stella)], rejected(stella), undefined],
    ["a steward decides the own case", [opened(ann)], rejected(annAsSteward), refused],
    ["a steward decides a case about the own column", [opened(stella)], upheld(annAsSteward), refused],
    ["the member decides", [opened(ann)], upheld(ann), refused],
    ["an auditor decides", [opened(ann)], rejected(otto), refused],
    ["nothing is decided before it is opened", [], rejected(stella), conflict],
    ["it is decided twice", [opened(ann), rejected(stella)], upheld(stella), conflict],
    ["it is decided after it was withdrawn", [opened(ann), withdrawn(ann)], upheld(stella), conflict],
    ["it is withdrawn after it was decided", [opened(ann), upheld(stella)], withdrawn(ann), conflict],
    ["the hub names the entry", [opened(ann), upheld(stella)], corrected(hub), undefined],
    ["a steward names the entry", [opened(ann), upheld(stella)], corrected(stella), refused],
    ["a rejected case is corrected", [opened(ann), rejected(stella)], corrected(hub), conflict],
    ["upheld, and nothing is wrong", [opened(ann)], { ...upheld(stella), wrong: null } as CaseStep, "CASE_INVALID"],
    [
      "rejected, and something is wrong",
      [opened(ann)],
      { ...rejected(stella), wrong: { what: "day" } } as CaseStep,
      "CASE_INVALID",
    ],
  ] as const)("%s", (_name, steps, next, code) => {
    const check = () => checkStep(steps, next, next.at_ms);
    if (code === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code, remedy: expect.stringMatching(/\.$/) }));
  });
});

test.each([
  ["the member", ann, true],
  ["another member", ben, false],
  ["a steward", stella, true],
  ["an auditor", otto, true],
  ["staff", { name: "ann", role: "staff" }, false],
  ["a screen", { name: "ann", role: "screen" }, false],
] as const)("%s reads a case: %s", (_name, actor, may) => {
  expect(maySee(actor, { member: "ann" })).toBe(may);
});

test("whatever is tried in whatever order, a case ends at most once and its past never changes", () => {
  const actors = [ann, ben, stella, annAsSteward, otto, hub];
  const step = fc
    .record({ actor: fc.constantFrom(...actors), make: fc.nat(3), at: fc.integer({ min: 1_000, max: 20_000 }) })
    .map(({ actor, make, at }) => {
      const steps = [withdrawn(actor, at), upheld(actor, at), rejected(actor, at), corrected(actor)] as const;
      return steps[make]!;
    });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (tries) => {
      const steps: CaseStep[] = [opened(ann)];
      for (const next of tries) {
        const before = stateOf(steps, next.at_ms);
        try {
          checkStep(steps, next, next.at_ms);
        } catch {
          continue;
        }
        expect(["open", "overdue", "upheld"]).toContain(before);
        steps.push(next);
      }
      expect(steps.length).toBeLessThanOrEqual(3);
      expect(caseStates).toContain(stateOf(steps, DUE));
    }),
  );
});
