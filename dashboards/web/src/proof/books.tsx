import { useMemo } from "preact/hooks";
import { useSpeech } from "../i18n/language.ts";
import type { CheckedBooks } from "./use-books.ts";

/** One quiet line that the books continue what this browser saw; what is wrong with them stands elsewhere, and loudly. */
export function BooksLine({ state }: Pick<CheckedBooks, "state">) {
  const { texts, numbers } = useSpeech();
  const when = useMoment();
  const { books } = texts;
  switch (state.outcome) {
    case "asking":
    case "broken":
      return null;
    case "first":
      return <p class="books good">{books.first(numbers.count(state.size))}</p>;
    case "continues": {
      const count = numbers.count(state.size);
      return <p class="books good">{books.continues({ count, since: when(state.since_ms) })}</p>;
    }
    default:
      return <p class="books">{books[state.outcome]}</p>;
  }
}

/** Says that the books are not those that were seen before, why, and what to do; nothing while they are. */
export function BrokenBooks({ state, startOver }: CheckedBooks) {
  const { books } = useSpeech().texts;
  const when = useMoment();
  if (state.outcome !== "broken") return null;
  const { broken, kept } = state;
  return (
    <section class="card broken-books" role="alert">
      <h2>{books.broken}</h2>
      <p>
        <strong>{books.fault[broken.fault]}</strong>
      </p>
      {kept !== undefined && <p>{books.lastSeen(when(kept.seen_ms))}</p>}
      <p>{books.whatToDo}</p>
      <details>
        <summary>{books.evidence}</summary>
        {kept !== undefined && <Note title={books.keptNote} note={`${kept.key.trim()}\n\n${kept.note}`} />}
        {broken.note !== "" && <Note title={books.shownNote} note={broken.note} />}
        <p>{books.startOverWhat}</p>
        <button type="button" onClick={startOver}>
          {books.startOver}
        </button>
      </details>
    </section>
  );
}

function Note({ title, note }: { readonly title: string; readonly note: string }) {
  return (
    <>
      <h3>{title}</h3>
      <pre>{note}</pre>
    </>
  );
}

/** Moments by this browser's own clock and in its own zone: it is the one that saw something then. */
function useMoment(): (at_ms: number) => string {
  const { locale } = useSpeech();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
    return (at_ms) => format.format(at_ms);
  }, [locale]);
}
