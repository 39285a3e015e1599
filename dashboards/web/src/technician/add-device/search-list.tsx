import { useId, useState } from "preact/hooks";
import { type RadioChoice, RadioField } from "../fields.tsx";
import { useTexts } from "../texts/use-texts.ts";

export interface SearchEntry extends RadioChoice<string> {
  readonly label: string;
  readonly hint: string;
}

export interface SearchListProps {
  readonly legend: string;
  readonly entries: readonly SearchEntry[];
  readonly chosen: string | null;
  readonly onChoose: (value: string) => void;
}

/** One of many, found by any word of its name; what is chosen stays in the list whatever is searched. */
export function SearchList({ legend, entries, chosen, onChoose }: SearchListProps) {
  const { add } = useTexts();
  const [wanted, setWanted] = useState("");
  const id = useId();
  const words = wanted.toLowerCase().split(/\s+/);
  const shown = entries.filter(({ value, label, hint }) => {
    const text = `${value} ${label} ${hint}`.toLowerCase();
    return value === chosen || words.every((word) => text.includes(word));
  });
  return (
    <div class="search-list">
      <div class="field">
        <label for={id}>{add.search}</label>
        <input
          id={id}
          type="search"
          autoComplete="off"
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        <small role="status">{add.found(shown.length)}</small>
      </div>
      <RadioField legend={legend} class="radios many" value={chosen} choices={shown} onValue={onChoose} />
    </div>
  );
}
