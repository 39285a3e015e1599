import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatHledger } from "../../hub/statement/format-hledger.ts";
import { formatPdf } from "../../hub/statement/format-pdf.ts";
import { statementFormats } from "../../hub/statement/statement-formats.ts";
import { statementLanguages } from "../../hub/statement/statement-words.ts";
import { need } from "../requirements.ts";
import { OCTOBER, openOctober } from "./october.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden");
let october: Awaited<ReturnType<typeof openOctober>>;
beforeAll(async () => {
  october = await openOctober();
}, 60_000);
afterAll(() => october[Symbol.asyncDispose]());

/** Compare with test/golden/NAME; UPDATE_GOLDEN=1 writes it anew. */
function expectGolden(name: string, text: string): void {
  const path = join(GOLDEN, name);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, "utf8"));
}

const request = { member: "ben", period: OCTOBER, rows: "days", language: "en" } as const;

test.each(["json", "csv", "hledger"] as const)("a month as %s", async (format) => {
  const made = await statementFormats[format].make(october.statements, request);
  expectGolden(`statement-ben.${statementFormats[format].extension}`, String(made));
});

test("the intervals of a day of 25 hours as a table", async () => {
  const period = { first: "2026-10-25", last: "2026-10-25" };
  const made = await statementFormats.csv.make(october.statements, { ...request, period, rows: "intervals" });
  expectGolden("statement-ben-autumn-day.csv", String(made));
  const lines = String(made).split("\r\n");
  expect(lines).toHaveLength(1 + 100 + 1);
  expect(lines.filter((line) => /2026-10-25T02:00:00\+0[12]:00/.test(line.split(",")[4] ?? ""))).toHaveLength(2);
});

test("the journal of the whole community", async () => {
  expectGolden("community.journal", formatHledger(await october.statements.journal({ kind: "community" }, OCTOBER)));
});

/** What a reader sees on the pages, in the order of the page. */
function textOfPdf(pdf: Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-pdf-")), "statement.pdf");
  writeFileSync(path, pdf);
  return execFileSync("pdftotext", ["-layout", path, "-"], { encoding: "utf8" });
}

test.skipIf(!need("pdftotext")).each(statementLanguages)("printed in %s (needs pdftotext)", async (language) => {
  const statement = await october.statements.ofMember("ben", OCTOBER);
  const pdf = await formatPdf(statement, language);
  const text = textOfPdf(pdf);
  expect(text.split("\f")).toHaveLength(3);
  expectGolden(`statement-ben-${language}.txt`, text);
  expect(Buffer.compare(Buffer.from(pdf), Buffer.from(await formatPdf(statement, language)))).toBe(0);
});
