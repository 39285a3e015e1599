import { useEffect, useRef, useState } from "preact/hooks";
import type { ScanFinding } from "../../../../../hub/members/device-finder.ts";
import type { Dialect, Profile } from "../../api/device-contract.ts";
import { Failure, Loading } from "../../shell/trouble.tsx";
import type { Go } from "../../state/use-address.ts";
import { useAnswer } from "../../state/use-answer.ts";
import { FocusedHeading } from "../focused-heading.tsx";
import type { Say } from "../technician-pages.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { CheckDevice } from "./check-device.tsx";
import { ChooseKind, type Way } from "./choose-kind.tsx";
import { chooseAddress, chooseDialect, chooseProfile } from "./draft.ts";
import { PlaceForm } from "./place-form.tsx";
import { SaveDevice } from "./save-device.tsx";
import { useAdding } from "./use-adding.ts";

export interface AddDevicePageProps {
  /** Names of devices that are there already. */
  readonly taken: readonly string[];
  readonly arrival: string | null;
  readonly go: Go;
  readonly say: Say;
}

/** Add a device: what it is, where it is, what it says now, whether that is right; only then is it saved. */
export function AddDevicePage({ taken, arrival, go, say }: AddDevicePageProps) {
  const { add, look } = useTexts();
  const profiles = useAnswer<readonly Profile[]>("/api/device-profiles", 0);
  const dialects = useAnswer<readonly Dialect[]>("/api/dialects", 0);
  const adding = useAdding();
  const { draft, change, trial } = adding;
  const [way, setWay] = useState<Way | null>(null);
  /** How often a finding was taken; the focus then goes on to what is missing. */
  const [takings, setTakings] = useState(0);
  const [answer, setRight] = useState<boolean | null>(null);
  const kinds = useRef<HTMLDivElement>(null);
  const profile = profiles.answer?.find(({ name }) => name === draft.profile);
  const dialect = dialects.answer?.find(({ name }) => name === draft.dialect);
  /** Whether the values match the display, of the values that are shown now. */
  const isRight = trial === undefined ? null : answer;
  const isChosen = profile !== undefined || dialect !== undefined;

  // Values that were just read are to be judged anew.
  useEffect(() => setRight(null), [adding.trials]);
  // Only a finding of no known kind leads back to the list.
  useEffect(() => {
    if (takings > 0 && !isChosen) kinds.current?.querySelector<HTMLElement>("input[type=search]")?.focus();
  }, [takings]);

  if (profiles.answer === undefined || dialects.answer === undefined) {
    const failure = profiles.failure ?? dialects.failure;
    return failure === undefined ? <Loading /> : <Failure failure={failure} />;
  }

  function takeFinding({ modbus }: ScanFinding, as: Profile | undefined): void {
    const kind = as === undefined ? { ...draft, profile: null, dialect: null } : chooseProfile(draft, as, taken);
    change(chooseAddress(kind, modbus));
    setWay("list");
    setTakings((count) => count + 1);
  }

  return (
    <>
      <section class="card" aria-labelledby="add-title">
        <FocusedHeading id="add-title" arrival={arrival}>
          {add.title}
        </FocusedHeading>
        <p class="over">{add.intro}</p>
        <div ref={kinds}>
          <ChooseKind
            way={way}
            onWay={setWay}
            profiles={profiles.answer}
            dialects={dialects.answer}
            profile={draft.profile}
            dialect={draft.dialect}
            hint={takings > 0 && !isChosen ? look.chosen : ""}
            onProfile={(chosen) => change(chooseProfile(draft, chosen, taken))}
            onDialect={(chosen) => change(chooseDialect(draft, chosen.name, taken))}
            onFinding={takeFinding}
          />
        </div>
      </section>
      {isChosen && way !== "look" && (
        <PlaceForm
          adding={adding}
          profile={profile}
          dialect={dialect}
          isTaken={taken.includes(draft.id)}
          arrival={takings === 0 ? null : takings}
        />
      )}
      {profile !== undefined && trial !== undefined && way !== "look" && (
        <CheckDevice adding={adding} trial={trial} kind={profile.kind} isRight={isRight} onRight={setRight} />
      )}
      {isChosen && way !== "look" && isRight !== false && (
        <SaveDevice adding={adding} isSeen={trial !== undefined} isRight={isRight} go={go} say={say} />
      )}
    </>
  );
}
