import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { takeToken } from "./api/steward-token.ts";
import { rememberedLanguage, rememberLanguage, SpeechContext, speechOf } from "./i18n/language.ts";
import { Page } from "./page.tsx";

function SpeakingPage() {
  const [language, setLanguage] = useState(rememberedLanguage);
  const speech = useMemo(() => speechOf(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <SpeechContext.Provider value={speech}>
      <Page
        onLanguage={(chosen) => {
          rememberLanguage(chosen);
          setLanguage(chosen);
        }}
      />
    </SpeechContext.Provider>
  );
}

takeToken();
const host = document.getElementById("page");
if (host === null) throw new Error("index.html has no #page");
render(<SpeakingPage />, host);
