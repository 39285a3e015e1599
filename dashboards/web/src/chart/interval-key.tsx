import { useSpeech } from "../i18n/language.ts";
import type { IntervalData, TrackMark } from "./interval-data.ts";

/** The key of a chart; with an interval it also tells its figures. */
export function IntervalKey({
  data,
  index,
  times,
}: {
  data: IntervalData;
  index: number | null;
  times: string | null;
}) {
  const { texts, numbers } = useSpeech();
  const state = index === null ? undefined : data.states[index];
  return (
    <div class="key">
      <ul>
        {data.tracks.map((track) => (
          <li key={track.mark}>
            <Swatch mark={track.mark} />
            <span>{track.label}</span>
            {/* The place for the figure is kept, so that choosing an interval moves nothing. */}
            <b>{index === null ? "\u00a0" : numbers.interval(track.values[index] ?? null)}</b>
          </li>
        ))}
        {data.states.includes("held") && (
          <li>
            <Swatch mark="held" />
            <span class="capital">{texts.interval.state.held}</span>
          </li>
        )}
      </ul>
      <p class="key-time">
        {texts.kwhPer(data.interval_ms / 60_000)}
        {times !== null && ` · ${times}`}
        {state !== undefined && state !== "shared" && ` · ${texts.interval.state[state]}`}
      </p>
    </div>
  );
}

/** A small drawing of how a track looks in the chart. */
export function Swatch({ mark }: { mark: TrackMark | "held" }) {
  return (
    <svg class={`swatch swatch-${mark}`} viewBox="0 0 24 14" aria-hidden="true">
      {mark === "generation" && <path d="M1 8h22" />}
      {mark === "consumption" && <path d="M1 8h22" stroke-dasharray="6 4" />}
      {(mark === "shared" || mark === "surplus" || mark === "held") && (
        <rect x="1" y="1" width="22" height="12" rx="2" />
      )}
      {mark === "grid" && <path d="M1 13 13 1M7 13 19 1M13 13 23 3M1 7l6-6M19 13l4-4" />}
    </svg>
  );
}
