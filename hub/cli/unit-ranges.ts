import { badArgument } from "./arguments.ts";

/** One id, or the first and the last of many. */
const RANGE = /^(\d{1,3})(?:-(\d{1,3}))?$/;
const LAST_UNIT = 255;

/**
 * Unit ids as people write them: `1-32,100` is 1 to 32 and 100, in that order.
 * @param command for the fault's message
 * @throws HubError COMMAND_ARGUMENT for what is no list of ranges, a range that runs backwards, or an id above 255
 */
export function parseUnitRanges(command: string, text: string): readonly number[] {
  return text.split(",").flatMap((word) => {
    const [, first, last = first] = RANGE.exec(word.trim()) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from <= to && to <= LAST_UNIT)) {
      throw badArgument(
        command,
        `"${word.trim()}" is no range of unit ids`,
        "Write ids from 0 to 255, as in 1-32,100.",
      );
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
