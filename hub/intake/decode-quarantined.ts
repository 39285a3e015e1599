import type { DecodeRow } from "../series/replay-quarantine.ts";
import type { DialectRoutes } from "./dialect-routes.ts";

/**
 * Rows of the quarantine by the dialects of their devices. A dialect's message is refused as a whole, so that it can be
 * decoded as a whole another time.
 */
export function decodeQuarantined(dialects: Pick<DialectRoutes, "decodeAgain">): DecodeRow {
  return ({ device, source, at, payload }, hubClock) => {
    const decoded = dialects.decodeAgain(device ?? "", { topic: source, payload, arrival: { at, hubClock } });
    if (decoded === undefined) return undefined;
    const reason = decoded.refusals.map((refusal) => refusal.reason).join("; ");
    return { readings: decoded.readings, refusals: reason === "" ? [] : [{ reason, record: payload }] };
  };
}
