import { compareWindows, type IntakeRate, yearsOfLife } from "../card-wear.ts";
import type { Config } from "../config/schema.ts";
import { describeBytes, describeMs, type Finding, look, ok } from "./finding.ts";

/** A shorter life is worth a look; the running hub says the same in its health. */
const SHORTEST_LIFE_YEARS = 2;
/** Beyond this the number says nothing but "something else breaks first". */
const LONGEST_LIFE_YEARS = 100;

/** What a running hub measured, as its /api/wear says. */
export interface WearMeasured extends IntakeRate {
  readonly seconds: number;
  readonly bytes_per_day: number;
}

/**
 * How long the card lasts with the chosen window and with others.
 * @param known what the running hub measured, else a guess from what is stored, else undefined
 */
export function checkWear(
  { commit_window_ms, card_endurance_tb }: Pick<Config["storage"], "commit_window_ms" | "card_endurance_tb">,
  known: WearMeasured | IntakeRate | undefined,
): Finding {
  if (known === undefined) return ok("wear", "nothing is written yet");
  const windows = compareWindows(known, commit_window_ms, card_endurance_tb);
  const compared = windows.map(({ window_ms, bytes_per_day, years }) => {
    const chosen = window_ms === commit_window_ms ? " (chosen)" : "";
    return `window of ${describeMs(window_ms)}${chosen}: about ${describeBytes(bytes_per_day)} a day, ${describeYears(years)}`;
  });
  const isMeasured = "bytes_per_day" in known;
  const chosen = windows.find(({ window_ms }) => window_ms === commit_window_ms);
  const bytes = isMeasured ? known.bytes_per_day : (chosen?.bytes_per_day ?? 0);
  const years = yearsOfLife(bytes, card_endurance_tb);
  const how = isMeasured ? `measured over ${describeMs(known.seconds * 1000)}` : "estimated, no hub runs here";
  const message = [
    `${describeBytes(bytes)} a day (${how}): a card of ${card_endurance_tb} TB lasts ${describeYears(years)}`,
    ...compared,
  ].join("\n");
  if (years === null || years >= SHORTEST_LIFE_YEARS) return ok("wear", message);
  return look("wear", message, "Set a longer storage.commit_window_ms, or take a card that bears more (docs/wear.md).");
}

function describeYears(years: number | null): string {
  if (years === null) return "for ever";
  if (years > LONGEST_LIFE_YEARS) return `more than ${LONGEST_LIFE_YEARS} years`;
  return `${years < 10 ? years.toFixed(1) : Math.round(years)} years`;
}
