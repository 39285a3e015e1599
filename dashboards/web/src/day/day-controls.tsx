import type { Days } from "../api/contract.ts";
import { dayAfter } from "../format/times.ts";
import { useSpeech } from "../i18n/language.ts";

export interface DayControlsProps {
  readonly day: string;
  readonly days: Days;
  /** Null goes to the newest day and follows it. */
  readonly onDay: (day: string | null) => void;
}

/** One day back, one on, any day, and back to the newest. */
export function DayControls({ day, days, onDay }: DayControlsProps) {
  const { texts } = useSpeech();
  const newest = newestDay(days);
  const first = days.first ?? newest;
  return (
    <div class="day-controls">
      <button
        type="button"
        aria-label={texts.day.previous}
        disabled={day <= first}
        onClick={() => onDay(dayAfter(day, -1))}
      >
        ‹
      </button>
      <label>
        <span class="unseen">{texts.day.choose}</span>
        <input
          type="date"
          value={day}
          min={first}
          max={newest}
          onChange={({ currentTarget: { value } }) => value !== "" && onDay(value)}
        />
      </label>
      <button
        type="button"
        aria-label={texts.day.next}
        disabled={day >= newest}
        onClick={() => onDay(dayAfter(day, 1))}
      >
        ›
      </button>
      <button type="button" class="newest" disabled={day === newest} onClick={() => onDay(null)}>
        {newest === days.today ? texts.day.today : texts.day.newest}
      </button>
    </div>
  );
}

/** Today, as long as readings reach it; a community that was replayed from the past ends with its last day. */
export function newestDay({ today, last }: Days): string {
  return last === null || last >= today ? today : last;
}
