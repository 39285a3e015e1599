import { useMemo } from "preact/hooks";
import type { Health } from "../api/contract.ts";
import { zonedFormat } from "../format/times.ts";
import { useSpeech } from "../i18n/language.ts";

/** Says that time is simulated, how fast it runs and what time it is in there. */
export function DemoBanner({ health, now_ms, zone }: { health: Health; now_ms: number; zone: string }) {
  const { locale, texts, numbers } = useSpeech();
  const clock = useMemo(
    () => zonedFormat(locale, zone, { weekday: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    [locale, zone],
  );
  const speed = health.time_speed;
  return (
    <p class="demo">
      <strong>{speed > 1 ? texts.live.demo(numbers.count(speed)) : texts.live.simulated}</strong>
      <span>
        {texts.live.clock} <time dateTime={new Date(now_ms).toISOString()}>{clock(now_ms)}</time>
      </span>
    </p>
  );
}
