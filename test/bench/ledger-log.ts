import { join } from "node:path";
import type { LedgerLog } from "../../hub/ledger/ledger-log.ts";
import { hashLeaf } from "../../hub/ledger/merkle-hash.ts";
import { verifyConsistency, verifyInclusion } from "../../hub/ledger/merkle-proof.ts";
import { memoryLedgerLog } from "../../hub/store/memory/ledger-log.ts";
import { sqliteLedgerLog } from "../../hub/store/sqlite/ledger-log.ts";
import { openDatabase } from "../../hub/store/sqlite/open-database.ts";
import type { Bench, Line } from "./bench.ts";

/** Bytes of a leaf: the canonical text of an entry between two accounts. */
const LEAF_BYTES = 400;
/** Leaves that are appended together, as one group commit of transfers. */
const BATCH = 1_000;
const PROOFS = 2_000;

export const ledgerLogBench: Bench = {
  name: "ledger-log",
  about: "append to the ledger's log and prove from it",
  async run({ quick, folder }) {
    const leaves = quick ? 100_000 : 1_000_000;
    const memory = memoryLedgerLog();
    const lines: Line[] = [
      { name: `ledger log in memory, append ${leaves} leaves`, measured: await grow(memory, leaves), unit: "leaves/s" },
      ...(await prove("in memory", memory)),
    ];
    const db = openDatabase(join(folder, "ledger-log.db"));
    const sqlite = sqliteLedgerLog(db);
    const stored = quick ? 20_000 : 200_000;
    lines.push(
      {
        name: `ledger log in SQLite, append ${stored} leaves, ${BATCH} a commit`,
        measured: await grow(sqlite, stored),
        unit: "leaves/s",
      },
      {
        name: "ledger log in SQLite, append leaf by leaf",
        measured: await growByOne(sqlite, quick ? 200 : 2_000),
        unit: "commits/s",
      },
      ...(await prove("in SQLite", sqlite)),
    );
    const { bytes } = db
      .prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()")
      .get() as { bytes: number };
    lines.push({
      name: "ledger log in SQLite, size of a leaf",
      measured: bytes / (await sqlite.size()),
      unit: "bytes",
    });
    db.close();
    return lines;
  },
};

async function grow(log: LedgerLog, leaves: number): Promise<number> {
  const from = performance.now();
  for (let done = 0; done < leaves; done += BATCH)
    await log.append(Array.from({ length: BATCH }, (_, at) => leafOf(done + at)));
  return perSecond(leaves, from);
}

async function growByOne(log: LedgerLog, leaves: number): Promise<number> {
  const first = await log.size();
  const from = performance.now();
  for (let done = 0; done < leaves; done += 1) await log.append([leafOf(first + done)]);
  return perSecond(leaves, from);
}

async function prove(where: string, log: LedgerLog): Promise<readonly Line[]> {
  const size = await log.size();
  const root = await log.root();
  // Steps of a prime, so that leaves from everywhere are asked for.
  const places = Array.from({ length: PROOFS }, (_, at) => (at * 7_919_993) % size);
  let from = performance.now();
  const paths: (readonly Uint8Array[])[] = [];
  for (const index of places) paths.push(await log.inclusionProof(index, size));
  const proving = usEach(from);
  from = performance.now();
  for (const [at, index] of places.entries()) {
    const leafHash = hashLeaf(leafOf(index));
    if (!verifyInclusion({ leafHash, index, size, path: paths[at] ?? [], root }))
      throw new Error(`leaf ${index} is not proved`);
  }
  const verifying = usEach(from);
  from = performance.now();
  for (const older of places) {
    const path = await log.consistencyProof(older, size);
    const olderRoot = await log.root(older);
    if (!verifyConsistency({ older, olderRoot, newer: size, newerRoot: root, path }))
      throw new Error(`${older} leaves are not proved`);
  }
  return [
    { name: `ledger log ${where}, inclusion proof among ${size}`, measured: proving, unit: "us" },
    { name: `ledger log ${where}, check of one`, measured: verifying, unit: "us" },
    { name: `ledger log ${where}, earlier root, consistency proof and check`, measured: usEach(from), unit: "us" },
  ];
}

/** The same bytes for the same index, without making a text each time. */
function leafOf(index: number): Uint8Array {
  const leaf = Buffer.alloc(LEAF_BYTES, 0x20);
  leaf.writeDoubleBE(index);
  return leaf;
}

const perSecond = (count: number, from: number) => count / ((performance.now() - from) / 1_000);
const usEach = (from: number) => ((performance.now() - from) * 1_000) / PROOFS;
