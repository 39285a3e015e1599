import type { Dialect, Profile } from "../../api/device-contract.ts";
import { CheckField, TextField } from "../fields.tsx";
import { FocusedHeading } from "../focused-heading.tsx";
import { ProblemNotice } from "../problem-notice.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { AddressFields } from "./address-fields.tsx";
import { TopicFields } from "./topic-fields.tsx";
import type { Adding } from "./use-adding.ts";

export interface PlaceFormProps {
  readonly adding: Adding;
  readonly profile: Profile | undefined;
  readonly dialect: Dialect | undefined;
  /** There is a device of this name. */
  readonly isTaken: boolean;
  readonly arrival: number | null;
}

/** The form that a save button elsewhere on the page checks too. */
export const PLACE_FORM = "place-form";

/** Where is it, and what is it called? */
export function PlaceForm({ adding, profile, dialect, isTaken, arrival }: PlaceFormProps) {
  const { add } = useTexts();
  const { draft, change, trying, read } = adding;
  return (
    <section class="card" aria-labelledby="place-title">
      <FocusedHeading id="place-title" arrival={arrival}>
        {add.where}
      </FocusedHeading>
      <form
        id={PLACE_FORM}
        onSubmit={(event) => {
          event.preventDefault();
          if (profile !== undefined) void read();
        }}
      >
        <div class="fields">
          <TextField
            label={add.name}
            hint={isTaken ? add.nameTaken : add.nameHint}
            value={draft.id}
            onValue={(id) => change({ id })}
            required
            maxLength={40}
            pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
          />
        </div>
        {profile !== undefined && <AddressFields draft={draft} change={change} hasLine={profile.serial !== null} />}
        {dialect !== undefined && <TopicFields draft={draft} change={change} dialect={dialect} />}
        <details>
          <summary>{add.more}</summary>
          <div class="fields">
            <TextField
              label={add.rated}
              hint={add.ratedHint}
              value={draft.ratedW}
              onValue={(ratedW) => change({ ratedW })}
              type="number"
              min={1}
              max={1e9}
              step="any"
            />
          </div>
          <CheckField label={add.turned} isChecked={draft.isTurned} onValue={(isTurned) => change({ isTurned })} />
        </details>
        {profile !== undefined && (
          <>
            <p class="hint">
              <b>{add.direction}</b> <span lang="en">{profile.direction}</span>
            </p>
            <p class="actions">
              <button type="submit" class="main" disabled={trying.isBusy}>
                {add.read}
              </button>
              <span role="status">{trying.isBusy && add.reading}</span>
            </p>
          </>
        )}
      </form>
      <ProblemNotice failure={trying.failure} />
    </section>
  );
}
