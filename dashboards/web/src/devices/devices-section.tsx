import type { Plant } from "../api/contract.ts";
import type { DeviceRow } from "../api/device-contract.ts";
import { timeAgo } from "../format/times.ts";
import { useSpeech } from "../i18n/language.ts";
import { SILENT_AFTER_MS } from "./device-condition.ts";

/** Silent devices named one by one; the rest is a number. */
const NAMED_MAX = 5;

export interface DevicesSectionProps {
  readonly plants: readonly Plant[];
  readonly devices: readonly DeviceRow[];
  readonly quarantined: number;
  readonly now_ms: number;
}

/** How the plants and the meters are, briefly. */
export function DevicesSection({ plants, devices, quarantined, now_ms }: DevicesSectionProps) {
  const { texts } = useSpeech();
  return (
    <section class="card" aria-labelledby="devices-title">
      <h2 id="devices-title">{texts.devices.title}</h2>
      <ul class="plants">
        {plants.map((plant) => (
          <PlantLine key={plant.point} plant={plant} />
        ))}
      </ul>
      {plants.length === 0 && <p>{texts.devices.noPlants}</p>}
      {plants.some(({ flag }) => flag !== null) && <p class="hint">{texts.devices.flagNote}</p>}
      <SilentDevices devices={devices} now_ms={now_ms} />
      {quarantined > 0 && <p>{texts.devices.quarantined(quarantined)}</p>}
    </section>
  );
}

function PlantLine({ plant }: { plant: Plant }) {
  const { texts, numbers } = useSpeech();
  const { point, flag, yield_kwh_per_kw: perKw, generation_mwh } = plant;
  return (
    <li class={flag ?? "fine"}>
      <b>{point}</b>
      <span class="flag">{flag === null ? texts.devices.fine : texts.devices.flag[flag]}</span>
      <small>
        {perKw === null
          ? texts.devices.generated(numbers.day(generation_mwh))
          : texts.devices.yield(numbers.decimal(perKw))}
      </small>
    </li>
  );
}

function SilentDevices({ devices, now_ms }: { devices: readonly DeviceRow[]; now_ms: number }) {
  const { locale, texts, numbers } = useSpeech();
  const silent = devices.filter(({ last_seen_ms }) => now_ms - (last_seen_ms ?? 0) > SILENT_AFTER_MS);
  if (devices.length === 0) return null;
  if (silent.length === 0) return <p>{texts.devices.allHeard(numbers.count(devices.length))}</p>;
  return (
    <ul class="silent">
      {silent.slice(0, NAMED_MAX).map(({ device, last_seen_ms }) => (
        <li key={device}>
          {last_seen_ms === null
            ? texts.devices.notHeard(device)
            : texts.devices.silent({ device, ago: timeAgo(locale, now_ms - last_seen_ms) })}
        </li>
      ))}
      {silent.length > NAMED_MAX && <li>{texts.devices.andMore(numbers.count(silent.length - NAMED_MAX))}</li>}
    </ul>
  );
}
