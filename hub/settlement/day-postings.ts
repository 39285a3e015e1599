import { type AccountId, accounts } from "../ledger/account.ts";
import type { DayCells, PlantColumn } from "./day-cells.ts";

/**
 * What one day's cells book, by account: plants into the pool, the pool to members and the grid, and what never entered
 * the pool to where it went instead. Only shared intervals count; a held one books nothing until its inputs are there. The
 * amounts sum to zero.
 */
export function amountsOfDay(cells: DayCells): Map<AccountId, number> {
  const { surplus_to = "to_grid" } = cells;
  const amounts = new Map<AccountId, number>();
  const move = (from: AccountId, to: AccountId, energy: number): void => {
    amounts.set(from, (amounts.get(from) ?? 0) - energy);
    amounts.set(to, (amounts.get(to) ?? 0) + energy);
  };
  const isShared = (index: number): boolean => cells.state[index] === "shared";
  const total = (column: readonly (number | null)[] = []): number =>
    column.reduce<number>((sum, energy, index) => (isShared(index) ? sum + (energy ?? 0) : sum), 0);

  if (cells.plants === undefined) {
    for (const { point, role, energy_mwh } of cells.points) {
      if (role === "generation") move(accounts.plant(point), accounts.pool, total(energy_mwh));
    }
  } else for (const plant of cells.plants) movePlant(plant, { move, total });

  for (const { member, allotted_mwh, own_mwh, beyond_mwh } of cells.members) {
    move(accounts.pool, accounts.memberUsed(member), total(allotted_mwh));
    // What a member made and used behind the own meter never was the pool's.
    move(accounts.ownUse, accounts.memberOwn(member), total(own_mwh));
    const beyond = surplus_to === "bank_as_credit" ? accounts.memberCredit(member) : accounts.grid;
    move(accounts.pool, beyond, total(beyond_mwh));
  }
  move(accounts.pool, surplus_to === "to_member_pot" ? accounts.fund : accounts.grid, total(cells.surplus_mwh));
  move(accounts.pool, accounts.rounding, total(cells.leak_mwh));
  return amounts;
}

function movePlant(
  { point, loss_mwh, own_mwh, outside_mwh, shared_mwh, beyond_mwh, surplus_mwh }: PlantColumn,
  {
    move,
    total,
  }: {
    readonly move: (from: AccountId, to: AccountId, energy: number) => void;
    readonly total: (column: readonly (number | null)[]) => number;
  },
): void {
  const plant = accounts.plant(point);
  move(plant, accounts.pool, total(shared_mwh) + total(beyond_mwh) + total(surplus_mwh));
  move(plant, accounts.losses, total(loss_mwh));
  move(plant, accounts.ownUse, total(own_mwh));
  move(plant, accounts.outside, total(outside_mwh));
}
