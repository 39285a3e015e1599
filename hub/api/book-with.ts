import type { Outcome } from "../ledger/book-movements.ts";
import type { Movement } from "../ledger/movement.ts";
import type { ApiPorts } from "./ports.ts";

/** Book movements by the community's rules of this moment; they are on the disk when it resolves. */
export function bookWith({
  ledger,
  ledgerRules,
  clock,
}: Pick<ApiPorts, "ledger" | "ledgerRules" | "clock">): (
  movements: readonly Movement[],
) => Promise<readonly Outcome[]> {
  return async (movements) => ledger.append(movements, { now: clock(), rules: await ledgerRules() });
}

/** The same, all of them or none. */
export function bookChainWith({
  ledger,
  ledgerRules,
  clock,
}: Pick<ApiPorts, "ledger" | "ledgerRules" | "clock">): (
  movements: readonly Movement[],
) => Promise<readonly Outcome[]> {
  return async (movements) => ledger.appendChain(movements, { now: clock(), rules: await ledgerRules() });
}
