/** Unit ids are one byte; more than all of them is a slip of the pen. */
const LAST_UNIT = 255;

/**
 * Unit ids as people write them: `1-10, 100`.
 * @returns each once, in order; undefined when it is not such a list
 */
export function readUnits(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  const units = parts.flatMap((part) => {
    const range = /^(\d{1,3})(?:[-–](\d{1,3}))?$/.exec(part);
    if (range === null) return [Number.NaN];
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (last < first || last > LAST_UNIT) return [Number.NaN];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return units.some(Number.isNaN) ? undefined : [...new Set(units)].sort((a, b) => a - b);
}
