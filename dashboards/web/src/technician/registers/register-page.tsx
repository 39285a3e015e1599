import { useState } from "preact/hooks";
import type { Community } from "../../api/contract.ts";
import type { RegisterEventView } from "../../api/device-contract.ts";
import { FocusedHeading } from "../focused-heading.tsx";
import type { Say } from "../technician-pages.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { DecideForm } from "./decide-form.tsx";
import { DeclareForm } from "./declare-form.tsx";

export interface RegisterPageProps {
  readonly questions: readonly RegisterEventView[];
  readonly points: Community["metering_points"];
  readonly zone: string;
  readonly now_ms: number;
  readonly arrival: string | null;
  readonly say: Say;
}

const HERE = { page: "registers", device: null } as const;

/** What the hub asks about registers, and what somebody who stood at a meter has to say. */
export function RegisterPage({ questions, points, zone, now_ms, arrival, say }: RegisterPageProps) {
  const { registers } = useTexts();
  /** Decided here, and perhaps not yet gone from the hub's list. */
  const [decided, setDecided] = useState<readonly number[]>([]);
  const open = questions.filter(({ id }) => !decided.includes(id));
  return (
    <>
      <section class="card" aria-labelledby="questions-title">
        <FocusedHeading id="questions-title" arrival={decided.length > 0 ? decided.length : arrival}>
          {registers.title}
        </FocusedHeading>
        <p class="over">{registers.what}</p>
        {open.length === 0 && <p class="invite">{registers.none}</p>}
        <ul class="questions">
          {open.map((question) => (
            <DecideForm
              key={question.id}
              question={question}
              zone={zone}
              onDecided={() => {
                setDecided((ids) => [...ids, question.id]);
                say(registers.decided(question.point), HERE);
              }}
            />
          ))}
        </ul>
      </section>
      <section class="card" aria-labelledby="declare-title">
        <h2 id="declare-title">{registers.declare}</h2>
        {points.length === 0 ? (
          <p class="invite">{registers.noPoints}</p>
        ) : (
          <DeclareForm
            points={points}
            zone={zone}
            now_ms={now_ms}
            onDeclared={(point) => say(registers.declareDone(point), HERE)}
          />
        )}
      </section>
    </>
  );
}
