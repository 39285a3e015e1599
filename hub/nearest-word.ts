import { distance } from "fastest-levenshtein";

/**
 * The word somebody most likely meant, or `undefined` when none is near.
 * Near means at most one wrong letter in three, the share at which a slip of the fingers still reads as one.
 * @param word what was written; case and the choice between `-` and `_` do not count
 */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll("-", "_");
  const ranked = candidates
    .map((candidate) => ({ candidate, slips: distance(plain(word), plain(candidate)) }))
    .filter(({ candidate, slips }) => slips <= Math.ceil(Math.max(word.length, candidate.length) / 3))
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.candidate;
}

/** One imperative sentence for a word that is not known: the nearest one, or all there are. */
export function remedyForUnknown(word: string, candidates: readonly string[]): string {
  const nearest = nearestWord(word, candidates);
  if (nearest !== undefined) return `Write ${nearest} instead.`;
  if (candidates.length === 0) return "Remove it.";
  return `Use one of ${candidates.join(", ")}.`;
}
