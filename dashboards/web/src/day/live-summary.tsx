import { useEffect, useRef, useState } from "preact/hooks";

/** Between two spoken summaries of live figures; more often is a nuisance to listen to. */
const SPEAK_MS = 60_000;

/** What has changed, for those who hear the page: politely, and at most once a minute. */
export function LiveSummary({ text }: { text: string }) {
  const [spoken, setSpoken] = useState("");
  const lastSpoken = useRef(performance.now());
  useEffect(() => {
    const wait = Math.max(0, lastSpoken.current + SPEAK_MS - performance.now());
    const timer = setTimeout(() => {
      lastSpoken.current = performance.now();
      setSpoken(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class="unseen" aria-live="polite">
      {spoken}
    </p>
  );
}
