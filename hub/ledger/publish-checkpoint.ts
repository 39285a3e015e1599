import { HubError } from "../errors.ts";
import { logSplit } from "./check-checkpoint.ts";
import { openCheckpoint, signCheckpoint } from "./checkpoint.ts";
import type { LedgerLog } from "./ledger-log.ts";
import { equalBytes } from "./merkle-hash.ts";
import { verifyConsistency } from "./merkle-proof.ts";
import type { SigningKey } from "./signing-key.ts";

/**
 * The signed checkpoint of the log as it is now. Nothing is signed that is not the continuation of the last one, and
 * nothing leaves that is not kept; where the log has not grown, the last one is answered again.
 * @returns the note
 * @throws HubError LOG_SPLIT; SIGNING_KEY_UNUSABLE when the last checkpoint is of another key
 */
export async function publishCheckpoint(log: LedgerLog, key: SigningKey): Promise<string> {
  const last = await log.latestCheckpoint();
  const size = await log.size();
  const root = await log.root(size);
  if (last !== undefined) {
    const older = openCheckpoint(last, key.verifierKey);
    if ("refused" in older) {
      throw new HubError(
        "SIGNING_KEY_UNUSABLE",
        `the last checkpoint is not of the key ${key.name}: ${older.refused}`,
        {
          remedy: "Put the key that signed it back into the data folder from a backup, and start the hub again.",
        },
      );
    }
    if (older.size > size) throw logSplit(`${older.size} leaves were signed, and it has ${size}`);
    if (older.size === size && equalBytes(older.root, root)) return last;
    const path = await log.consistencyProof(older.size, size);
    const claim = { older: older.size, olderRoot: older.root, newer: size, newerRoot: root, path };
    if (!verifyConsistency(claim)) throw logSplit(`its first ${older.size} leaves are not those that were signed`);
  }
  const note = signCheckpoint({ size, root }, key);
  await log.keepCheckpoint(note);
  return note;
}
