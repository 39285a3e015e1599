import { shiftDecimal } from "../units.ts";

/** Energy as people read it, exactly: 3,000,000 mWh are "3 kWh", 1 mWh is "0.000001 kWh". */
export function energyInWords(energyMwh: number): string {
  const decimals = shiftDecimal(energyMwh, -6)
    .toFixed(6)
    .replace(/\.?0+$/, "");
  return `${decimals} kWh`;
}
