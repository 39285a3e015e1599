import type { QuarantinedRecord } from "../../api/device-contract.ts";
import { timeAgo } from "../../format/times.ts";
import { useSpeech } from "../../i18n/language.ts";
import { useTexts } from "../texts/use-texts.ts";

/** What a device sent that was not understood: why, where it arrived, and how it begins. */
export function QuarantineList({ records, now_ms }: { records: readonly QuarantinedRecord[]; now_ms: number }) {
  const { locale, numbers } = useSpeech();
  const { device } = useTexts();
  if (records.length === 0) return <p class="invite">{device.noQuarantine}</p>;
  return (
    <ul class="quarantine">
      {records.map(({ id, at_ms, reason, source, payload_bytes, payload_text, payload_hex }) => (
        <li key={id}>
          <b lang="en">{reason}</b>
          <small>
            {timeAgo(locale, now_ms - at_ms)} · <code>{source}</code> · {device.bytes(numbers.count(payload_bytes))}
          </small>
          {payload_bytes > 0 && <code class="payload">{isText(payload_text) ? payload_text : payload_hex}</code>}
        </li>
      ))}
    </ul>
  );
}

/** Bytes that are no text come with replacement or control characters, and read better as hexadecimal. */
const isText = (text: string): boolean => !/[\p{Cc}\ufffd]/u.test(text.replace(/\s/g, ""));
