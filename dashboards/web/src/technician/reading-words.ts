import type { LatestReading } from "../api/device-contract.ts";
import { UNKNOWN } from "../format/numbers.ts";
import type { Speech } from "../i18n/language.ts";
import type { TechnicianTexts } from "./texts/en.ts";

/** What a reading is called and what it says, as it stands on a display. */
export interface ReadingWords {
  /** `Power, phase 1`, `pv-1: Voltage`. */
  readonly name: string;
  /** `1,990`, with a true minus. */
  readonly value: string;
  readonly unit: string;
  /** Which way power flows, for the power of the whole device. */
  readonly direction: string;
}

/** Registers are stored in Wh and shown in kWh, as displays do; the other units only look different. */
const shownUnits: Readonly<Record<string, string>> = {
  Wh: "kWh",
  degC: "°C",
  "W/m2": "W/m²",
  "%RH": "%",
  "1": "",
  state: "",
};
const WH_IN_KWH = 1_000;
/** Digits behind the point that a display could have: a register counts Wh, a gauge thousandths. */
const MOST_DIGITS = 3;

export function readingWords(
  { series, value, unit, outcome }: LatestReading,
  { texts, locale }: { readonly texts: TechnicianTexts; readonly locale: Speech["locale"] },
): ReadingWords {
  const shown = unit === "Wh" && value !== null ? value / WH_IN_KWH : value;
  const digits = unit === "Wh" ? { minimumFractionDigits: MOST_DIGITS } : {};
  const format = new Intl.NumberFormat(locale, {
    maximumFractionDigits: MOST_DIGITS,
    signDisplay: "negative",
    ...digits,
  });
  const isPower = series.endsWith("/active_power") && value !== null && value !== 0;
  return {
    name: nameOf(series, texts),
    value: outcome === "value" && shown !== null ? format.format(shown).replace("-", "−") : UNKNOWN,
    unit: outcome === "value" ? (shownUnits[unit] ?? unit) : "",
    direction: isPower ? (value < 0 ? texts.feedsIn : texts.drawsPower) : "",
  };
}

function nameOf(series: string, texts: TechnicianTexts): string {
  const words = series.split("/").slice(1);
  const part = /^([lt])([1-3])$/.exec(words.at(-1) ?? "");
  if (part !== null) words.pop();
  const quantity = words.pop() ?? "";
  const quantities: Readonly<Record<string, string>> = texts.quantity;
  const name = quantities[quantity] ?? quantity;
  const which = part === null ? "" : `, ${(part[1] === "l" ? texts.phase : texts.tariff)(part[2] ?? "")}`;
  return `${words.length === 0 ? "" : `${words.join("/")}: `}${name}${which}`;
}
