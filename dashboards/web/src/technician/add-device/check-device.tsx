import type { DeviceKind } from "../../../../../hub/decode/profiles/device-profile.ts";
import type { Trial } from "../../api/device-contract.ts";
import { ReadingTable } from "../device/reading-table.tsx";
import { RadioField } from "../fields.tsx";
import { FocusedHeading } from "../focused-heading.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { DirectionQuestion } from "./direction-question.tsx";
import type { Adding } from "./use-adding.ts";

export interface CheckDeviceProps {
  readonly adding: Adding;
  readonly trial: Trial;
  readonly kind: DeviceKind;
  /** Whether somebody said that the values match the display; null before. */
  readonly isRight: boolean | null;
  readonly onRight: (isRight: boolean) => void;
}

/** What the device says now, and the two questions that prevent most errors. */
export function CheckDevice({ adding, trial, kind, isRight, onRight }: CheckDeviceProps) {
  const { add, device } = useTexts();
  const { manufacturer, model, serial, firmware } = trial.identity;
  const said = [manufacturer, model, serial, firmware].filter((word) => word !== undefined).join(" · ");
  return (
    <section class="card" aria-labelledby="live-title">
      <div class="card-head">
        <FocusedHeading id="live-title" arrival={adding.trials}>
          {add.live}
        </FocusedHeading>
        <button type="button" disabled={adding.trying.isBusy} onClick={() => void adding.read()}>
          {add.liveAgain}
        </button>
      </div>
      <p class="over">
        {said !== "" && (
          <>
            <b>{said}</b>.{" "}
          </>
        )}
        {add.nothingStored}
      </p>
      {trial.remarks.length > 0 && (
        <div class="notice">
          <h3>{device.remarks}</h3>
          <ul lang="en">
            {trial.remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </div>
      )}
      <ReadingTable readings={trial.readings} label={add.live} now_ms={null} />
      <RadioField
        legend={add.match}
        class="radios row question"
        value={isRight === null ? null : isRight ? "yes" : "no"}
        choices={[
          { value: "yes", label: add.yes },
          { value: "no", label: add.no },
        ]}
        onValue={(answer) => onRight(answer === "yes")}
      />
      <div role="status">
        {isRight === false && (
          <div class="notice">
            <p>{add.hints}</p>
            <ul>
              <li>{add.hintUnit}</li>
              <li>{add.hintProfile}</li>
              <li>{add.hintScale}</li>
            </ul>
          </div>
        )}
      </div>
      {isRight !== false && <DirectionQuestion adding={adding} kind={kind} />}
    </section>
  );
}
