import type { DeviceKind } from "../../../../../hub/decode/profiles/device-profile.ts";
import type { Direction } from "../../api/device-contract.ts";
import { useSpeech } from "../../i18n/language.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import type { TechnicianTexts } from "../texts/en.ts";
import { useTexts } from "../texts/use-texts.ts";
import type { Adding } from "./use-adding.ts";

/** Kinds whose direction shows by the sun and not by a load; the hub judges them so. */
const isGenerating = (kind: DeviceKind): boolean => kind === "inverter" || kind === "hybrid";

/** Does it count the right way round? A load or the sun tells. */
export function DirectionQuestion({ adding, kind }: { adding: Adding; kind: DeviceKind }) {
  const { add } = useTexts();
  const { numbers } = useSpeech();
  const { direction, comparing, draft } = adding;
  const bySun = isGenerating(kind);
  const isTurnedNow = direction?.verdict === "turned" && direction.turned === draft.isTurned;
  return (
    <fieldset class="question">
      <legend>{bySun ? add.sun : add.load}</legend>
      <p>{bySun ? add.sunWhat : add.loadWhat}</p>
      <p class="actions">
        <button type="button" disabled={comparing.isBusy} onClick={() => void adding.compare(bySun)}>
          {bySun ? add.sunDone : add.loadDone}
        </button>
        <span role="status">{comparing.isBusy && add.reading}</span>
      </p>
      <ProblemNotice failure={comparing.failure} />
      <div role="status">
        {direction !== undefined && (
          <p
            class={`notice ${direction.verdict === "right" || isTurnedNow ? "good" : "bad"}`}
            data-verdict={direction.verdict}
          >
            {isTurnedNow ? add.turning : verdictInWords(direction, { add, bySun, count: numbers.count })}
          </p>
        )}
      </div>
      {direction?.verdict === "turned" && !isTurnedNow && (
        <p class="actions">
          <button type="button" class="main" disabled={adding.trying.isBusy} onClick={() => void adding.turn()}>
            {add.turn}
          </button>
        </p>
      )}
    </fieldset>
  );
}

interface VerdictWords {
  readonly add: TechnicianTexts["add"];
  readonly bySun: boolean;
  readonly count: (value: number) => string;
}

function verdictInWords({ verdict, after_w, change_w }: Direction, { add, bySun, count }: VerdictWords): string {
  const watts = bySun ? after_w : change_w;
  if (watts === null) return add.noPower;
  const power = count(Math.abs(watts));
  if (verdict === "undecided") return (bySun ? add.dark : add.moved)(power);
  if (bySun) return (verdict === "right" ? add.feeds : add.draws)(power);
  return (verdict === "right" ? add.rose : add.fell)(power);
}
