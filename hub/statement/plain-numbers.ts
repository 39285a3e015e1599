import { shiftDecimal } from "../units.ts";

/** Energy for people, as exact kWh: 152000 mWh is "0.152 kWh". No rounding: every decimal there is, at least three. */
export function kwh(energyMwh: number): string {
  const [whole = "0", decimals = ""] = String(shiftDecimal(energyMwh, -6)).split(".");
  if (whole.includes("e") || decimals.includes("e")) return `${energyMwh} mWh`;
  return `${whole}.${decimals.padEnd(3, "0")} kWh`;
}
