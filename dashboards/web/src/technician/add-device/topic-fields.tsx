import type { Dialect } from "../../api/device-contract.ts";
import { TextField } from "../fields.tsx";
import { useTexts } from "../texts/use-texts.ts";
import type { Draft } from "./draft.ts";

export interface TopicFieldsProps {
  readonly draft: Draft;
  readonly change: (by: Partial<Draft>) => void;
  readonly dialect: Dialect;
}

/** Where a device publishes, and what lets it in. */
export function TopicFields({ draft, change, dialect }: TopicFieldsProps) {
  const { add } = useTexts();
  return (
    <>
      <div class="fields">
        <TextField
          label={add.topic}
          hint={dialect.topic_hint}
          value={draft.topic}
          onValue={(topic) => change({ topic: topic.trim() })}
          required
          maxLength={200}
          pattern="[^#+]+"
        />
        <TextField
          label={add.zone}
          hint={add.zoneHint}
          value={draft.timeZone}
          onValue={(timeZone) => change({ timeZone: timeZone.trim() })}
        />
      </div>
      <div class="notice">
        <h3>{add.credential}</h3>
        <p>{add.credentialWhat}</p>
        <pre>millrace credential issue {draft.id}</pre>
      </div>
    </>
  );
}
