import type { ScanFinding } from "../../../../../hub/members/device-finder.ts";
import type { Dialect, Profile } from "../../api/device-contract.ts";
import { RadioField } from "../fields.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { ScanPart } from "./scan-part.tsx";
import { SearchList } from "./search-list.tsx";

/** How somebody tells the hub what a device is. */
export type Way = "list" | "mqtt" | "look";

export interface ChooseKindProps {
  readonly way: Way | null;
  readonly onWay: (way: Way) => void;
  readonly profiles: readonly Profile[];
  readonly dialects: readonly Dialect[];
  readonly profile: string | null;
  readonly dialect: string | null;
  readonly hint: string;
  readonly onProfile: (profile: Profile) => void;
  readonly onDialect: (dialect: Dialect) => void;
  readonly onFinding: (finding: ScanFinding, as: Profile | undefined) => void;
}

/** What is it? From a list of makes, from a list of dialects, or found by the hub. */
export function ChooseKind(props: ChooseKindProps) {
  const { way, onWay, profiles, dialects, hint } = props;
  const { add, kind } = useTexts();
  return (
    <>
      <RadioField<Way>
        legend={add.what}
        class="radios ways"
        value={way}
        choices={[
          { value: "list", label: add.ways.list, hint: add.ways.listHint },
          { value: "mqtt", label: add.ways.mqtt, hint: add.ways.mqttHint },
          { value: "look", label: add.ways.look, hint: add.ways.lookHint },
        ]}
        onValue={onWay}
      />
      {hint !== "" && <p class="notice">{hint}</p>}
      {way === "list" && (
        <SearchList
          key="profiles"
          legend={add.profiles}
          entries={profiles.map((each) => ({
            value: each.name,
            label: `${each.vendor} ${each.model}`,
            hint: kind[each.kind],
          }))}
          chosen={props.profile}
          onChoose={(name) => {
            const chosen = profiles.find((each) => each.name === name);
            if (chosen !== undefined) props.onProfile(chosen);
          }}
        />
      )}
      {way === "mqtt" && (
        <SearchList
          key="dialects"
          legend={add.dialects}
          entries={dialects.map(({ name, title }) => ({ value: name, label: title, hint: name }))}
          chosen={props.dialect}
          onChoose={(name) => {
            const chosen = dialects.find((each) => each.name === name);
            if (chosen !== undefined) props.onDialect(chosen);
          }}
        />
      )}
      {way === "look" && <ScanPart profiles={profiles} onFinding={props.onFinding} />}
    </>
  );
}
