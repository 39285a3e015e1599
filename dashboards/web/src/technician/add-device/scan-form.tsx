import { useRef, useState } from "preact/hooks";
import type { ScanRequest } from "../../../../../hub/members/device-finder.ts";
import { RadioField, TextField } from "../fields.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { SerialPortField } from "./serial-port-field.tsx";
import { readUnits } from "./unit-ranges.ts";

export interface ScanFormProps {
  readonly isRunning: boolean;
  readonly onStart: (request: ScanRequest) => Promise<void>;
  readonly onStop: () => Promise<void>;
}

/** Where to look: nothing is looked at that is not named here. */
export function ScanForm({ isRunning, onStart, onStop }: ScanFormProps) {
  const { add, look } = useTexts();
  const [reach, setReach] = useState<"network" | "serial">("network");
  const [subnet, setSubnet] = useState("");
  const [serial, setSerial] = useState("");
  const [units, setUnits] = useState("");
  const form = useRef<HTMLFormElement>(null);

  function start(event: Event): void {
    event.preventDefault();
    const asked = readUnits(units);
    const field = form.current?.querySelector<HTMLInputElement>("[name=units]");
    field?.setCustomValidity(asked === undefined ? look.unitsHint : "");
    if (asked === undefined) {
      field?.reportValidity();
      return;
    }
    const place = reach === "network" ? { subnet: subnet.trim() } : { serial: [serial.trim()] };
    void onStart({ ...place, ...(asked.length > 0 && { units: asked }) });
  }

  return (
    <form ref={form} onSubmit={start}>
      <RadioField
        legend={add.reach}
        class="radios row"
        value={reach}
        choices={[
          { value: "network", label: add.network },
          { value: "serial", label: add.line },
        ]}
        onValue={setReach}
      />
      <div class="fields">
        {reach === "network" ? (
          <TextField
            label={look.subnet}
            hint={look.subnetHint}
            value={subnet}
            onValue={setSubnet}
            inputMode="url"
            required
            maxLength={18}
          />
        ) : (
          <SerialPortField value={serial} onValue={setSerial} />
        )}
        <TextField
          label={look.units}
          hint={look.unitsHint}
          name="units"
          value={units}
          onValue={(text) => {
            form.current?.querySelector<HTMLInputElement>("[name=units]")?.setCustomValidity("");
            setUnits(text);
          }}
        />
      </div>
      <p class="actions">
        <button type="submit" class="main" disabled={isRunning}>
          {look.start}
        </button>
        <button type="button" disabled={!isRunning} onClick={() => void onStop()}>
          {look.stop}
        </button>
      </p>
    </form>
  );
}
