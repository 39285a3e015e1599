import { canonicalJson, sha256Hex } from "../../canonical-json.ts";
import type { CaseStep, OpenedStep } from "./case.ts";

/** A step as it is kept. */
export interface KeptStep {
  readonly step: CaseStep;
  /** Over the step and the digest of the one before it, computed when it was kept. */
  readonly digest: string;
}

/** Where cases are kept: append-only, and on the disk when a write resolves. */
export interface CaseLog {
  /**
   * The first step of a case and its evidence, both or none. The same opening again: "exists", and the first evidence stands.
   * @throws HubError CASE_CONFLICT when the case was opened with other content
   */
  open(opened: OpenedStep, evidence: string): Promise<"created" | "exists">;
  /**
   * A later step. The same step again: "exists".
   * @param place how many steps stand before it, so that of two that are taken at once one is kept
   * @throws HubError CASE_CONFLICT when another step has that place; RangeError when a step before it is missing
   */
  add(step: Exclude<CaseStep, OpenedStep>, place: number): Promise<"created" | "exists">;
  /** Oldest first; empty when there is no such case. */
  stepsOf(id: string): Promise<readonly KeptStep[]>;
  /** Every case with its steps, in the order they were opened. */
  cases(): Promise<readonly (readonly KeptStep[])[]>;
  /** The evidence byte for byte; undefined when there is none, or it cannot be read any more. */
  evidenceOf(id: string): Promise<string | undefined>;
}

/** @param before digest of the step before it, null for the first */
export function digestOfStep(step: CaseStep, before: string | null): string {
  return sha256Hex(canonicalJson({ before, step }));
}

/** What a step says, without what a repeat of it would say otherwise: when, and what was frozen then. */
export function contentOfStep(step: CaseStep): string {
  const { at_ms: _at, ...said } = step;
  if (said.step !== "opened") return canonicalJson(said);
  const { due_ms: _due, evidence_sha256: _evidence, ...opened } = said;
  return canonicalJson(opened);
}

/** The first step that is not what was kept, as its place from 0; undefined when all are. Pure. */
export function firstAlteredStep(kept: readonly KeptStep[]): number | undefined {
  const found = kept.findIndex(({ step, digest }, place) => {
    return digestOfStep(step, kept[place - 1]?.digest ?? null) !== digest;
  });
  return found === -1 ? undefined : found;
}
