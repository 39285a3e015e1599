import { HubError } from "../errors.ts";
import { toBase64 } from "./base64.ts";
import { openCheckpoint } from "./checkpoint.ts";
import type { LedgerLog } from "./ledger-log.ts";
import type { ColumnProof } from "./member-columns.ts";

/**
 * A proof that a member keeps and checks without the hub, with hub/cli/verify-proof.mjs or any program of their own;
 * docs/proofs.md has the format. Hashes and salts are Base64.
 */
export interface ProofDocument {
  readonly format: "millrace-proof-1";
  /** What the leaf says, to the byte: the entry's canonical text. */
  readonly leaf: string;
  /** Of the leaf in the log, from 0. */
  readonly index: number;
  /** From the leaf's neighbour to the root that the checkpoint signs. */
  readonly path: readonly string[];
  /** A signed note. */
  readonly checkpoint: string;
  /** What the checkpoint is signed with, `name+id+key`. */
  readonly key: string;
  /** The member's own column of a settled day, under the root that the entry names as `columns_root`. */
  readonly column?: { readonly text: string; readonly salt: string; readonly path: readonly string[] };
  /** From the checkpoint that the member kept to the one above; left out when none was named. */
  readonly consistency_path?: readonly string[];
}

export interface ProofRequest {
  /** As it was appended. */
  readonly leaf: string;
  /** The note to prove it under, usually the latest one. */
  readonly checkpoint: string;
  /** `SigningKey.verifierKey` of the hub. */
  readonly verifierKey: string;
  readonly column?: ColumnProof;
  /** Leaves that the checkpoint in the member's hands covers. */
  readonly keptSize?: number;
}

/**
 * @throws HubError NOT_FOUND when the leaf is not among those that the checkpoint covers, or the member's checkpoint is newer
 * @throws RangeError for a checkpoint that the hub itself did not sign
 */
export async function makeProof(log: LedgerLog, request: ProofRequest): Promise<ProofDocument> {
  const checkpoint = openCheckpoint(request.checkpoint, request.verifierKey);
  if ("refused" in checkpoint) throw new RangeError(`not a checkpoint of this hub: ${checkpoint.refused}`);
  const index = await log.find(Buffer.from(request.leaf));
  if (index === undefined || index >= checkpoint.size) {
    throw new HubError("NOT_FOUND", `the entry is not among the ${checkpoint.size} that the checkpoint covers`, {
      retryable: true,
      remedy: "Ask again when the next checkpoint is signed; an entry that is booked is in it.",
    });
  }
  const { column, keptSize } = request;
  if (keptSize !== undefined && keptSize > checkpoint.size) {
    throw new HubError("NOT_FOUND", `the checkpoint at hand covers ${checkpoint.size} entries, yours ${keptSize}`, {
      remedy:
        "Ask for a proof under the hub's latest checkpoint; if that is no longer than yours, ask the steward why.",
    });
  }
  return {
    format: "millrace-proof-1",
    leaf: request.leaf,
    index,
    path: (await log.inclusionProof(index, checkpoint.size)).map(toBase64),
    checkpoint: request.checkpoint,
    key: request.verifierKey,
    ...(column && { column: { text: column.text, salt: toBase64(column.salt), path: column.path.map(toBase64) } }),
    ...(keptSize !== undefined && {
      consistency_path: (await log.consistencyProof(keptSize, checkpoint.size)).map(toBase64),
    }),
  };
}
