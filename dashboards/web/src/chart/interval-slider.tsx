import { useId } from "preact/hooks";
import { useSpeech } from "../i18n/language.ts";

export interface IntervalSliderProps {
  readonly count: number;
  readonly chosen: number | null;
  /** What the chosen interval says, for those who hear it. */
  readonly valueText: string;
  readonly onChoose: (index: number) => void;
}

/** One slider under the chart: arrow keys step through the intervals, a thumb slides over them. */
export function IntervalSlider({ count, chosen, valueText, onChoose }: IntervalSliderProps) {
  const { texts } = useSpeech();
  const hint = useId();
  const at = chosen ?? Math.floor(count / 2);
  return (
    <div class="slider">
      <button type="button" aria-label={texts.member.previous} disabled={at <= 0} onClick={() => onChoose(at - 1)}>
        ‹
      </button>
      <input
        type="range"
        min={0}
        max={count - 1}
        step={1}
        value={at}
        class={chosen === null ? "unset" : ""}
        aria-label={texts.member.slider}
        aria-valuetext={valueText}
        aria-describedby={hint}
        onInput={(event) => onChoose(Number(event.currentTarget.value))}
      />
      <button type="button" aria-label={texts.member.next} disabled={at >= count - 1} onClick={() => onChoose(at + 1)}>
        ›
      </button>
      <p id={hint} class="hint">
        {texts.member.sliderHint}
      </p>
    </div>
  );
}
