import { useState } from "preact/hooks";
import type { Community } from "../../api/contract.ts";
import { localOfMoment, momentOfLocal } from "../../format/times.ts";
import { useSending } from "../../state/use-sending.ts";
import { ChoiceField, TextField } from "../fields.tsx";
import { ProblemNotice } from "../problem-notice.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { RegisterField } from "./register-field.tsx";

export interface DeclareFormProps {
  readonly points: Community["metering_points"];
  readonly zone: string;
  readonly now_ms: number;
  readonly onDeclared: (point: string) => void;
}

const kinds = ["swap", "rollover", "reset"] as const;
const untouched = { kind: "swap" as (typeof kinds)[number], moment: "", end: "", start: "", series: "", reason: "" };

/** Somebody stood at a meter and says what happened to its register. */
export function DeclareForm({ points, zone, now_ms, onDeclared }: DeclareFormProps) {
  const { registers } = useTexts();
  const [point, setPoint] = useState(points[0]?.id ?? "");
  const [said, setSaid] = useState(untouched);
  const { send, isBusy, failure } = useSending();
  const change = (by: Partial<typeof untouched>) => setSaid((now) => ({ ...now, ...by }));

  async function declare(event: Event): Promise<void> {
    event.preventDefault();
    const { kind, moment, end, start, series, reason } = said;
    const body = {
      kind,
      at_ms: momentOfLocal(zone, moment),
      end_register_kwh: Number(end),
      start_register_kwh: Number(start),
      ...(series.trim() !== "" && { series_after: series.trim() }),
      reason: reason.trim(),
    };
    const path = `/api/metering-points/${encodeURIComponent(point)}/events`;
    if ((await send({ method: "POST", path, body })) === undefined) return;
    setSaid(untouched);
    onDeclared(point);
  }

  return (
    <form aria-labelledby="declare-title" onSubmit={(event) => void declare(event)}>
      <p class="over">{registers.declareWhat}</p>
      <div class="fields">
        <ChoiceField
          label={registers.point}
          value={point}
          choices={points.map(({ id }) => ({ value: id, label: id }))}
          onValue={setPoint}
        />
        <ChoiceField
          label={registers.event}
          value={said.kind}
          choices={kinds.map((value) => ({ value, label: registers.events[value] }))}
          onValue={(kind) => change({ kind })}
        />
        <TextField
          label={registers.moment}
          hint={registers.momentHint(zone)}
          value={said.moment}
          onValue={(moment) => change({ moment })}
          type="datetime-local"
          max={localOfMoment(zone, now_ms)}
          required
        />
        <RegisterField
          label={registers.end}
          hint={registers.endHint}
          value={said.end}
          onValue={(end) => change({ end })}
        />
        <RegisterField
          label={registers.start}
          hint={registers.startHint}
          value={said.start}
          onValue={(start) => change({ start })}
        />
        <TextField
          label={registers.series}
          hint={registers.seriesHint}
          value={said.series}
          onValue={(series) => change({ series })}
          maxLength={120}
        />
        <TextField
          label={registers.reason}
          hint={registers.reasonHint}
          isLong
          value={said.reason}
          onValue={(reason) => change({ reason })}
          autoCapitalize="sentences"
          spellcheck
          required
          minLength={3}
          maxLength={500}
        />
      </div>
      <p class="actions">
        <button type="submit" class="main" disabled={isBusy}>
          {registers.send}
        </button>
      </p>
      <ProblemNotice failure={failure} />
    </form>
  );
}
