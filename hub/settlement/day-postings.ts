import { type AccountId, accounts } from "../ledger/account.ts";
import type { DayCells } from "./day-cells.ts";

/**
 * What one day's cells book, by account: plants into the pool, the pool to members and the grid.
 * Only shared intervals count; a held one books nothing until its inputs are there. The amounts sum to zero.
 */
export function amountsOfDay(cells: DayCells): Map<AccountId, number> {
  const amounts = new Map<AccountId, number>();
  const move = (from: AccountId, to: AccountId, energy: number): void => {
    amounts.set(from, (amounts.get(from) ?? 0) - energy);
    amounts.set(to, (amounts.get(to) ?? 0) + energy);
  };
  const isShared = (index: number): boolean => cells.state[index] === "shared";
  const total = (column: readonly (number | null)[]): number =>
    column.reduce<number>((sum, energy, index) => (isShared(index) ? sum + (energy ?? 0) : sum), 0);
  for (const { point, role, energy_mwh } of cells.points) {
    if (role === "generation") move(accounts.plant(point), accounts.pool, total(energy_mwh));
  }
  for (const { member, allotted_mwh } of cells.members)
    move(accounts.pool, accounts.memberUsed(member), total(allotted_mwh));
  move(accounts.pool, accounts.grid, total(cells.surplus_mwh));
  return amounts;
}
