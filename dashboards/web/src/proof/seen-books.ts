import type { BooksFault, SeenBooks } from "./compare-books.ts";

/** What this browser keeps of the books between visits. Evidence stays until somebody decides to start over. */
export interface KeptBooks extends SeenBooks {
  /** What contradicted it, as it was shown. */
  readonly broken?: BrokenBooks;
}

export interface BrokenBooks {
  readonly fault: BooksFault;
  /** `""` when the hub showed none. */
  readonly note: string;
}

const KEPT_AS = "millrace.books";

/** For a browser that keeps nothing: as long as the page is there. */
let kept: KeptBooks | undefined;

export function keptBooks(): KeptBooks | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? "null");
    return isKeptBooks(found) ? found : kept;
  } catch {
    return kept;
  }
}

/** Undefined starts over. */
export function keepBooks(books: KeptBooks | undefined): void {
  kept = books;
  try {
    if (books === undefined) localStorage.removeItem(KEPT_AS);
    else localStorage.setItem(KEPT_AS, JSON.stringify(books));
  } catch {
    // Storage is switched off; what was seen lasts as long as the page.
  }
}

function isKeptBooks(found: unknown): found is KeptBooks {
  if (typeof found !== "object" || found === null) return false;
  const { note, key, seen_ms } = found as Partial<Record<keyof KeptBooks, unknown>>;
  return typeof note === "string" && typeof key === "string" && typeof seen_ms === "number";
}
