/** Whole mWh as kWh with all six decimals, exact: 1234500000 is "1234.500000". Moves the point, divides nothing. */
export function kwhDecimals(energyMwh: number): string {
  const digits = String(Math.abs(energyMwh)).padStart(7, "0");
  return `${energyMwh < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
