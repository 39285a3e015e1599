import type { HubClock } from "../decode/device-stamp.ts";
import { decodeSenml } from "../decode/senml.ts";
import type { Reading } from "../reading.ts";
import { RELEASED_AT } from "../release.ts";
import { type AppendReceipt, QUARANTINE_ROWS, type QuarantineRow, type SeriesStore } from "./series-store.ts";

/** What became of one row of the quarantine. */
export interface ReplayedRow {
  readonly id: number;
  /**
   * "released": understood now, its readings are stored and the row is gone. "kept": still not understood.
   * "refused": it cannot be decoded again, because not all of it was kept or nobody knows whose it is.
   */
  readonly outcome: "released" | "kept" | "refused";
  /** Why it is still in the quarantine; null when it is not. */
  readonly reason: string | null;
}

export interface ReplayReport extends AppendReceipt {
  /** By id, oldest first. */
  readonly rows: readonly ReplayedRow[];
  /** Ids that were asked for and are not in the quarantine. */
  readonly missing: readonly number[];
}

/** What a row says; `record` is what to keep of a refusal. */
export interface DecodedRow {
  readonly readings: readonly Reading[];
  readonly refusals: readonly { readonly reason: string; readonly record: string | Uint8Array }[];
}

/** Decodes a row of a device that does not speak SenML; undefined for one that does. */
export type DecodeRow = (row: QuarantineRow, hubClock: HubClock) => DecodedRow | undefined;

/**
 * Decode what is in the quarantine again, with today's decoder and at the row's own time, so that readings without a
 * stamp keep their arrival. Readings are on the disk before their row is taken out: what an interruption leaves behind is
 * replayed again and doubles nothing.
 * @param ids only these rows; all when left out
 * @throws HubError STORE_FAILED; rows before the failure stay replayed
 */
export async function replayQuarantine(
  store: SeriesStore,
  ids?: readonly number[],
  decodeRow: DecodeRow = () => undefined,
): Promise<ReplayReport> {
  const wanted = ids && new Set(ids);
  const found = (await store.quarantined(QUARANTINE_ROWS)).filter(({ id }) => wanted === undefined || wanted.has(id));
  const receipt = { stored: 0, repeated: 0, conflicting: 0 };
  const rows: ReplayedRow[] = [];
  for (const row of found.toSorted((a, b) => a.id - b.id)) {
    const { outcome, reason, ...counts } = await replayRow(store, row, decodeRow);
    rows.push({ id: row.id, outcome, reason });
    receipt.stored += counts.stored;
    receipt.repeated += counts.repeated;
    receipt.conflicting += counts.conflicting;
  }
  const known = new Set(found.map(({ id }) => id));
  return { ...receipt, rows, missing: [...(wanted ?? [])].filter((id) => !known.has(id)) };
}

const NOTHING: AppendReceipt = { stored: 0, repeated: 0, conflicting: 0 };

async function replayRow(
  store: SeriesStore,
  row: QuarantineRow,
  decodeRow: DecodeRow,
): Promise<AppendReceipt & Pick<ReplayedRow, "outcome" | "reason">> {
  const obstacle = obstacleOf(row);
  if (obstacle !== undefined) return { ...NOTHING, outcome: "refused", reason: obstacle };
  const { id, at, source, payload } = row;
  const device = row.device ?? "";
  // A row says nothing of the clock that stamped it, but before the release it was certainly wrong.
  const isDoubted = at < RELEASED_AT;
  const hubClock = isDoubted ? "in_doubt" : "known_good";
  const decoded: DecodedRow =
    decodeRow(row, hubClock) ?? decodeSenml(device, Buffer.from(payload).toString("utf8"), at, hubClock);
  const readings = isDoubted ? decoded.readings.map(markDoubted) : decoded.readings;
  const { refusals } = decoded;
  const [first] = refusals;
  const isAsBefore = readings.length === 0 && refusals.length === 1 && first?.reason === row.reason;
  if (isAsBefore) return { ...NOTHING, outcome: "kept", reason: row.reason };
  // One delivery a row: when it is replayed a second time, its unstamped readings are known as stored.
  const delivery = { client: "quarantine", packet: id, payload, isRepeat: true };
  const [receipt = NOTHING] = await Promise.all([
    readings.length > 0 ? store.append(readings, delivery) : undefined,
    ...refusals.map(({ reason, record }) =>
      store.quarantine({ at, source, device, reason, payload: Buffer.from(record) }),
    ),
  ]);
  await store.releaseQuarantined(id);
  const isUnderstood = refusals.length === 0;
  return { ...receipt, outcome: isUnderstood ? "released" : "kept", reason: first?.reason ?? null };
}

function markDoubted(reading: Reading): Reading {
  return reading.stampedBy === "arrival" ? { ...reading, isClockUnsure: true } : reading;
}

/** Why a row cannot be decoded again, whatever the decoder knows. */
function obstacleOf({ device, payload, payload_bytes }: QuarantineRow): string | undefined {
  if (device === null) return "nobody knows which device sent it";
  if (payload_bytes > payload.length) {
    return `only the first ${payload.length} of its ${payload_bytes} bytes were kept: have the device send it again`;
  }
  return undefined;
}
