import { splitAmount } from "./split-demand.ts";

/**
 * Whose energy was it: what a pool gave, by plant, whole mWh, exactly.
 * @param amount at most the sum of the energies
 * @param energies what each plant brought, in the order in which plants are used
 * @param inOrder one plant after the other; else in proportion to what each brought, by largest remainder
 */
export function attributePlants(
  amount: number,
  energies: readonly number[],
  { inOrder, turn }: { readonly inOrder: boolean; readonly turn: number },
): readonly number[] {
  if (!inOrder) return energies.length === 1 ? [amount] : splitAmount(amount, energies, turn);
  let left = amount;
  return energies.map((energy) => {
    const part = Math.min(energy, left);
    left -= part;
    return part;
  });
}
