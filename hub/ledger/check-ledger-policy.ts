import type { PolicyProblem } from "../allocation/policy-problem.ts";
import type { LedgerPolicy } from "./credit-limit.ts";
import { builtInUnits } from "./ledger-unit.ts";

/**
 * What the schema cannot see of what a policy says about the ledger. Pure.
 * @returns an empty list for a sound one
 */
export function checkLedgerPolicy({ units, limits }: LedgerPolicy): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const taken = new Set(builtInUnits.flatMap(({ name, shown }): string[] => [name, shown]));
  for (const [index, { name }] of units.entries()) {
    if (taken.has(name)) {
      const remedy = "Name it otherwise: each unit once, and none of mWh, kWh, ms and s.";
      problems.push({ path: ["units", index, "name"], message: `there is a unit ${name} already`, remedy });
    }
    taken.add(name);
  }
  const known = new Set<string>([...builtInUnits, ...units].map(({ name }) => name));
  const limited = new Set<string>();
  for (const [index, { unit, formula }] of limits.entries()) {
    const path = ["limits", index];
    if (!known.has(unit)) {
      const remedy = `Use one of ${[...known].join(", ")}, or declare it under units.`;
      problems.push({ path: [...path, "unit"], message: `there is no unit ${unit}`, remedy });
    }
    if (limited.has(unit)) {
      const remedy = "Keep one of them: nobody could say which one counts.";
      problems.push({ path: [...path, "unit"], message: `there are two credit limits in ${unit}`, remedy });
    }
    limited.add(unit);
    if (formula.kind === "share_of_sales" && formula.at_least > formula.at_most) {
      const message = `everybody gets at least ${formula.at_least}, and nobody more than ${formula.at_most}`;
      problems.push({ path: [...path, "formula"], message, remedy: "Make at_most no less than at_least." });
    }
  }
  return problems;
}
