import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, describe, expect, test } from "vitest";
import type { DecidedStep, OpenedStep, WithdrawnStep } from "../../hub/governance/contest/case.ts";
import { type CaseLog, firstAlteredStep } from "../../hub/governance/contest/case-log.ts";
import { memoryCaseLog } from "../../hub/store/memory/case-log.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteCaseLog } from "../../hub/store/sqlite/case-log.ts";
import { EpochMs } from "../../hub/units.ts";

const opened = (id: string, more: Partial<OpenedStep> = {}): OpenedStep => ({
  ...{ step: "opened", case: id, by: "ann", role: "member", reason: "too little", at_ms: EpochMs(1_000) },
  ...{ entry: "2026-06-13.1", day: "2026-06-13", member: "ann", from_ms: EpochMs(0), to_ms: EpochMs(900_000) },
  ...{ due_ms: EpochMs(2_000), evidence_sha256: "e" },
  ...more,
});
const said = (id: string) => ({ case: id, reason: "because", at_ms: EpochMs(1_500) });
const withdrawn = (id: string): WithdrawnStep => ({ step: "withdrawn", by: "ann", role: "member", ...said(id) });
const rejected = (id: string): DecidedStep => ({
  ...{ step: "decided", by: "steward", role: "steward", ...said(id), verdict: "rejected", wrong: null },
});
const openFile = () => join(mkdtempSync(join(tmpdir(), "millrace-cases-")), "books.db");

const adapters: Readonly<Record<string, () => CaseLog>> = {
  memory: memoryCaseLog,
  sqlite: () => sqliteCaseLog(openBooks(openFile())),
};

describe.each(Object.entries(adapters))("case log: %s", (_name, open) => {
  let log: CaseLog;
  beforeEach(() => {
    log = open();
  });

  test("a case comes back as it was opened, with its evidence byte for byte", async () => {
    const evidence = '{"text":"17,3 °C – ü €"}';
    expect(await log.open(opened("c-1"), evidence)).toBe("created");
    expect((await log.stepsOf("c-1")).map(({ step }) => step)).toEqual([opened("c-1")]);
    expect(await log.evidenceOf("c-1")).toBe(evidence);
    expect(await log.stepsOf("c-2")).toEqual([]);
    expect(await log.evidenceOf("c-2")).toBeUndefined();
  });

  test("the same opening again changes nothing, and the first evidence stands", async () => {
    await log.open(opened("c-1"), "first");
    const again = opened("c-1", { at_ms: EpochMs(9), due_ms: EpochMs(99), evidence_sha256: "other" });
    expect(await log.open(again, "second")).toBe("exists");
    expect(await log.evidenceOf("c-1")).toBe("first");
    expect(await log.stepsOf("c-1")).toHaveLength(1);
  });

  test.each([
    ["another reason", { reason: "too much" }],
    ["another member", { member: "ben" }],
    ["another range", { to_ms: EpochMs(1_800_000) }],
    ["another author", { by: "steward", role: "steward" }],
  ] as const)("the same id with %s is a conflict and changes nothing", async (_what, more) => {
    await log.open(opened("c-1"), "first");
    await expect(log.open(opened("c-1", more), "second")).rejects.toMatchObject({ code: "CASE_CONFLICT" });
    expect((await log.stepsOf("c-1")).map(({ step }) => step)).toEqual([opened("c-1")]);
  });

  test("of two steps in one place the first is kept; the same one again exists", async () => {
    await log.open(opened("c-1"), "e");
    expect(await log.add(rejected("c-1"), 1)).toBe("created");
    expect(await log.add({ ...rejected("c-1"), at_ms: EpochMs(7_000) }, 1)).toBe("exists");
    await expect(log.add(withdrawn("c-1"), 1)).rejects.toMatchObject({ code: "CASE_CONFLICT" });
    expect((await log.stepsOf("c-1")).map(({ step }) => step)).toEqual([opened("c-1"), rejected("c-1")]);
  });

  test("a step without the one before it is a bug", async () => {
    await expect(log.add(withdrawn("c-1"), 1)).rejects.toThrow(RangeError);
    await log.open(opened("c-1"), "e");
    await expect(log.add(withdrawn("c-1"), 2)).rejects.toThrow(RangeError);
    expect(await log.stepsOf("c-1")).toHaveLength(1);
  });

  test("cases are listed as they were opened, each with all its steps", async () => {
    for (const id of ["c-2", "c-1", "c-3"]) await log.open(opened(id), id);
    await log.add(withdrawn("c-2"), 1);
    expect((await log.cases()).map((kept) => kept.map(({ step }) => `${step.case} ${step.step}`))).toEqual([
      ["c-2 opened", "c-2 withdrawn"],
      ["c-1 opened"],
      ["c-3 opened"],
    ]);
  });

  test("every step is under a digest that chains to the one before it", async () => {
    await log.open(opened("c-1"), "e");
    await log.add(rejected("c-1"), 1);
    const kept = await log.stepsOf("c-1");
    expect(firstAlteredStep(kept)).toBeUndefined();
    const [first, second] = [kept[0]!, kept[1]!];
    const milder = { ...second, step: { ...second.step, reason: "for another reason" } };
    expect(firstAlteredStep([first, milder])).toBe(1);
    const other = { ...first, step: { ...first.step, at_ms: EpochMs(1) } };
    expect(firstAlteredStep([other, second])).toBe(0);
    expect(firstAlteredStep([second])).toBe(0);
  });
});

test("sqlite: the books refuse every change to a case, and an altered one is told by its digests", async () => {
  const path = openFile();
  const db = openBooks(path);
  const log = sqliteCaseLog(db);
  await log.open(opened("c-1"), "e");
  for (const change of [
    "UPDATE case_step SET said = '{}'",
    "DELETE FROM case_step",
    "UPDATE case_evidence SET body = x''",
    "DELETE FROM case_evidence",
  ]) {
    expect(() => db.exec(change), change).toThrow(/append-only/);
  }
  db.close();
  const outside = new Database(path);
  outside.exec(
    "DROP TRIGGER case_step_keeps_update; UPDATE case_step SET said = replace(said, 'too little', 'no reason')",
  );
  outside.exec("DROP TRIGGER case_evidence_keeps_update; UPDATE case_evidence SET body = x'00'");
  outside.close();
  const again = sqliteCaseLog(openBooks(path));
  expect(firstAlteredStep(await again.stepsOf("c-1"))).toBe(0);
  expect(await again.evidenceOf("c-1")).toBeUndefined();
});
