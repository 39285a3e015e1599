import { HubError } from "../errors.ts";

/** ES, 4 digits of the distributor, 12 of its own, 2 letters of control, and perhaps the border point: a digit and a letter. */
const CUPS = /^ES(\d{16})([A-Z]{2})(\d[FPRCXYZ])?$/;
const CONTROL_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
/** 23 letters twice. */
const CONTROL_MODULUS = 529n;

/**
 * A Spanish point of supply (código unificado de punto de suministro): upper case without spaces, its control letters checked. The number modulo 529 gives both letters, by
 * quotient and remainder of 23.
 * @throws HubError REQUEST_INVALID that says what is wrong with it
 */
export function parseCups(text: string): string {
  const cups = text.toUpperCase().replace(/[\s.-]/g, "");
  const [, digits, letters] = CUPS.exec(cups) ?? [];
  if (digits === undefined || letters === undefined) {
    throw refusal(text, "it is not ES, 16 digits and 2 letters, with or without a border point such as 0F");
  }
  const expected = controlLetters(digits);
  if (letters !== expected) throw refusal(text, `its control letters should be ${expected}, not ${letters}`);
  return cups;
}

/** The two letters behind 16 digits. */
export function controlLetters(digits: string): string {
  const rest = Number(BigInt(digits) % CONTROL_MODULUS);
  return [Math.floor(rest / 23), rest % 23].map((place) => CONTROL_LETTERS[place]).join("");
}

function refusal(text: string, cause: string): HubError {
  return new HubError("REQUEST_INVALID", `"${text}" is no CUPS: ${cause}`, {
    remedy: "Copy it from the member's electricity bill.",
  });
}
