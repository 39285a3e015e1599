import { useRef } from "preact/hooks";
import type { Go } from "../../state/use-address.ts";
import { useSending } from "../../state/use-sending.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import type { Say } from "../technician-pages.tsx";
import { useTexts } from "../texts/use-texts.ts";

export interface RemoveDeviceProps {
  readonly device: string;
  readonly go: Go;
  readonly say: Say;
}

/** Take a device away, after a second thought. */
export function RemoveDevice({ device, go, say }: RemoveDeviceProps) {
  const { device: words } = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const { send, isBusy, failure } = useSending();

  async function remove(): Promise<void> {
    const path = `/api/devices/${encodeURIComponent(device)}`;
    const removed = await send({ method: "DELETE", path, body: {} });
    dialog.current?.close();
    if (removed === undefined) return;
    const list = { page: "devices", device: null } as const;
    say(words.removed(device), list);
    go(list);
  }

  return (
    <>
      <ProblemNotice failure={failure} />
      <p class="actions">
        <button type="button" class="danger" onClick={() => dialog.current?.showModal()}>
          {words.remove}
        </button>
      </p>
      <dialog ref={dialog} aria-labelledby="remove-title" aria-describedby="remove-what">
        <h3 id="remove-title">{words.removeAsk(device)}</h3>
        <p id="remove-what">{words.removeWhat}</p>
        <p class="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            {words.removeNo}
          </button>
          <button type="button" class="danger" disabled={isBusy} onClick={() => void remove()}>
            {words.removeYes}
          </button>
        </p>
      </dialog>
    </>
  );
}
