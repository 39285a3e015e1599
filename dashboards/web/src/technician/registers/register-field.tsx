import { TextField, type TextFieldProps } from "../fields.tsx";

/** Highest register the hub takes, kWh: nine digits and some room. */
const MOST_KWH = 4e9;
const MWH_IN_KWH = 1_000_000;

/** A register as the display of a meter shows it, in kWh. */
export function RegisterField(props: TextFieldProps) {
  return <TextField {...props} type="number" inputMode="decimal" min={0} max={MOST_KWH} step="any" required />;
}

/** What a number field holds for a register; `""` where it is not known or cannot be one. */
export function kwhText(mwh: number | null): string {
  return mwh === null || mwh < 0 ? "" : String(mwh / MWH_IN_KWH);
}
