import type { Community } from "../api/contract.ts";
import type { DeviceRow } from "../api/device-contract.ts";
import { conditionOf, needsCare } from "../devices/device-condition.ts";
import { UNKNOWN } from "../format/numbers.ts";
import { timeAgo } from "../format/times.ts";
import { useSpeech } from "../i18n/language.ts";
import { PlaceLink } from "../shell/place-link.tsx";
import type { Go } from "../state/use-address.ts";
import { ConditionMark } from "./condition-mark.tsx";
import { FocusedHeading } from "./focused-heading.tsx";
import { useTexts } from "./texts/use-texts.ts";

export interface DeviceListProps {
  readonly rows: readonly DeviceRow[];
  readonly points: Community["metering_points"];
  readonly now_ms: number;
  readonly arrival: string | null;
  readonly go: Go;
}

/** Every device and how it fares; those that somebody should look at come first. */
export function DeviceList({ rows, points, now_ms, arrival, go }: DeviceListProps) {
  const { list } = useTexts();
  const silent = rows.filter((row) => needsCare(row, now_ms, points));
  const others = rows.filter((row) => !silent.includes(row));
  return (
    <section class="card" aria-labelledby="list-title">
      <div class="card-head">
        <FocusedHeading id="list-title" arrival={arrival}>
          {list.title}
        </FocusedHeading>
        <p class="over">
          {rows.length > 0 && `${list.count(rows.length)}, ${silent.length > 0 ? list.care(silent.length) : list.well}`}
        </p>
      </div>
      {rows.length === 0 && (
        <p>
          {list.none}{" "}
          <PlaceLink to={{ page: "add-device" }} go={go}>
            {list.noneWhat}
          </PlaceLink>
        </p>
      )}
      <ul class="device-list">
        {[...silent, ...others].map((row) => (
          <DeviceLine key={row.device} row={row} isOdd={silent.includes(row)} now_ms={now_ms} go={go} />
        ))}
      </ul>
    </section>
  );
}

interface DeviceLineProps {
  readonly row: DeviceRow;
  /** Somebody should look at it. */
  readonly isOdd: boolean;
  readonly now_ms: number;
  readonly go: Go;
}

function DeviceLine({ row, isOdd, now_ms, go }: DeviceLineProps) {
  const { locale, numbers } = useSpeech();
  const { list, declared } = useTexts();
  const { device, last_seen_ms, error_rate, requests, quarantined, rated_w, declared_in, profile, dialect } = row;
  const none = numbers.count(0);
  const facts = [
    { name: list.kind, value: profile ?? dialect ?? row.via ?? UNKNOWN },
    {
      name: list.lastSeen,
      value: last_seen_ms === null ? list.never : timeAgo(locale, now_ms - last_seen_ms),
    },
    {
      name: list.failures,
      value:
        error_rate === null
          ? UNKNOWN
          : list.failuresOf({ rate: numbers.rate(error_rate), requests: numbers.count(requests) }),
      isOdd: error_rate !== null && error_rate >= ODD_RATE,
    },
    { name: list.quarantined, value: numbers.count(quarantined), isOdd: quarantined > 0 },
    { name: list.rated, value: rated_w === null ? UNKNOWN : `${numbers.count(rated_w)} W` },
    { name: list.declared, value: declared[declared_in ?? "nowhere"] },
  ];
  return (
    <li class={isOdd ? "care" : undefined}>
      <h3>
        <PlaceLink to={{ page: "devices", device }} go={go}>
          {device}
        </PlaceLink>
      </h3>
      <ConditionMark condition={conditionOf(row, now_ms)} />
      <dl>
        {facts.map(({ name, value, isOdd }) => (
          <div key={name} class={value === UNKNOWN || value === none ? "empty" : undefined}>
            <dt>{name}</dt>
            <dd class={isOdd === true ? "odd" : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

/** A bus loses an answer now and then; one in twenty is worth a look. */
const ODD_RATE = 0.05;
