import type { CaseStep } from "../../governance/contest/case.ts";
import { type CaseLog, contentOfStep, digestOfStep, type KeptStep } from "../../governance/contest/case-log.ts";
import { caseConflict } from "../../governance/contest/contest.ts";

/** Cases in memory, for tests. */
export function memoryCaseLog(): CaseLog {
  const cases = new Map<string, KeptStep[]>();
  const evidence = new Map<string, string>();
  const append = (step: CaseStep, place: number): "created" | "exists" => {
    const kept = cases.get(step.case) ?? [];
    const known = kept[place]?.step;
    if (known !== undefined) {
      if (contentOfStep(known) === contentOfStep(step)) return "exists";
      throw caseConflict(`case ${step.case} has another step in place ${place + 1}`);
    }
    if (place !== kept.length) throw new RangeError(`case ${step.case} has only ${kept.length} steps`);
    cases.set(step.case, [...kept, { step, digest: digestOfStep(step, kept.at(-1)?.digest ?? null) }]);
    return "created";
  };
  return {
    async open(opened, document) {
      const done = append(opened, 0);
      if (done === "created") evidence.set(opened.case, document);
      return done;
    },
    add: async (step, place) => append(step, place),
    stepsOf: async (id) => cases.get(id) ?? [],
    cases: async () => [...cases.values()],
    evidenceOf: async (id) => evidence.get(id),
  };
}
