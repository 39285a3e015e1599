/**
 * Counts of a register to values, by decimal places. Every result is the number nearest to the exact decimal, so that
 * 3 counts of 0.1 are 0.3 and not 0.30000000000000004.
 */

/** Every decimal of 15 digits comes back out of a double as it went in; of those with more some do not. */
const SURELY_KEPT = 1e15;
/** 1e22 is the largest power of ten that a double holds exactly. */
const EXACT_POWERS: readonly number[] = Array.from({ length: 23 }, (_, places) => Number(`1e${places}`));
/** Whole float32 numbers up to here are told from their neighbours by all their digits. */
const WHOLE_FLOAT32 = 2 ** 24;
/** A float32 needs 6 to 9 decimal digits: any 6 survive it, and 9 tell every float32 from its neighbours. */
const FEWEST_DIGITS = 6;
const MOST_DIGITS = 9;

/**
 * `count x multiplier x 10^places`.
 * @param count      whole number of at most 2^53
 * @param multiplier whole number
 * @returns null when the exact value has more digits than a number keeps: a wrong digit is worse than none
 */
export function scaleCount(count: number, multiplier: number, places: number): number | null {
  const whole = count * multiplier;
  // Both operands of the one multiplication or division are exact, so its result is rounded once and rightly.
  if (whole <= SURELY_KEPT && whole >= -SURELY_KEPT) {
    if (places === 0) return whole + 0;
    const power = EXACT_POWERS[places < 0 ? -places : places];
    if (power !== undefined) return (places < 0 ? whole / power : whole * power) + 0;
  }
  return scaleBigCount(BigInt(count), multiplier, places);
}

/** The same for a count of any size. */
export function scaleBigCount(count: bigint, multiplier: number, places: number): number | null {
  const exact = { digits: count * BigInt(multiplier), exponent: places };
  const value = numberOf(exact);
  return value !== null && isSameDecimal(decimalOf(value), exact) ? value : null;
}

/**
 * The same for a double: the shortest decimal that is this double, which is what prints.
 * @returns null for what is not finite
 */
export function scaleFloat64(value: number, multiplier: number, places: number): number | null {
  if (!Number.isFinite(value)) return null;
  if (Number.isSafeInteger(value)) return scaleCount(value, multiplier, places);
  const { digits, exponent } = decimalOf(value);
  return numberOf({ digits: digits * BigInt(multiplier), exponent: exponent + places });
}

/**
 * The same for a float32: the decimal of fewest digits that is this float32. A meter that shows 12.345 sends the
 * float32 next to it, which as a double reads 12.345000267028809. Those digits come from the encoding, not from the
 * meter; they would stand on every bill and cost five bytes a reading on the card. Nothing is lost by leaving them out:
 * two float32 never share their decimal, and it lies within half a float32 step of what was sent.
 * @returns null for what is not finite
 */
export function scaleFloat32(value: number, multiplier: number, places: number): number | null {
  if (!Number.isFinite(value)) return null;
  if (value < 0) return scaleFloat32(-value, -multiplier, places);
  if (value < WHOLE_FLOAT32 && Number.isInteger(value)) return scaleCount(value, multiplier, places);
  const magnitude = Math.floor(Math.log10(value));
  for (let digits = FEWEST_DIGITS; digits <= MOST_DIGITS; digits += 1) {
    const shift = digits - 1 - magnitude;
    const power = EXACT_POWERS[shift < 0 ? -shift : shift];
    if (power === undefined) break;
    const count = Math.round(shift < 0 ? value / power : value * power);
    const decimal = shift < 0 ? count * power : count / power;
    if (Math.fround(decimal) === value) return scaleCount(count, multiplier, places - shift);
  }
  return scaleFloat64(shortestByText(value), multiplier, places);
}

/**
 * Add decimals as on paper: 0.1 + 0.2 is 0.3. Values with more than nine places are added as floats, whose error is far
 * below what any meter resolves.
 */
export function addDecimals(values: readonly number[]): number {
  for (let places = 0; places <= MOST_DIGITS; places += 1) {
    const power = EXACT_POWERS[places] ?? 1;
    let sum = 0;
    let isExact = true;
    for (const value of values) {
      const count = Math.round(value * power);
      isExact = isExact && Math.abs(count) <= SURELY_KEPT && count / power === value;
      sum += count;
    }
    if (isExact && Math.abs(sum) <= SURELY_KEPT) return sum / power + 0;
  }
  return values.reduce((sum, value) => sum + value, 0) + 0;
}

/** A decimal step such as 0.25 as a whole multiplier and places: 25 and -2. @throws RangeError when it has none */
export function splitStep(step: number): { readonly multiplier: number; readonly places: number } {
  if (!Number.isFinite(step) || step === 0) throw new RangeError(`not a step: ${step}`);
  const { digits, exponent } = decimalOf(step);
  const multiplier = Number(digits);
  if (!Number.isSafeInteger(multiplier)) throw new RangeError(`a step of too many digits: ${step}`);
  return { multiplier, places: exponent };
}

/** For float32 of a magnitude whose power of ten no double holds exactly; the smallest of them need one digit only. */
function shortestByText(value: number): number {
  for (let digits = 1; digits < MOST_DIGITS; digits += 1) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return Number(value.toPrecision(MOST_DIGITS));
}

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function decimalOf(value: number): Decimal {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function numberOf({ digits, exponent }: Decimal): number | null {
  const value = Number(`${digits}e${exponent}`) + 0;
  return Number.isFinite(value) ? value : null;
}

function isSameDecimal(one: Decimal, other: Decimal): boolean {
  const lowest = Math.min(one.exponent, other.exponent);
  const isZero = one.digits === 0n && other.digits === 0n;
  return isZero || digitsAt(one, lowest) === digitsAt(other, lowest);
}

function digitsAt({ digits, exponent }: Decimal, lowest: number): bigint {
  return digits * 10n ** BigInt(exponent - lowest);
}
