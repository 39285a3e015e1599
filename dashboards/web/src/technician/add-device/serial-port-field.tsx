import { useId } from "preact/hooks";
import type { SerialPort } from "../../api/device-contract.ts";
import { useAnswer } from "../../state/use-answer.ts";
import { TextField } from "../fields.tsx";
import { useTexts } from "../texts/use-texts.ts";

export interface SerialPortFieldProps {
  readonly value: string;
  readonly onValue: (path: string) => void;
}

/** A serial port of the hub's machine: one of those that are there, or any other by its path. */
export function SerialPortField({ value, onValue }: SerialPortFieldProps) {
  const { add } = useTexts();
  const ports = useAnswer<readonly SerialPort[]>("/api/serial-ports", 0);
  const id = useId();
  const known = ports.answer ?? [];
  const hint = ports.answer !== undefined && known.length === 0 ? add.noSerial : add.serialHint;
  return (
    <div>
      <TextField label={add.serial} hint={hint} value={value} onValue={onValue} list={id} required maxLength={200} />
      <datalist id={id}>
        {known.map(({ path, title }) => (
          <option key={path} value={path} label={title} />
        ))}
      </datalist>
    </div>
  );
}
