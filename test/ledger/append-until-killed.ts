import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteLedger } from "../../hub/store/sqlite/ledger.ts";
import { EpochMs } from "../../hub/units.ts";
import { BATCH, batchOf } from "./killed-batches.ts";
import { acorn, ann, issue, steward } from "./movements.ts";

/** Append batch after batch to the books named first, and print the number of each one that was acknowledged. */
const db = openBooks(process.argv[2] ?? "");
const ledger = sqliteLedger(db);
await ledger.declareUnit(acorn, { by: steward, at: EpochMs(1) });
await ledger.append([issue("start", ann, 1_000_000)], { now: EpochMs(1), rules: { limits: [] } });
for (let batch = 0; ; batch += 1) {
  const outcomes = await ledger.append(batchOf(batch), { now: EpochMs(10 + batch), rules: { limits: [] } });
  if (outcomes.length !== BATCH) throw new Error("an outcome is missing");
  process.stdout.write(`${batch}\n`);
}
