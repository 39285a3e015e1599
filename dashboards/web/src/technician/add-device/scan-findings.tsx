import { useState } from "preact/hooks";
import type { ModbusAddress } from "../../../../../hub/members/device.ts";
import type { ScanFinding } from "../../../../../hub/members/device-finder.ts";
import type { Profile } from "../../api/device-contract.ts";
import { ChoiceField } from "../fields.tsx";
import { useTexts } from "../texts/use-texts.ts";

export interface ScanFindingsProps {
  readonly findings: readonly ScanFinding[];
  readonly profiles: readonly Profile[];
  readonly onFinding: (finding: ScanFinding, as: Profile | undefined) => void;
}

/** What a scan found, each with a button that takes it over into the form. */
export function ScanFindings({ findings, profiles, onFinding }: ScanFindingsProps) {
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <Finding key={JSON.stringify(finding.modbus)} finding={finding} profiles={profiles} onFinding={onFinding} />
      ))}
    </ul>
  );
}

interface FindingProps extends Omit<ScanFindingsProps, "findings"> {
  readonly finding: ScanFinding;
}

function Finding({ finding, profiles, onFinding }: FindingProps) {
  const { add, look } = useTexts();
  const { identity, modbus } = finding;
  const fitting = finding.profiles.flatMap((name) => profiles.find((profile) => profile.name === name) ?? []);
  const [chosen, setChosen] = useState(fitting[0]?.name ?? "");
  const place = placeOf(modbus);
  const said = [identity.manufacturer, identity.model, identity.serial].filter((word) => word !== undefined).join(" ");
  const unit = modbus.unit === undefined ? "" : `, ${look.unit(modbus.unit)}`;
  return (
    <li>
      <div>
        <b>{said !== "" ? said : fitting.length === 0 ? look.unknown : titleOf(fitting[0])}</b>
        <small>
          {place}
          {unit}
          {modbus.baud !== undefined && `, ${modbus.baud} ${add.parities[modbus.parity ?? "none"]}`}
        </small>
      </div>
      {fitting.length > 1 && (
        <ChoiceField
          label={look.as}
          value={chosen}
          choices={fitting.map((profile) => ({ value: profile.name, label: titleOf(profile) }))}
          onValue={setChosen}
        />
      )}
      <button
        type="button"
        aria-label={`${look.use}: ${place}${unit}`}
        onClick={() =>
          onFinding(
            finding,
            fitting.find(({ name }) => name === chosen),
          )
        }
      >
        {look.use}
      </button>
    </li>
  );
}

const titleOf = (profile: Profile | undefined): string => `${profile?.vendor} ${profile?.model}`;

function placeOf({ host, port, serial }: ModbusAddress): string {
  if (host === undefined) return serial ?? "";
  return port === undefined ? host : `${host}:${port}`;
}
