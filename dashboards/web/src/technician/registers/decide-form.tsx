import { useMemo, useState } from "preact/hooks";
import type { RegisterVerdict } from "../../../../../hub/members/register-event.ts";
import type { RegisterEventView } from "../../api/device-contract.ts";
import { zonedFormat } from "../../format/times.ts";
import { useSpeech } from "../../i18n/language.ts";
import { useSending } from "../../state/use-sending.ts";
import { RadioField, TextField } from "../fields.tsx";
import { ProblemNotice } from "../problem-notice.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { kwhText, RegisterField } from "./register-field.tsx";

export interface DecideFormProps {
  readonly question: RegisterEventView;
  readonly zone: string;
  readonly onDecided: () => void;
}

type Verdict = Extract<RegisterVerdict, "continues" | "energy" | "left_out">;

/** One question of the hub, with what it saw, and the answers it can take. */
export function DecideForm({ question, zone, onDecided }: DecideFormProps) {
  const { registers } = useTexts();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [end, setEnd] = useState(kwhText(question.end_register_mwh));
  const [start, setStart] = useState(kwhText(question.start_register_mwh));
  const [reason, setReason] = useState("");
  const { send, isBusy, failure } = useSending();
  const title = `question-${question.id}`;

  async function decide(event: Event): Promise<void> {
    event.preventDefault();
    const read = verdict === "continues" ? { end_register_kwh: Number(end), start_register_kwh: Number(start) } : {};
    const path = `/api/register-events/${question.id}/decision`;
    const answer = await send({ method: "POST", path, body: { verdict, ...read, reason: reason.trim() } });
    if (answer !== undefined) onDecided();
  }

  return (
    <li>
      <h3 id={title}>
        {question.point}: {registers.kind[question.kind]}
      </h3>
      <Seen question={question} zone={zone} />
      <form aria-labelledby={title} onSubmit={(event) => void decide(event)}>
        <RadioField<Verdict>
          legend={registers.happened}
          value={verdict}
          isRequired
          choices={[
            { value: "continues", label: registers.continues, hint: registers.continuesHint },
            ...(question.kind === "jump"
              ? [{ value: "energy" as const, label: registers.energy, hint: registers.energyHint }]
              : []),
            { value: "left_out", label: registers.leftOut, hint: registers.leftOutHint },
          ]}
          onValue={setVerdict}
        />
        <div class="fields">
          {verdict === "continues" && (
            <>
              <RegisterField label={registers.end} hint={registers.endHint} value={end} onValue={setEnd} />
              <RegisterField label={registers.start} hint={registers.startHint} value={start} onValue={setStart} />
            </>
          )}
          <TextField
            label={registers.reason}
            hint={registers.reasonHint}
            isLong
            value={reason}
            onValue={setReason}
            autoCapitalize="sentences"
            spellcheck
            required
            minLength={3}
            maxLength={500}
          />
        </div>
        <p class="actions">
          <button type="submit" class="main" disabled={isBusy}>
            {registers.decide}
          </button>
        </p>
      </form>
      <ProblemNotice failure={failure} />
    </li>
  );
}

/** Where the register stood before and after, and which one it is. */
function Seen({ question, zone }: { question: RegisterEventView; zone: string }) {
  const { locale, numbers } = useSpeech();
  const { registers } = useTexts();
  const moment = useMemo(() => zonedFormat(locale, zone, { dateStyle: "medium", timeStyle: "short" }), [locale, zone]);
  const { from_ms, to_ms, end_register_mwh, start_register_mwh, series_before, series_after } = question;
  const ends = [
    { name: registers.before, at_ms: from_ms, mwh: end_register_mwh, series: series_before },
    { name: registers.after, at_ms: to_ms, mwh: start_register_mwh, series: series_after },
  ];
  return (
    <dl class="facts two">
      {ends.map(({ name, at_ms, mwh, series }) => (
        <div key={name}>
          <dt>
            {name}, {moment(at_ms)}
          </dt>
          <dd>
            {numbers.exact(mwh)} kWh
            <small>
              <code>{series}</code>
            </small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
