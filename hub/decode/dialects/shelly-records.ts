import { isJsonObject, propertyOf } from "./payload-json.ts";

/** Registers of one emdata or em1data component at a moment: Wh by name in its status. */
export interface RegisterState {
  readonly at: number;
  readonly values: ReadonlyMap<string, number>;
}

/** A time without registers, which the device's own minute records can fill. */
export interface RecordGap {
  readonly before: RegisterState;
  readonly after: RegisterState;
  /** Start of the next record wanted, s since 1970. */
  readonly nextS: number;
  /** Wh counted since `before`, by name in the records. */
  readonly counted: ReadonlyMap<string, number>;
}

/** A register as the records rebuild it. */
export interface FilledRegister {
  readonly path: string;
  readonly at: number;
  readonly value: number;
}

/** Registers come once a minute; one that comes later than this left a gap. */
export const LONGEST_WITHOUT_GAP_MS = 150_000;
/** Records of a minute, s. */
const RECORD_S = 60;
/** Most records of one answer: a device sends far fewer before it says where to go on. */
const MOST_RECORDS = 5_000;
/** Records have four decimals of a Wh. */
const DECIMALS = 4;

/** Which records a register sums up. */
const sumsOf: Readonly<Record<string, readonly string[]>> = {
  total_act: ["a_total_act_energy", "b_total_act_energy", "c_total_act_energy"],
  total_act_ret: ["a_total_act_ret_energy", "b_total_act_ret_energy", "c_total_act_ret_energy"],
};

/** A gap between two states. The first record wanted is that of the minute the earlier state stands in. */
export function openGap(before: RegisterState, after: RegisterState): RecordGap {
  const nextS = Math.floor(before.at / 1000 / RECORD_S) * RECORD_S;
  return { before, after, nextS, counted: new Map() };
}

/**
 * Rebuild registers from the energy of each stored minute (EMData.GetData, EM1Data.GetData): the last register before the
 * gap and what was counted since, never more than the first register after it, so that no register ever falls.
 * @param result the answer: `keys`, `data` [{ts, period, values}], `next_record_ts` when there is more
 * @returns the registers, and the gap that is left; undefined when it is filled. A text says why nothing can be read
 */
export function fillGap(
  gap: RecordGap,
  result: unknown,
): { readonly registers: readonly FilledRegister[]; readonly rest: RecordGap | undefined } | string {
  const keys = propertyOf(result, "keys");
  const blocks = propertyOf(result, "data");
  if (!Array.isArray(keys) || !Array.isArray(blocks)) return "stored records without keys or data";
  const counted = new Map(gap.counted);
  const registers: FilledRegister[] = [];
  let nextS = gap.nextS;
  let rowsSeen = 0;
  for (const block of blocks) {
    const startS = propertyOf(block, "ts");
    const periodS = propertyOf(block, "period");
    const rows = propertyOf(block, "values");
    if (!isJsonObject(block) || !isWhole(startS) || !isWhole(periodS) || periodS === 0 || !Array.isArray(rows)) {
      return "stored records of unknown form";
    }
    rowsSeen += rows.length;
    if (rowsSeen > MOST_RECORDS) return `more than ${MOST_RECORDS} stored records at once`;
    for (const [index, row] of rows.entries()) {
      const fromS = startS + index * periodS;
      const at = (fromS + periodS) * 1000;
      // A record that was counted already, or one that the first register after the gap includes.
      if (fromS < nextS || at >= gap.after.at) continue;
      if (!Array.isArray(row) || !countRow(keys, row, counted)) return "a stored record is no list of numbers";
      nextS = fromS + periodS;
      registers.push(...registersAt(gap, counted, at));
    }
  }
  const goOnS = propertyOf(result, "next_record_ts");
  const isLeft = isWhole(goOnS) && goOnS >= nextS && goOnS > gap.nextS && goOnS * 1000 < gap.after.at;
  return { registers, rest: isLeft ? { ...gap, nextS: goOnS, counted } : undefined };
}

function countRow(keys: readonly unknown[], row: readonly unknown[], counted: Map<string, number>): boolean {
  for (const [place, key] of keys.entries()) {
    if (typeof key !== "string" || !/total_act(?:_ret)?_energy$/.test(key)) continue;
    const energy = row[place];
    if (typeof energy !== "number" || !Number.isFinite(energy) || energy < 0) return false;
    counted.set(key, (counted.get(key) ?? 0) + energy);
  }
  return true;
}

function registersAt({ before, after }: RecordGap, counted: ReadonlyMap<string, number>, at: number) {
  return [...before.values].flatMap(([path, start]): readonly FilledRegister[] => {
    const end = after.values.get(path);
    const parts = (sumsOf[path] ?? [path]).map((key) => counted.get(key));
    if (end === undefined || parts.includes(undefined)) return [];
    const since = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
    return [{ path, at, value: Math.min(end, Number((start + since).toFixed(DECIMALS))) }];
  });
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
