import type { DevicePageAnswer } from "../../api/device-contract.ts";
import { ApiProblem } from "../../api/get-json.ts";
import { conditionOf } from "../../devices/device-condition.ts";
import { timeAgo } from "../../format/times.ts";
import { useSpeech } from "../../i18n/language.ts";
import { PlaceLink } from "../../shell/place-link.tsx";
import { Failure, Loading } from "../../shell/trouble.tsx";
import type { Go } from "../../state/use-address.ts";
import { useAnswer } from "../../state/use-answer.ts";
import { ConditionMark } from "../condition-mark.tsx";
import { FocusedHeading } from "../focused-heading.tsx";
import type { Say } from "../technician-pages.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { DeviceFacts } from "./device-facts.tsx";
import { QuarantineList } from "./quarantine-list.tsx";
import { ReadingTable } from "./reading-table.tsx";
import { RemoveDevice } from "./remove-device.tsx";

export interface DevicePageProps {
  readonly device: string;
  readonly now_ms: number;
  readonly round: number;
  readonly arrival: string | null;
  readonly go: Go;
  readonly say: Say;
}

/** Everything about one device. */
export function DevicePage({ device, now_ms, round, arrival, go, say }: DevicePageProps) {
  const { locale } = useSpeech();
  const texts = useTexts();
  const { device: words } = texts;
  const { answer, failure } = useAnswer<DevicePageAnswer>(`/api/devices/${encodeURIComponent(device)}`, round);
  const isGone = failure instanceof ApiProblem && failure.problem.code === "NOT_FOUND";
  if (isGone) {
    return (
      <section class="card">
        <FocusedHeading id="device-title" arrival={arrival}>
          {words.gone(device)}
        </FocusedHeading>
        <p>
          <PlaceLink to={{ page: "devices" }} go={go}>
            {words.back}
          </PlaceLink>
        </p>
      </section>
    );
  }
  if (answer === undefined) return failure === undefined ? <Loading /> : <Failure failure={failure} />;
  const { last_failure, remarks, latest, quarantine } = answer;
  return (
    <>
      <section class="card" aria-labelledby="device-title">
        <div class="card-head">
          <FocusedHeading id="device-title" arrival={arrival}>
            {device}
          </FocusedHeading>
          <ConditionMark condition={conditionOf(answer, now_ms)} />
        </div>
        {remarks.length > 0 && (
          <div class="notice">
            <h3>{words.remarks}</h3>
            <ul lang="en">
              {remarks.map((remark) => (
                <li key={remark}>{remark}</li>
              ))}
            </ul>
          </div>
        )}
        <DeviceFacts row={answer} now_ms={now_ms} />
        <h3>{words.lastFailure}</h3>
        {last_failure === null ? (
          <p class="invite">{words.noFailure}</p>
        ) : (
          <p>
            <span lang="en">{last_failure.reason}</span> ({timeAgo(locale, now_ms - last_failure.at_ms)})
          </p>
        )}
      </section>
      <section class="card" aria-labelledby="values-title">
        <h2 id="values-title">{words.values}</h2>
        {latest.length === 0 ? (
          <p class="invite">{words.noValues}</p>
        ) : (
          <ReadingTable readings={latest} label={words.values} now_ms={now_ms} />
        )}
      </section>
      <section class="card" aria-labelledby="quarantine-title">
        <h2 id="quarantine-title">{words.quarantine}</h2>
        <QuarantineList records={quarantine} now_ms={now_ms} />
      </section>
      <section class="card" aria-labelledby="document-title">
        <h2 id="document-title">{words.document}</h2>
        {answer.document === null ? (
          <p class="invite">{words.noDocument}</p>
        ) : (
          <pre>{JSON.stringify(answer.document, null, 2)}</pre>
        )}
        {answer.declared_in === "file" && <p>{words.inFile}</p>}
        {answer.declared_in === "registry" && <RemoveDevice device={device} go={go} say={say} />}
      </section>
    </>
  );
}
