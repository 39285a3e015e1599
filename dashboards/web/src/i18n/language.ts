import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type NumberFormats, numberFormats } from "../format/numbers.ts";
import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";

/** The languages of the page, each by its own name. A new one is its file and one line here. */
export const languages = {
  en: { name: "English", locale: "en-GB", texts: en },
  de: { name: "Deutsch", locale: "de", texts: de },
  es: { name: "Español", locale: "es", texts: es },
  fr: { name: "Français", locale: "fr", texts: fr },
} as const satisfies Record<string, { readonly name: string; readonly locale: string; readonly texts: Texts }>;

export type Language = keyof typeof languages;

const REMEMBERED_AS = "millrace.language";

export function isLanguage(word: string): word is Language {
  return Object.hasOwn(languages, word);
}

/** The first language both sides know: `de-AT` is served by German; nothing known is served by English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.toLowerCase().split("-")[0] ?? "").find(isLanguage) ?? "en";
}

/** The language chosen here before, else the browser's. A browser that keeps nothing is served all the same. */
export function rememberedLanguage(): Language {
  try {
    return chooseLanguage([localStorage.getItem(REMEMBERED_AS) ?? "", ...navigator.languages]);
  } catch {
    return chooseLanguage(navigator.languages);
  }
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED_AS, language);
  } catch {
    // Storage is switched off; the choice lasts as long as the page.
  }
}

/** What a component needs to speak: texts and number formats of the chosen language. */
export interface Speech {
  readonly language: Language;
  /** How numbers, dates and times are written, as `Intl` takes it. */
  readonly locale: string;
  readonly texts: Texts;
  readonly numbers: NumberFormats;
}

export function speechOf(language: Language): Speech {
  const { locale, texts } = languages[language];
  return { language, locale, texts, numbers: numberFormats(locale) };
}

export const SpeechContext = createContext<Speech>(speechOf("en"));
export const useSpeech = (): Speech => useContext(SpeechContext);
