import { nearestWord } from "../nearest-word.ts";

/** What is wrong with a policy, where, and what to do about it. */
export interface PolicyProblem {
  /** From the policy's root, such as ["tiers", 0, "weight", "shares", "home-1"]. */
  readonly path: (string | number)[];
  readonly message: string;
  /** What to do next, one imperative sentence. */
  readonly remedy: string;
}

/** Words that must be known, and stand once each, in a list or as keys of a map. */
export interface NamedWords {
  readonly path: (string | number)[];
  readonly words: readonly string[];
  /** What they should be, such as "member". */
  readonly thing: string;
  readonly known: readonly string[];
}

/** A list that names somebody unknown, or twice; in the order of the list. */
export function checkNames({ path, words, thing, known }: NamedWords): readonly PolicyProblem[] {
  return words.flatMap((word, index) => {
    if (words.indexOf(word) < index) {
      const message = `${word} is named twice`;
      return [{ path: [...path, index], message, remedy: `Name each ${thing} once.` }];
    }
    if (known.includes(word)) return [];
    return [{ path: [...path, index], message: `${word} is no ${thing}`, remedy: remedyForName(word, thing, known) }];
  });
}

/** A map whose keys name somebody unknown; in code-unit order. */
export function checkKeys({ path, words, thing, known }: NamedWords): readonly PolicyProblem[] {
  return words
    .filter((word) => !known.includes(word))
    .sort()
    .map((word) => ({
      path: [...path, word],
      message: `${word} is no ${thing}`,
      remedy: remedyForName(word, thing, known),
    }));
}

function remedyForName(word: string, thing: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined
    ? `Remove ${word}, or add it to the ${thing}s of the community.`
    : `Write ${nearest} instead of ${word}.`;
}
