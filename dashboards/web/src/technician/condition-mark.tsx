import type { Condition } from "../devices/device-condition.ts";
import { useTexts } from "./texts/use-texts.ts";

/** Each condition has its own shape, so that it does not hang on its colour. */
const shapes: Readonly<Record<Condition, string>> = {
  answering: "M4 10.5l4 4 8-9",
  sending: "M4 10.5l4 4 8-9",
  waiting: "M10 4v6l4 3",
  penalised: "M10 3.5v8M10 15.4v.2",
  unreachable: "M5 5l10 10M15 5L5 15",
  silent: "M4 10h12",
};

/** How a device is: a sign and the word. */
export function ConditionMark({ condition }: { condition: Condition }) {
  const texts = useTexts();
  return (
    <span class={`condition is-${condition}`}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={shapes[condition]} />
      </svg>
      {texts.condition[condition]}
    </span>
  );
}
