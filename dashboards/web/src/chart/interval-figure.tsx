import { useMemo, useState } from "preact/hooks";
import { timeOfDayFormat } from "../format/times.ts";
import { useSpeech } from "../i18n/language.ts";
import { IntervalChart } from "./interval-chart.tsx";
import { type IntervalData, intervalAt, type TrackMark, trackOf } from "./interval-data.ts";
import { IntervalKey } from "./interval-key.tsx";
import { IntervalSlider } from "./interval-slider.tsx";
import { IntervalTable } from "./interval-table.tsx";

export interface IntervalFigureProps {
  readonly data: IntervalData;
  readonly zone: string;
  readonly label: string;
  readonly chosen_ms: number | null;
  readonly onChoose: (from_ms: number) => void;
  readonly hasSlider: boolean;
}

/** A day of intervals in its three forms: key and chart, slider, table. */
export function IntervalFigure({ data, zone, label, chosen_ms, onChoose, hasSlider }: IntervalFigureProps) {
  const { texts, numbers } = useSpeech();
  const [hovered, setHovered] = useState<number | null>(null);
  const timeOfDay = useMemo(() => timeOfDayFormat(zone), [zone]);
  const chosen = chosen_ms === null ? null : (intervalAt(data, chosen_ms) ?? null);
  const read = hovered ?? chosen;

  const timesOf = (index: number) => {
    const from_ms = data.starts[index] ?? data.from_ms;
    return `${timeOfDay(from_ms)}–${timeOfDay(from_ms + data.interval_ms)}`;
  };
  const energyOf = (mark: TrackMark, index: number) => numbers.interval(trackOf(data, mark)?.values[index] ?? null);
  const spokenOf = (index: number) =>
    texts.member.sliderValue({
      times: timesOf(index),
      used: energyOf("consumption", index),
      allotted: energyOf("shared", index),
    });
  const choose = (index: number) => {
    const from_ms = data.starts[index];
    if (from_ms !== undefined) onChoose(from_ms);
  };

  return (
    <figure class="intervals">
      <IntervalKey data={data} index={read} times={read === null ? null : timesOf(read)} />
      <IntervalChart
        data={data}
        label={label}
        chosen={chosen}
        timeOfDay={timeOfDay}
        decimal={numbers.axis}
        onHover={setHovered}
        onChoose={choose}
      />
      {hasSlider && (
        <IntervalSlider
          count={data.starts.length}
          chosen={chosen}
          valueText={chosen === null ? texts.member.slider : spokenOf(chosen)}
          onChoose={choose}
        />
      )}
      <IntervalTable data={data} label={label} timesOf={timesOf} chosen={chosen} onChoose={choose} />
    </figure>
  );
}
