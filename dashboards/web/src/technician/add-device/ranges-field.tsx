import { TextField } from "../fields.tsx";
import { readRanges } from "./number-ranges.ts";

export interface RangesFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly last: number;
  readonly onValue: (text: string) => void;
}

/** Numbers and ranges of numbers; what is none keeps its form from being sent and says how they are written. */
export function RangesField({ label, hint, value, last, onValue }: RangesFieldProps) {
  return (
    <TextField
      label={label}
      hint={hint}
      value={value}
      complaint={readRanges(value, last) === undefined ? hint : ""}
      onValue={onValue}
    />
  );
}
