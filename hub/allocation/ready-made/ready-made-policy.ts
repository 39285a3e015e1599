import type { Policy } from "../policy.ts";

/** A rule of some country or operator, ready to be proposed and then adjusted. */
export interface ReadyMadePolicy {
  /** Country and rule, in kebab-case. */
  readonly id: string;
  readonly country: string;
  /** What people there call it. */
  readonly scheme: string;
  /** Where the rule is written. */
  readonly source: string;
  /** What a community must still fill in or know, one sentence; undefined where nothing. */
  readonly remark?: string;
  /** @param members ids of all members, at least one; @param plants ids of all plants, in the order they should be used */
  policyFor(members: readonly string[], plants: readonly string[]): Policy;
}

/** Fixed shares to start from: everybody the same, together exactly 1. */
export function evenShares(members: readonly string[]): Record<string, string> {
  return Object.fromEntries(members.map((member) => [member, `1/${members.length}`]));
}
