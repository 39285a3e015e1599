import { join } from "node:path";
import Database from "better-sqlite3";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { RANGE_LIMIT, type SeriesStore } from "../../hub/series/series-store.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { EpochMs } from "../../hub/units.ts";
import { auditReadings, type StoredReadings } from "./audit-readings.ts";
import { type AuditReport, FINDINGS_TOLD } from "./auditor-orders.ts";
import type { SentList } from "./sent-list.ts";

/** Written by the audit itself, to see that a recovered store takes readings again. */
const PROBE = SeriesKey("auditor/active_power");
const END_OF_TIME = EpochMs(Number.MAX_SAFE_INTEGER);

/**
 * Open a data folder as a hub does, time that, hold all it has against the list, and store one more reading in it.
 * The folder is changed by this: hand in a copy of one that is needed again.
 */
export async function auditFolder(list: SentList, folder: string, untilNs?: bigint): Promise<AuditReport> {
  const start = performance.now();
  let stores: Awaited<ReturnType<typeof openStores>>;
  try {
    stores = await openStores(folder, { windowMs: 0 });
  } catch (cause) {
    return notAStore(`the store does not open: ${told(cause)}`);
  }
  const openMs = performance.now() - start;
  try {
    const { findings, ...counts } = auditReadings(list, await readAll(stores.series), untilNs);
    const { conflicts, quarantined } = await stores.series.counts();
    const words = findings.slice(0, FINDINGS_TOLD).map(({ fault, about }) => `${fault}: ${about}`);
    if (findings.length > FINDINGS_TOLD) words.push(`and ${findings.length - FINDINGS_TOLD} more`);
    if (conflicts > 0) words.push(`${conflicts} conflicts, and no message contradicted another`);
    if (quarantined > 0) words.push(`${quarantined} refusals, and every message was well formed`);
    words.push(...(await probe(stores.series)));
    return { kind: "audited", ...counts, findings: words, openMs, sealedChunks: countChunks(folder) };
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

/** Sealed chunks in readings.db; 0 for a store that does not seal. */
function countChunks(folder: string): number {
  const db = new Database(join(folder, "readings.db"), { readonly: true });
  try {
    const hasChunks = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'chunk'").get();
    if (hasChunks === undefined) return 0;
    return db.prepare<[], { chunks: number }>("SELECT count(*) AS chunks FROM chunk").get()?.chunks ?? 0;
  } finally {
    db.close();
  }
}

function notAStore(finding: string): AuditReport {
  return { kind: "audited", readings: 0, owed: 0, findings: [finding], openMs: 0, sealedChunks: 0 };
}

function told(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause === undefined ? cause.message : `${cause.message}: ${told(cause.cause)}`;
}
