import { distance } from "fastest-levenshtein";

/**
 * The word somebody most likely meant, or `undefined` when none is near.
 * Near means at most one slip in three letters, the share at which a word still reads as the other.
 * @param word what was written; case and the choice between `-` and `_` do not count
 */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, slips: countSlips(plain(word), plain(candidate)) }))
    .filter(({ candidate, slips }) => slips <= Math.ceil(Math.max(word.length, candidate.length) / 3))
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.candidate;
}

/** Letters wrong, missing or too many; two letters in each other's place are one slip of the fingers, not two. */
function countSlips(a: string, b: string): number {
  const slips = distance(a, b);
  return slips === 2 && sortLetters(a) === sortLetters(b) ? 1 : slips;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll("-", "_");
}

function sortLetters(word: string): string {
  return [...word].sort().join("");
}

/** One imperative sentence for a word that is not known: the nearest one, or all there are. */
export function remedyForUnknown(word: string, candidates: readonly string[]): string {
  const nearest = nearestWord(word, candidates);
  if (nearest !== undefined) return `Write ${nearest} instead.`;
  if (candidates.length === 0) return "Remove it.";
  return `Use one of ${candidates.join(", ")}.`;
}
