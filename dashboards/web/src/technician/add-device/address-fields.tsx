import { CheckField, ChoiceField, RadioField, TextField } from "../fields.tsx";
import { useTexts } from "../texts/use-texts.ts";
import type { Draft } from "./draft.ts";
import { SerialPortField } from "./serial-port-field.tsx";

export interface AddressFieldsProps {
  readonly draft: Draft;
  readonly change: (by: Partial<Draft>) => void;
  /** False for a device that only speaks over the network. */
  readonly hasLine: boolean;
}

/** Where a device is on Modbus. */
export function AddressFields({ draft, change, hasLine }: AddressFieldsProps) {
  const { add } = useTexts();
  return (
    <>
      {hasLine && (
        <RadioField
          legend={add.reach}
          class="radios row"
          value={draft.reach}
          choices={[
            { value: "network", label: add.network },
            { value: "serial", label: add.line },
          ]}
          onValue={(reach) => change({ reach })}
        />
      )}
      <div class="fields">
        {draft.reach === "network" ? (
          <>
            <TextField
              label={add.host}
              hint={add.hostHint}
              value={draft.host}
              onValue={(host) => change({ host: host.trim() })}
              inputMode="url"
              required
              maxLength={253}
            />
            <TextField
              label={add.port}
              value={draft.port}
              onValue={(port) => change({ port })}
              type="number"
              min={1}
              max={65_535}
            />
          </>
        ) : (
          <LineFields draft={draft} change={change} />
        )}
        <TextField
          label={add.unit}
          hint={add.unitHint}
          value={draft.unit}
          onValue={(unit) => change({ unit })}
          type="number"
          min={0}
          max={255}
        />
      </div>
      {draft.reach === "network" && hasLine && (
        <CheckField
          label={add.framing}
          isChecked={draft.framing === "rtu"}
          onValue={(isRtu) => change({ framing: isRtu ? "rtu" : "tcp" })}
        />
      )}
    </>
  );
}

function LineFields({ draft, change }: Omit<AddressFieldsProps, "hasLine">) {
  const { add } = useTexts();
  return (
    <>
      <SerialPortField value={draft.serial} onValue={(serial) => change({ serial })} />
      <TextField
        label={add.baud}
        value={draft.baud}
        onValue={(baud) => change({ baud })}
        type="number"
        min={300}
        max={921_600}
      />
      <ChoiceField
        label={add.parity}
        value={draft.parity}
        choices={(["none", "even", "odd"] as const).map((value) => ({ value, label: add.parities[value] }))}
        onValue={(parity) => change({ parity })}
      />
      <ChoiceField
        label={add.stopBits}
        value={draft.stopBits === 1 ? "1" : "2"}
        choices={[
          { value: "1", label: "1" },
          { value: "2", label: "2" },
        ]}
        onValue={(bits) => change({ stopBits: bits === "1" ? 1 : 2 })}
      />
    </>
  );
}
