import { type Language, useSpeech } from "../../i18n/language.ts";
import { de } from "./de.ts";
import { en, type TechnicianTexts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";

/** Every language of the page speaks to technicians too. */
export const technicianTexts: Readonly<Record<Language, TechnicianTexts>> = { de, en, es, fr };

export const useTexts = (): TechnicianTexts => technicianTexts[useSpeech().language];
