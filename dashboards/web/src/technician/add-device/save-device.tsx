import type { Go } from "../../state/use-address.ts";
import { useSending } from "../../state/use-sending.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import type { Say } from "../technician-pages.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { documentOf } from "./draft.ts";
import { PLACE_FORM } from "./place-form.tsx";
import type { Adding } from "./use-adding.ts";

export interface SaveDeviceProps {
  readonly adding: Adding;
  /** Its live values were read with exactly these settings. */
  readonly isSeen: boolean;
  readonly isRight: boolean | null;
  readonly go: Go;
  readonly say: Say;
}

/** Save it; what was not looked at is said, and forbids nothing: a device may be off on the day it is wired. */
export function SaveDevice({ adding, isSeen, isRight, go, say }: SaveDeviceProps) {
  const { add, device } = useTexts();
  const { send, isBusy, failure } = useSending();
  const isPolled = adding.draft.dialect === null;
  const isChecked = isRight === true && adding.direction !== undefined;

  async function save(): Promise<void> {
    const form = document.getElementById(PLACE_FORM);
    if (form instanceof HTMLFormElement && !form.reportValidity()) return;
    const body = documentOf(adding.draft);
    const saved = await send<{ readonly device: string }>({ method: "POST", path: "/api/devices", body });
    if (saved === undefined) return;
    const there = { page: "devices", device: saved.device } as const;
    say(device.saved(saved.device), there);
    go(there);
  }

  return (
    <section class="card" aria-labelledby="save-title">
      <h2 id="save-title">{add.save}</h2>
      <p>{isPolled ? add.saveHint : add.saveMqttHint}</p>
      {isPolled && !isSeen && <p class="notice">{add.unseen}</p>}
      {isPolled && isSeen && !isChecked && <p class="hint">{add.unchecked}</p>}
      <p class="actions">
        <button type="button" class="main" disabled={isBusy} onClick={() => void save()}>
          {add.save}
        </button>
      </p>
      <ProblemNotice failure={failure} />
    </section>
  );
}
