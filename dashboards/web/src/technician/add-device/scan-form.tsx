import { useState } from "preact/hooks";
import type { ScanRequest } from "../../../../../hub/members/device-finder.ts";
import { RadioField, TextField } from "../fields.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { readRanges } from "./number-ranges.ts";
import { RangesField } from "./ranges-field.tsx";
import { SerialPortField } from "./serial-port-field.tsx";

/** Unit ids are one byte, TCP ports two. */
const LAST_UNIT = 255;
const LAST_PORT = 65_535;

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
  const [ports, setPorts] = useState("");
  const [units, setUnits] = useState("");

  function start(event: Event): void {
    event.preventDefault();
    const asked = { ports: readRanges(ports, LAST_PORT) ?? [], units: readRanges(units, LAST_UNIT) ?? [] };
    const place =
      reach === "network"
        ? { subnet: subnet.trim(), ...(asked.ports.length > 0 && { ports: asked.ports }) }
        : { serial: [serial.trim()] };
    void onStart({ ...place, ...(asked.units.length > 0 && { units: asked.units }) });
  }

  return (
    <form onSubmit={start}>
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
          <>
            <TextField
              label={look.subnet}
              hint={look.subnetHint}
              value={subnet}
              onValue={setSubnet}
              inputMode="url"
              required
              maxLength={18}
            />
            <RangesField label={add.port} hint={look.portsHint} value={ports} last={LAST_PORT} onValue={setPorts} />
          </>
        ) : (
          <SerialPortField value={serial} onValue={setSerial} />
        )}
        <RangesField label={look.units} hint={look.unitsHint} value={units} last={LAST_UNIT} onValue={setUnits} />
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
