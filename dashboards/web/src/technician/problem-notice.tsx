import { useLayoutEffect, useRef } from "preact/hooks";
import { ApiProblem, type HubUnreachable } from "../api/get-json.ts";
import { useSpeech } from "../i18n/language.ts";
import { useTexts } from "./texts/use-texts.ts";

/** Why the hub did not do what was asked, and the remedy, in its own words. It takes the focus, so that nobody misses it. */
export function ProblemNotice({ failure }: { failure: ApiProblem | HubUnreachable | undefined }) {
  const { texts } = useSpeech();
  const own = useTexts();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (failure !== undefined) box.current?.focus();
  }, [failure]);
  if (failure === undefined) return null;
  if (!(failure instanceof ApiProblem)) {
    return (
      <div class="notice bad" tabIndex={-1} ref={box}>
        <p>
          <strong>{texts.trouble.unreachable}</strong>
        </p>
        <p>{texts.trouble.unreachableWhat}</p>
      </div>
    );
  }
  const { code, message, remedy } = failure.problem;
  if (code === "ACTOR_REQUIRED") {
    return (
      <div class="notice bad" tabIndex={-1} ref={box}>
        <p>
          <strong>{own.needsToken.title}</strong>
        </p>
        <p>{own.needsToken.what}</p>
        <p>
          <code>millrace token</code>
        </p>
        <p class="hint">{own.needsToken.kept}</p>
      </div>
    );
  }
  return (
    <div class="notice bad" tabIndex={-1} ref={box}>
      <p>
        <strong>{own.problem}</strong>
      </p>
      <p lang="en">{message}</p>
      {remedy !== "" && (
        <p>
          <b>{own.remedy}</b> <span lang="en">{remedy}</span>
        </p>
      )}
      <p class="hint">
        <code>{code}</code>
      </p>
    </div>
  );
}
