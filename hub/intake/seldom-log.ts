import type { Log } from "../log.ts";

/** Complaints remembered at a time; with more of them the log is past being read anyway. */
const REMEMBERED_COMPLAINTS = 1_000;

/** Writes a complaint down, and how often the same one went unwritten since its last line. */
export type SeldomLog = (complaint: {
  /** What makes it the same complaint. */
  readonly key: string;
  readonly fields: object;
  readonly message: string;
}) => void;

/**
 * Warnings that strangers or broken devices can cause at will: one line in a while for each, so that they fill no card.
 * @param now monotonic ms
 */
export function seldomLog(log: Log, everyMs: number, now: () => number): SeldomLog {
  const told = new Map<string, { at: number; unwritten: number }>();
  return ({ key, fields, message }) => {
    const last = told.get(key);
    if (last !== undefined && now() - last.at < everyMs) {
      last.unwritten += 1;
      return;
    }
    if (told.size >= REMEMBERED_COMPLAINTS) told.clear();
    told.set(key, { at: now(), unwritten: 0 });
    log.warn(last !== undefined && last.unwritten > 0 ? { ...fields, unwritten: last.unwritten } : fields, message);
  };
}
