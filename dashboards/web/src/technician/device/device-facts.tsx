import type { DeviceRow } from "../../api/device-contract.ts";
import { UNKNOWN } from "../../format/numbers.ts";
import { timeAgo } from "../../format/times.ts";
import { useSpeech } from "../../i18n/language.ts";
import { useTexts } from "../texts/use-texts.ts";

/** What a device says it is, and how it fares. */
export function DeviceFacts({ row, now_ms }: { row: DeviceRow; now_ms: number }) {
  const { locale, numbers } = useSpeech();
  const { device, list, declared } = useTexts();
  const { identity, last_seen_ms, error_rate, requests, rated_w, declared_in } = row;
  const facts = [
    [list.kind, row.profile ?? row.dialect ?? row.via],
    [device.manufacturer, identity.manufacturer],
    [device.model, identity.model],
    [device.serial, identity.serial],
    [device.firmware, identity.firmware],
    [list.rated, rated_w === null ? null : `${numbers.count(rated_w)} W`],
    [list.lastSeen, last_seen_ms === null ? list.never : timeAgo(locale, now_ms - last_seen_ms)],
    [
      list.failures,
      error_rate === null
        ? null
        : list.failuresOf({ rate: numbers.rate(error_rate), requests: numbers.count(requests) }),
    ],
    [list.quarantined, numbers.count(row.quarantined)],
    [list.declared, declared[declared_in ?? "nowhere"]],
  ] as const;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? UNKNOWN}</dd>
        </div>
      ))}
    </dl>
  );
}
