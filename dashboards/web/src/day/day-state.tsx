import type { CommunityDay } from "../api/contract.ts";
import { useSpeech } from "../i18n/language.ts";

/** How final the day's figures are, and what is missing, in words. */
export function DayStateWords({ day }: { day: CommunityDay }) {
  const { texts } = useSpeech();
  const { held_intervals: held, pending_intervals: pending } = day.totals;
  return (
    <div class="day-state">
      <p>
        <strong class={`state ${day.state}`}>{texts.day.state[day.state]}</strong> {texts.day.stateMeans[day.state]}{" "}
        {day.entry !== null && (
          <>
            {texts.day.entry} <EntryId entry={day.entry} />
          </>
        )}
      </p>
      {held > 0 && <p class="held">{texts.day.held(held)}</p>}
      {pending > 0 && <p>{texts.day.pending(pending)}</p>}
    </div>
  );
}

/** Leads to the entry itself, as the hub keeps it. */
export function EntryId({ entry }: { entry: string }) {
  return (
    <a href={`/api/entries/${encodeURIComponent(entry)}`}>
      <code>{shortId(entry)}</code>
    </a>
  );
}

/** The first letters of a hash tell it from its neighbours; short ids stay whole. */
export function shortId(id: string): string {
  return id.length > 24 ? `${id.slice(0, 12)}…` : id;
}
