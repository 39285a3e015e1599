import type { Outcome } from "../ledger/book-movements.ts";
import type { Movement } from "../ledger/movement.ts";
import type { ApiPorts } from "./ports.ts";

/**
 * Book movements by the community's rules of this moment; they are on the disk when it resolves.
 * @param how `append` decides each by itself, `appendChain` books all of them or none
 */
export function bookWith(
  { ledger, ledgerRules, clock }: Pick<ApiPorts, "ledger" | "ledgerRules" | "clock">,
  how: "append" | "appendChain" = "append",
): (movements: readonly Movement[]) => Promise<readonly Outcome[]> {
  return async (movements) => ledger[how](movements, { now: clock(), rules: await ledgerRules() });
}
