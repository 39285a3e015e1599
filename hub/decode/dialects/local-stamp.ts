import { momentsOfLocal } from "../../time-zone.ts";
import { type Stamp, stampReader } from "../csv/read-stamp.ts";

const readAnyStamp = stampReader("auto", undefined);

/**
 * The moment of a stamp as text: ISO 8601 with or without an offset, DD.MM.YYYY HH:mm, or epoch seconds or milliseconds.
 * A local time is only a moment where its zone is known and shows it once: in the hour that autumn repeats it may be
 * either of two, and a device that does not say which is not believed.
 * @param timeZone IANA zone or fixed offset of stamps without an offset
 * @returns        ms since 1970; undefined when it is no moment, or not one alone
 */
export function momentOfText(text: unknown, timeZone: string | undefined): number | undefined {
  if (typeof text !== "string" || typeof readAnyStamp !== "function") return undefined;
  const stamp = readAnyStamp(text);
  if ("message" in stamp) return undefined;
  if ("moment" in stamp) return stamp.moment;
  return momentOfLocal(stamp, timeZone);
}

function momentOfLocal({ localMs }: Extract<Stamp, { localMs: number }>, timeZone: string | undefined) {
  if (timeZone === undefined) return undefined;
  try {
    const [first, second] = momentsOfLocal(timeZone, localMs);
    return second === undefined ? first : undefined;
  } catch {
    // A zone that does not exist: the stamp stays unbelieved.
    return undefined;
  }
}
