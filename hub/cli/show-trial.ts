import type { TrialResult } from "../members/device-trial.ts";
import { quantities } from "../quantity.ts";
import { type Reading, seriesParts } from "../reading.ts";
import { plainText, textTable } from "./text-table.ts";

const ABSENT = { not_available: "not available", read_failed: "read failed" } as const;

/** Live values of a device as lines for a terminal: what it says it is, its values with units, and what to look at. Pure. */
export function showTrial({ identity, rated_w, readings, remarks }: TrialResult): readonly string[] {
  const { manufacturer, model, serial, firmware } = identity;
  const facts = [
    ["says it is", [manufacturer, model].filter((word) => word !== undefined).join(" ")],
    ["serial", serial ?? ""],
    ["firmware", firmware ?? ""],
    ["rated", rated_w === null ? "" : `${rated_w} W`],
  ];
  const told = facts.filter(([, what]) => what !== "").map((row) => row.map(plainText));
  const [, ...identityLines] = textTable(["", ""], told);
  return [
    ...identityLines,
    ...(told.length > 0 ? [""] : []),
    ...textTable(["value", ">now", "unit"], readings.map(rowOf)),
    ...(remarks.length > 0 ? ["", ...remarks.map((remark) => `Look: ${plainText(remark)}`)] : []),
  ];
}

function rowOf({ series, outcome, value }: Reading): readonly string[] {
  const { device, quantity } = seriesParts(series);
  const name = series.slice(device.length + 1);
  if (outcome !== "value") return [name, ABSENT[outcome], ""];
  const unit = quantities[quantity];
  return [name, String(value), unit === "1" || unit === "state" ? "" : unit];
}
