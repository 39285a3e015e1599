import Type, { type Static } from "typebox";
import type { QuarantineRow } from "../series/series-store.ts";
import { Moment, orNull } from "./schemas.ts";

/** A row of the quarantine as the API shows it. */
export const QuarantineView = Type.Object({
  id: Type.Integer(),
  at_ms: Moment,
  source: Type.String(),
  device: orNull(Type.String()),
  reason: Type.String(),
  payload_bytes: Type.Integer({ description: "how long it was; more than is kept when it was cut" }),
  payload_text: Type.String({ description: "the first bytes, as text as far as they are text" }),
  payload_hex: Type.String({ description: "the same bytes" }),
});

/** Bytes of a row that the list shows: enough to see the format; a thousand whole rows would be 50 MB. */
const LISTED_BYTES = 512;

export function showRefusal({ at, payload, ...row }: QuarantineRow): Static<typeof QuarantineView> {
  const bytes = Buffer.from(payload).subarray(0, LISTED_BYTES);
  const { id, source, device, reason, payload_bytes } = row;
  return {
    id,
    at_ms: at,
    source,
    device,
    reason,
    payload_bytes,
    payload_text: bytes.toString("utf8"),
    payload_hex: bytes.toString("hex"),
  };
}
