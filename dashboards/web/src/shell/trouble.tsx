import { ApiProblem, HubUnreachable } from "../api/get-json.ts";
import { useSpeech } from "../i18n/language.ts";

/** Something is not as it should be, or not yet: what, and what to do next. */
export function Trouble({ title, what }: { title: string; what: string }) {
  return (
    <section class="card trouble">
      <svg viewBox="0 0 64 40" aria-hidden="true">
        <path d="M4 30c5-4 9-4 14 0s9 4 14 0 9-4 14 0 9 4 14 0" />
        <path d="M4 20c5-4 9-4 14 0s9 4 14 0 9-4 14 0 9 4 14 0" />
        <circle cx="46" cy="9" r="5" />
      </svg>
      <h2>{title}</h2>
      <p>{what}</p>
    </section>
  );
}

/** Why a request failed, in the hub's own words where it gave any. */
export function Failure({ failure }: { failure: unknown }) {
  const { texts } = useSpeech();
  if (failure instanceof ApiProblem) {
    const { message, remedy } = failure.problem;
    return <Trouble title={texts.trouble.problem} what={`${message} ${remedy}`.trim()} />;
  }
  if (failure instanceof HubUnreachable) {
    return <Trouble title={texts.trouble.unreachable} what={texts.trouble.unreachableWhat} />;
  }
  throw failure;
}

export function Loading() {
  const { texts } = useSpeech();
  return (
    <p class="loading" role="status">
      {texts.trouble.loading}
    </p>
  );
}
