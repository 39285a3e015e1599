/** Energies arrive as whole mWh (1e-6 kWh) and are shown in kWh; null is "not known" and never becomes 0. */

const MWH_IN_KWH = 1_000_000;
/** What stands where nothing is known. */
export const UNKNOWN = "–";

export interface NumberFormats {
  /** A day's energy, kWh: `1,234`, `42.1`, `3.14`. */
  readonly day: (mwh: number | null) => string;
  /** One interval's energy, kWh with three decimals: `0.116`. */
  readonly interval: (mwh: number | null) => string;
  /** Exact to the mWh, kWh with up to six decimals: `0.115789`. */
  readonly exact: (mwh: number | null) => string;
  /** The same with all six decimals, for formulas: `0.115780`. */
  readonly full: (mwh: number | null) => string;
  readonly percent: (part: number, whole: number) => string;
  /** A share of 1 as a percentage with one decimal: `0.4%`. */
  readonly rate: (share: number) => string;
  /** A mark of an energy axis, kWh without trailing zeros. */
  readonly axis: (kwh: number) => string;
  readonly decimal: (value: number) => string;
  readonly count: (value: number) => string;
}

/** @param locale BCP 47 tag, as `Intl` takes it */
export function numberFormats(locale: string): NumberFormats {
  const fixed = (decimals: number, most = decimals) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: most });
  const formats = {
    whole: fixed(0),
    one: fixed(1),
    two: fixed(2),
    three: fixed(3),
    exact: fixed(3, 6),
    full: fixed(6),
    axis: fixed(0, 3),
  };
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const rate = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const known = (format: (kwh: number) => string) => (mwh: number | null) =>
    mwh === null ? UNKNOWN : format(mwh / MWH_IN_KWH);
  return {
    day: known((kwh) => (kwh >= 1_000 ? formats.whole : kwh >= 10 ? formats.one : formats.two).format(kwh)),
    interval: known((kwh) => formats.three.format(kwh)),
    exact: known((kwh) => formats.exact.format(kwh)),
    full: known((kwh) => formats.full.format(kwh)),
    percent: (part, whole) => (whole > 0 ? percent.format(part / whole) : UNKNOWN),
    rate: (share) => rate.format(share),
    axis: (kwh) => formats.axis.format(kwh),
    decimal: (value) => formats.two.format(value),
    count: (value) => formats.whole.format(value),
  };
}
