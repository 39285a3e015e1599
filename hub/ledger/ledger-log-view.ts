import { HubError } from "../errors.ts";
import { toBase64 } from "./base64.ts";
import { type Entry, textOfEntry } from "./entry.ts";
import type { EntryStore } from "./entry-store.ts";
import type { Ledger } from "./ledger.ts";
import type { KeptCheckpoint, LedgerLog } from "./ledger-log.ts";
import type { ColumnProof } from "./member-columns.ts";
import { documentOf } from "./movement.ts";
import { makeProof, type ProofDocument } from "./proof-document.ts";
import { publishCheckpoint } from "./publish-checkpoint.ts";
import type { SigningKey } from "./signing-key.ts";

/** What the log shows to everybody: how far it reached, signed, and proofs that anyone checks without the hub. */
export interface LedgerLogView {
  /** The newest signed note; signed now when the log has grown. @throws HubError LOG_SPLIT, SIGNING_KEY_UNUSABLE */
  checkpoint(): Promise<string>;
  /** Those signed before, the largest size first. */
  checkpoints(page: { readonly limit: number; readonly below?: number }): Promise<readonly KeptCheckpoint[]>;
  /** The public key as text, `name+id+key`. */
  verifierKey(): Promise<string>;
  /**
   * Hashes, Base64, that show the first `older` leaves to be the beginning of the first `newer`.
   * @throws HubError NOT_FOUND for sizes out of order or past the log's end
   */
  consistency(sizes: { readonly older: number; readonly newer: number }): Promise<readonly string[]>;
  /**
   * A proof under the newest checkpoint, of an entry of a day or of a movement.
   * @param wanted.member   adds the member's own column of a settled day
   * @param wanted.keptSize adds the path from the checkpoint of that size, which the member kept
   * @throws HubError NOT_FOUND for an entry, column or checkpoint that is not there
   */
  proofOf(entry: string, wanted: { readonly member?: string; readonly keptSize?: number }): Promise<ProofDocument>;
}

export interface LedgerLogPorts {
  readonly entries: Pick<EntryStore, "byId">;
  readonly ledger: Pick<Ledger, "movement">;
  readonly log: LedgerLog;
  /** The key, made at its first use: a log that nobody ever asked for needs none. */
  key(): Promise<SigningKey>;
  /** A member's column of a settled day; undefined when there is none or its salt was erased. */
  columnOf(entry: Entry, member: string): Promise<ColumnProof | undefined>;
}

export function createLedgerLogView({ entries, ledger, log, key, columnOf }: LedgerLogPorts): LedgerLogView {
  const columnProof = async (day: Entry | undefined, member: string | undefined): Promise<ColumnProof | undefined> => {
    if (member === undefined) return undefined;
    const column = day === undefined ? undefined : await columnOf(day, member);
    if (column !== undefined) return column;
    throw notThere(
      `column of ${member} behind this entry`,
      "Ask for an entry of a day on which that member took part.",
    );
  };
  return {
    checkpoint: async () => publishCheckpoint(log, await key()),
    checkpoints: (page) => log.checkpoints(page),
    verifierKey: async () => (await key()).verifierKey,
    async consistency({ older, newer }) {
      const size = await log.size();
      if (older > newer || newer > size) {
        throw notThere(`way from ${older} to ${newer} entries in a log of ${size}`, "Name two sizes that were signed.");
      }
      return (await log.consistencyProof(older, newer)).map(toBase64);
    },
    async proofOf(id, { member, keptSize }) {
      const [day, movement] = await Promise.all([entries.byId(id), ledger.movement(id)]);
      const leaf = day === undefined ? movement && documentOf(movement) : textOfEntry(day.entry);
      if (leaf === undefined) throw notThere(`entry ${id}`, "See /api/entries for what there is.");
      const column = await columnProof(day?.entry, member);
      const signing = await key();
      return makeProof(log, {
        leaf,
        checkpoint: await publishCheckpoint(log, signing),
        verifierKey: signing.verifierKey,
        ...(column !== undefined && { column }),
        ...(keptSize !== undefined && { keptSize }),
      });
    },
  };
}

function notThere(what: string, remedy: string): HubError {
  return new HubError("NOT_FOUND", `there is no ${what}`, { remedy });
}
