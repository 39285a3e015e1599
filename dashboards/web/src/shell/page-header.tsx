import type { Connection } from "../api/follow-events.ts";
import { isLanguage, type Language, languages, useSpeech } from "../i18n/language.ts";

export interface PageHeaderProps {
  readonly name: string;
  readonly connection: Connection;
  readonly onLanguage: (language: Language) => void;
}

/** Whose page this is, whether it is live, and in which language it speaks. */
export function PageHeader({ name, connection, onLanguage }: PageHeaderProps) {
  const { language, texts } = useSpeech();
  return (
    <header class="top">
      <a class="skip" href="#figures">
        {texts.skip}
      </a>
      <div class="brand">
        <img src="/millwheel.svg" alt="" width="40" height="40" />
        <h1>{name}</h1>
      </div>
      <p class={`connection ${connection}`}>
        <span class="dot" aria-hidden="true" />
        {texts.live[connection]}
      </p>
      <label class="language">
        <span class="unseen">{texts.language}</span>
        <select
          value={language}
          onChange={({ currentTarget: { value } }) => {
            if (isLanguage(value)) onLanguage(value);
          }}
        >
          {Object.entries(languages).map(([tag, { name }]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}
