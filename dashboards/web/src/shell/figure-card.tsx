import type { ComponentChildren } from "preact";
import type { TrackMark } from "../chart/interval-data.ts";
import { Swatch } from "../chart/interval-key.tsx";

export interface FigureCardProps {
  readonly label: string;
  readonly value: string;
  readonly unit?: string;
  readonly hint?: ComponentChildren;
  readonly mark?: TrackMark;
  /** Names the figure for tests and for style, e.g. `shared`. */
  readonly name: string;
}

/** One big figure with its name; a list of them is a description list. */
export function FigureCard({ label, value, unit, hint, mark, name }: FigureCardProps) {
  return (
    <div class="figure" data-figure={name}>
      <dt>
        {mark !== undefined && <Swatch mark={mark} />}
        {label}
      </dt>
      <dd>
        <span class="value">{value}</span>
        {unit !== undefined && <span class="unit"> {unit}</span>}
        {hint !== undefined && <small>{hint}</small>}
      </dd>
    </div>
  );
}
