import { join } from "node:path";
import Database from "better-sqlite3";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { RANGE_LIMIT, type SeriesStore } from "../../hub/series/series-store.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import type { Sealable } from "../../hub/store/sqlite/series-store.ts";
import { EpochMs } from "../../hub/units.ts";
import { auditMarks } from "./audit-marks.ts";
import { auditReadings, type Finding, type StoredReadings } from "./audit-readings.ts";
import { type AuditOrder, type AuditReport, FINDINGS_TOLD } from "./auditor-orders.ts";
import type { SentList } from "./sent-list.ts";

/** Written by the audit itself, to see that a recovered store takes readings again. */
const PROBE = SeriesKey("auditor/active_power");
/** More than all messages of any run could leave. */
const ALL_MARKS = 1_000_000;
const END_OF_TIME = EpochMs(Number.MAX_SAFE_INTEGER);

/**
 * Open a data folder as a hub does, time that, hold all it has against the list, seal what the last hub had not, hold it
 * against the list again, and store one more reading. The folder is changed by this: hand in a copy of one that is needed
 * again.
 */
export async function auditFolder(
  list: SentList,
  { folder, bookedMs, untilNs }: Omit<AuditOrder, "kind">,
): Promise<AuditReport> {
  const auditNow = async (store: SeriesStore) => {
    const stored = await readAll(store);
    const { findings, ...counts } = auditReadings(list, stored, untilNs === undefined ? undefined : BigInt(untilNs));
    const marks = await store.lateMarks(ALL_MARKS);
    return { counts, marks: marks.length, findings: [...findings, ...auditMarks(bookedMs, { stored, marks })] };
  };
  const start = performance.now();
  let stores: Awaited<ReturnType<typeof openStores>>;
  try {
    stores = await openStores(folder, { windowMs: 0 });
  } catch (cause) {
    return notAStore(`the store does not open: ${told(cause)}`);
  }
  const openMs = performance.now() - start;
  try {
    const sealed = readSealing(folder);
    const { findings, counts, marks } = await auditNow(stores.series);
    // The cast is the port's: only stores that seal can be told to.
    await (stores.series as SeriesStore & Partial<Sealable>).sealNow?.();
    const again = await auditNow(stores.series);
    const { conflicts, quarantined } = await stores.series.counts();
    const words = [...inWords(findings), ...inWords(again.findings).map((word) => `after sealing: ${word}`)];
    if (conflicts > 0) words.push(`${conflicts} conflicts, and no message contradicted another`);
    if (quarantined > 0) words.push(`${quarantined} refusals, and every message was well formed`);
    words.push(...(await probe(stores.series)));
    return { kind: "audited", ...counts, ...sealed, marks, findings: words, openMs };
  } catch (cause) {
    return notAStore(`the store does not answer: ${told(cause)}`);
  } finally {
    await stores.close();
  }
}

async function readAll(store: SeriesStore): Promise<StoredReadings> {
  const catalogue = await store.catalogue();
  return Promise.all(
    catalogue.map(async ({ series, readings }) => ({
      series,
      counted: readings,
      readings: await readSeries(store, series),
    })),
  );
}

async function readSeries(store: SeriesStore, series: SeriesKey): Promise<readonly Reading[]> {
  const all: Reading[] = [];
  let from = EpochMs(0);
  for (;;) {
    const page = await store.range(series, { from, to: END_OF_TIME }, RANGE_LIMIT);
    for (const reading of page) all.push(reading);
    const last = page.at(-1);
    if (last === undefined || page.length < RANGE_LIMIT) return all;
    from = EpochMs(last.at + 1);
  }
}

/** A recovered store must take readings, or recovery only moved the loss. */
async function probe(store: SeriesStore): Promise<readonly string[]> {
  const reading: Reading = { series: PROBE, at: EpochMs(1), stampedBy: "device", outcome: "value", value: 1 };
  await store.append([reading]);
  const [latest] = await store.latest([PROBE]);
  return latest?.value === 1 ? [] : ["a new reading was acknowledged and is not there"];
}

interface SealingState {
  /** The newest head row that is in chunks: it grows with every seal. */
  readonly sealedSeq: number;
  readonly sealedChunks: number;
  readonly isHalfSealed: boolean;
}

const NOTHING_SEALED: SealingState = { sealedSeq: 0, sealedChunks: 0, isHalfSealed: false };

/** What is sealed in readings.db, by its own tables; nothing for a store that does not seal. A running hub may hold it open. */
export function readSealing(folder: string): SealingState {
  const db = new Database(join(folder, "readings.db"), { readonly: true });
  try {
    const hasChunks = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'chunk'").get();
    if (hasChunks === undefined) return NOTHING_SEALED;
    const state = db
      .prepare<[], { seq: number | null; chunks: number; half: number }>(
        `SELECT (SELECT max(sealed_seq) FROM series) AS seq, (SELECT count(*) FROM chunk) AS chunks,
          EXISTS (SELECT 1 FROM head WHERE seq <= (SELECT max(sealed_seq) FROM series)) AS half`,
      )
      .get();
    return { sealedSeq: state?.seq ?? 0, sealedChunks: state?.chunks ?? 0, isHalfSealed: state?.half === 1 };
  } finally {
    db.close();
  }
}

function inWords(findings: readonly Finding[]): readonly string[] {
  const words = findings.slice(0, FINDINGS_TOLD).map(({ fault, about }) => `${fault}: ${about}`);
  return findings.length > FINDINGS_TOLD ? [...words, `and ${findings.length - FINDINGS_TOLD} more`] : words;
}

function notAStore(finding: string): AuditReport {
  return { kind: "audited", readings: 0, owed: 0, marks: 0, findings: [finding], openMs: 0, ...NOTHING_SEALED };
}

function told(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause === undefined ? cause.message : `${cause.message}: ${told(cause.cause)}`;
}
