import type { LatestReading } from "../../api/device-contract.ts";
import { timeAgo } from "../../format/times.ts";
import { useSpeech } from "../../i18n/language.ts";
import { readingWords } from "../reading-words.ts";
import { useTexts } from "../texts/use-texts.ts";

export interface ReadingTableProps {
  readonly readings: readonly LatestReading[];
  readonly label: string;
  /** The hub's clock; null where all values are of this moment and need no age. */
  readonly now_ms: number | null;
}

/** One line a series: its name, its value with the unit, and how old that is. */
export function ReadingTable({ readings, label, now_ms }: ReadingTableProps) {
  const { locale } = useSpeech();
  const texts = useTexts();
  const { device } = texts;
  return (
    <div class="table-scroll readings">
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{device.series}</th>
            <th scope="col">{device.value}</th>
            {now_ms !== null && <th scope="col">{device.age}</th>}
          </tr>
        </thead>
        <tbody>
          {readings.map((reading) => {
            const { name, value, unit, direction } = readingWords(reading, { texts, locale });
            const outcome = device.outcome[reading.outcome];
            return (
              <tr key={reading.series} data-series={reading.series}>
                <th scope="row">
                  {name}
                  <small>
                    <code>{reading.series}</code>
                  </small>
                </th>
                <td class={reading.outcome}>
                  {outcome === "" ? `${value} ${unit}`.trim() : outcome}
                  {direction !== "" && <small>{direction}</small>}
                </td>
                {now_ms !== null && (
                  <td>
                    {timeAgo(locale, now_ms - reading.at_ms, "short")}
                    {reading.clock_unsure && <small>{device.clockUnsure}</small>}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
