import { useState } from "preact/hooks";
import { UNKNOWN } from "../format/numbers.ts";
import { useSpeech } from "../i18n/language.ts";
import type { IntervalData } from "./interval-data.ts";

export interface IntervalTableProps {
  readonly data: IntervalData;
  readonly label: string;
  readonly timesOf: (index: number) => string;
  readonly chosen: number | null;
  readonly onChoose: (index: number) => void;
}

/** The figures of the chart as a table, made when it is opened. */
export function IntervalTable({ data, label, timesOf, chosen, onChoose }: IntervalTableProps) {
  const { texts, numbers } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.interval.table}</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        <section class="table-scroll" aria-label={label} tabIndex={0}>
          <table>
            <caption class="unseen">{`${label}, ${texts.kwhPer(data.interval_ms / 60_000)}`}</caption>
            <thead>
              <tr>
                <th scope="col">{texts.interval.time}</th>
                {data.tracks.map((track) => (
                  <th scope="col" key={track.mark}>
                    {track.label}
                  </th>
                ))}
                <th scope="col">{texts.interval.stateTitle}</th>
              </tr>
            </thead>
            <tbody>
              {data.starts.map((from_ms, index) => (
                <tr key={from_ms} class={index === chosen ? "chosen" : ""}>
                  <th scope="row">
                    <button type="button" aria-pressed={index === chosen} onClick={() => onChoose(index)}>
                      {timesOf(index)}
                    </button>
                  </th>
                  {data.tracks.map((track) => (
                    <td key={track.mark}>
                      <Energy text={numbers.interval(track.values[index] ?? null)} unknown={texts.interval.unknown} />
                    </td>
                  ))}
                  <td>{texts.interval.state[data.states[index] ?? "pending"]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

/** A dash for the eye is words for the ear. */
function Energy({ text, unknown }: { text: string; unknown: string }) {
  if (text !== UNKNOWN) return <>{text}</>;
  return (
    <>
      <span aria-hidden="true">{UNKNOWN}</span>
      <span class="unseen">{unknown}</span>
    </>
  );
}
