import type { Budget, Line } from "./bench.ts";

/** What a figure has to say about its budget: "met", "missed by 1.42x", or nothing when there is none. */
export function verdictOf({ measured, budget }: Pick<Line, "measured" | "budget">): string {
  if (budget === undefined) return "";
  if (!Number.isFinite(measured)) return "not measured";
  const times = "atMost" in budget ? measured / budget.atMost : budget.atLeast / measured;
  return times <= 1 ? "met" : `missed by ${roundTo3(times)}x`;
}

/** The table of a run as text, one line a row, columns aligned. */
export function formatTable(lines: readonly Line[]): string {
  const rows = [
    ["what", "measured", "budget", "ratio", "verdict"],
    ...lines.map((line) => [
      line.name,
      `${roundTo3(line.measured)} ${line.unit}`.trim(),
      line.budget === undefined ? "" : `${wordOf(line.budget)} ${roundTo3(limitOf(line.budget))}`,
      line.budget === undefined ? "" : roundTo3(line.measured / limitOf(line.budget)),
      verdictOf(line),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const aligned = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 1 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  aligned.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return aligned.join("\n");
}

/** "12 of 14 budgets met", and which are not. */
export function summarize(lines: readonly Line[]): string {
  const judged = lines.filter(({ budget }) => budget !== undefined);
  const missed = judged.filter((line) => verdictOf(line) !== "met");
  const names = missed.map((line) => `  ${line.name}: ${verdictOf(line)}`);
  return [`${judged.length - missed.length} of ${judged.length} budgets met`, ...names].join("\n");
}

function limitOf(budget: Budget): number {
  return "atMost" in budget ? budget.atMost : budget.atLeast;
}

function wordOf(budget: Budget): string {
  return "atMost" in budget ? "<=" : ">=";
}

/** Three significant digits, and thousands in groups: a noisy machine gives no more. */
function roundTo3(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return Number(value.toPrecision(3)).toLocaleString("en-GB", { maximumFractionDigits: 6 });
}
