import { expect, test } from "vitest";
import { errorCodes } from "../hub/errors.ts";
import { isCode, listFiles, readSource } from "./source-tree.ts";

/** Rows of the table in docs/errors.md: code, status, cause, remedy. */
const rows = readSource("docs/errors.md")
  .split("\n")
  .filter((line) => /^\| [A-Z_]+ \|/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("every code has its row, with its status, and every row its code", () => {
  const documented = Object.fromEntries(rows.map(([code = "", status]) => [code, Number(status)]));
  expect(rows.length).toBe(Object.keys(errorCodes).length);
  expect(documented).toEqual(errorCodes);
});

test("the table keeps the order of the code", () => {
  expect(rows.map(([code]) => code)).toEqual(Object.keys(errorCodes));
});

test.each(rows)("%s says what happened and what to do", (_code, _status, cause = "", remedy = "") => {
  expect(cause.length).toBeGreaterThan(10);
  expect(remedy).toMatch(/^[A-Z].*\.$/);
});

test("every code is one that the hub can meet", () => {
  const sources = listFiles(["hub"])
    .filter((path) => isCode(path) && path !== "hub/errors.ts")
    .map(readSource)
    .join("\n");
  expect(Object.keys(errorCodes).filter((code) => !sources.includes(code))).toEqual([]);
});
