/** What the standard fonts of PDF have beyond Latin-1 (the encoding WinAnsi, PDF 32000-1 annex D). */
const BEYOND_LATIN_1 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
/** Letters without a decomposition, by what they are written as where they are missing. */
const SPELT: Readonly<Record<string, string>> = {
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
  ı: "i",
  "−": "-",
  "\u202f": "\u00a0",
};

/** A text in letters that every PDF reader can show without a font of its own: é ñ ü ß € stay, ő becomes o, 東 a "?". */
export function printable(text: string): string {
  return Array.from(text.normalize("NFC"), (letter) => {
    if (isShown(letter)) return letter;
    const plain = SPELT[letter] ?? letter.normalize("NFD")[0] ?? "";
    return isShown(plain) ? plain : "?";
  }).join("");
}

function isShown(letter: string): boolean {
  return /^[\n\x20-\x7e\u00a0-\u00ff]$/.test(letter) || (letter !== "" && BEYOND_LATIN_1.includes(letter));
}
