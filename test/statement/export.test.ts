import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands, runCommand } from "../../hub/cli/run-command.ts";
import { runMillrace } from "../cli/run-millrace.ts";
import { openSettlement, registerReadings, wholeDay } from "../settlement/sunny-day.ts";

let data: string;
beforeAll(async () => {
  const open = await openSettlement();
  const hours = (wh: number) => Array.from({ length: 24 }, () => wh);
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", hours(900)),
    ...registerReadings("ann/active_energy_import", hours(400)),
    ...registerReadings("ben/active_energy_import", hours(200)),
  ]);
  await open.settlement.settle(wholeDay);
  data = open.folder;
  await open[Symbol.asyncDispose]();
});

const run = (...words: readonly string[]) => runMillrace("export", ...words, "--data", data);
const folder = mkdtempSync(join(tmpdir(), "millrace-export-"));
afterAll(() => expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]));

test("a statement as a file takes the place of the old one", async () => {
  const out = join(folder, "ann.pdf");
  writeFileSync(out, "old");
  expect(await run("statement", "ann", "--period", "2026-06", "--out", out)).toEqual({ code: 0, out: "", error: "" });
  expect(readFileSync(out, "latin1")).toMatch(/^%PDF-.*%%EOF\s*$/s);
});

test("a table and a journal go to the terminal without a file", async () => {
  const table = await run("statement", "ann", "--period", "2026-06-13", "--format", "csv", "--rows", "intervals");
  expect(table.out.split("\r\n")).toHaveLength(1 + 24 + 1);
  const journal = await run("journal", "--period", "2026", "--plant", "roof");
  expect(journal.out).toMatch(/plant:roof +-21\.600000 kWh/);
});

test.each([
  ["nothing", [], "takes one of statement, journal, coefficients"],
  ["no member", ["statement", "--period", "2026-06"], "statement takes one member"],
  ["no period", ["journal"], "--period is missing"],
  ["a pdf for the terminal", ["statement", "ann", "--period", "2026-06"], "Name a file: --out statement.pdf."],
  [
    "another format",
    ["statement", "ann", "--period", "2026-06", "--format", "doc"],
    "--format takes one of json, csv, pdf, hledger",
  ],
  ["a stranger", ["statement", "eve", "--period", "2026-06", "--format", "json"], "[NOT_FOUND]"],
  ["a rule by use", ["coefficients"], "shares by consumption"],
  [
    "a folder that is not there",
    ["journal", "--period", "2026", "--out", join(folder, "no", "such.journal")],
    "[FOLDER_NOT_WRITABLE]",
  ],
])("%s: a clear line and exit 1", async (_name, words, line) => {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await runCommand(["export", ...words, "--data", data], {
    commands,
    print: (text) => printed.push(text),
    printError: (text) => errors.push(text),
  });
  expect({ code, printed }).toEqual({ code: 1, printed: [] });
  expect(errors.join("\n")).toContain(line);
});
