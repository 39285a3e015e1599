import type Database from "better-sqlite3";
import { DELIVERY_WINDOW } from "../../series/series-store.ts";
import { decodeKeys } from "./head-row.ts";

/** Keys of the newest deliveries of unstamped readings, so that a resend of one of them is known. */
export interface DeliveryWindow {
  has(key: bigint): boolean;
  /** The oldest goes when DELIVERY_WINDOW are held. */
  remember(key: bigint): void;
  /** Oldest first. */
  keys(): readonly bigint[];
}

/** The window as the last sealing left it; what stands in the head comes after. */
export function openDeliveryWindow(db: Database.Database): DeliveryWindow {
  const held = new Set<bigint>();
  const remember = (key: bigint): void => {
    held.add(key);
    const oldest = held.values().next().value;
    if (held.size > DELIVERY_WINDOW && oldest !== undefined) held.delete(oldest);
  };
  const rows = db.prepare<[], { keys: Buffer }>("SELECT keys FROM delivery_window");
  for (const { keys } of rows.iterate()) for (const key of decodeKeys(keys)) remember(key);
  return { has: (key) => held.has(key), remember, keys: () => [...held] };
}
