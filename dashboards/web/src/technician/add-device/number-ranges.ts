/** A range that spells out more numbers than this is a slip of the pen: all unit ids are 256. */
const MOST_NUMBERS = 256;

/**
 * Whole numbers as people write them: `1-10, 100`.
 * @param last the greatest one that can be meant
 * @returns each once, in order; undefined when it is not such a list
 */
export function readRanges(text: string, last: number): readonly number[] | undefined {
  const numbers = new Set<number>();
  for (const part of text.split(/[\s,;]+/).filter((word) => word !== "")) {
    const range = /^(\d{1,5})(?:[-–](\d{1,5}))?$/.exec(part);
    const from = Number(range?.[1] ?? Number.NaN);
    const to = Number(range?.[2] ?? from);
    if (!(from <= to && to <= last && to - from < MOST_NUMBERS)) return undefined;
    for (let number = from; number <= to; number += 1) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}
