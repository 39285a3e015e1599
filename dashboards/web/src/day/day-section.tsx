import { useMemo } from "preact/hooks";
import type { CommunityDay, Days } from "../api/contract.ts";
import { IntervalFigure } from "../chart/interval-figure.tsx";
import { dayInWords } from "../format/times.ts";
import { useSpeech } from "../i18n/language.ts";
import { Failure, Loading } from "../shell/trouble.tsx";
import type { Answered } from "../state/use-answer.ts";
import { communityIntervals } from "./community-intervals.ts";
import { DayControls } from "./day-controls.tsx";
import { DayFigures } from "./day-figures.tsx";
import { DayStateWords } from "./day-state.tsx";
import { LiveSummary } from "./live-summary.tsx";

export interface DaySectionProps {
  readonly day: string;
  readonly days: Days;
  readonly shown: Answered<CommunityDay>;
  readonly chosen_ms: number | null;
  readonly onDay: (day: string | null) => void;
  readonly onChoose: (from_ms: number) => void;
}

/** The community's day: what was generated, used, shared and bought. */
export function DaySection({ day, days, shown, chosen_ms, onDay, onChoose }: DaySectionProps) {
  const { locale, texts } = useSpeech();
  return (
    <section class="card" aria-labelledby="day-title" aria-busy={!shown.isCurrent}>
      <div class="card-head">
        <div>
          <p class="over">{texts.day.title}</p>
          <h2 id="day-title">{dayInWords(locale, day)}</h2>
        </div>
        <DayControls day={day} days={days} onDay={onDay} />
      </div>
      {shown.answer !== undefined && <ShownDay day={shown.answer} chosen_ms={chosen_ms} onChoose={onChoose} />}
      {shown.answer === undefined && (shown.failure === undefined ? <Loading /> : <Failure failure={shown.failure} />)}
    </section>
  );
}

function ShownDay({
  day,
  chosen_ms,
  onChoose,
}: Pick<DaySectionProps, "chosen_ms" | "onChoose"> & { day: CommunityDay }) {
  const { texts, numbers } = useSpeech();
  const data = useMemo(() => communityIntervals(day, texts), [day, texts]);
  const { generation_mwh, consumption_mwh, shared_mwh } = day.totals;
  const summary = texts.live.summary({
    generation: numbers.day(generation_mwh),
    consumption: numbers.day(consumption_mwh),
    shared: numbers.day(shared_mwh),
  });
  return (
    <>
      <DayFigures totals={day.totals} />
      <IntervalFigure
        data={data}
        zone={day.time_zone}
        label={texts.day.chart}
        chosen_ms={chosen_ms}
        onChoose={onChoose}
        hasSlider={false}
      />
      <DayStateWords day={day} />
      <LiveSummary text={summary} />
    </>
  );
}
