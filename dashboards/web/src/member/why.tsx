import { useMemo } from "preact/hooks";
import type { ExplainedPoint, Explanation } from "../api/contract.ts";
import { timeOfDayFormat } from "../format/times.ts";
import { useSpeech } from "../i18n/language.ts";
import { Evidence } from "./evidence.tsx";
import { TierSteps } from "./tier-steps.tsx";

/** Why a member got what they got in one interval, in words and with the very numbers it was worked out with. */
export function Why({ why, zone }: { why: Explanation; zone: string }) {
  const { texts, numbers } = useSpeech();
  const timeOfDay = useMemo(() => timeOfDayFormat(zone), [zone]);
  const title = {
    shared: texts.why.title(numbers.interval(why.allotted_mwh)),
    held: texts.why.titleHeld,
    pending: texts.why.titlePending,
  }[why.state];
  return (
    <section class="why" aria-labelledby="why-title">
      <p class="over">
        {why.member} · {timeOfDay(why.from_ms)}–{timeOfDay(why.to_ms)}
      </p>
      <h3 id="why-title">{title}</h3>
      {why.state === "pending" && <p>{texts.why.pending}</p>}
      {why.state === "held" && <Missing inputs={why.inputs} />}
      {why.state === "shared" && <Steps why={why} />}
      <Evidence why={why} />
    </section>
  );
}

function Steps({ why }: { why: Explanation }) {
  const { texts, numbers } = useSpeech();
  const { pool_mwh, community_consumption_mwh, points } = why.inputs;
  const own = points.filter(({ role, member }) => role === "consumption" && member === why.member);
  const quality = own.map((point) => texts.interval.quality[point.quality]).join(", ");
  return (
    <ol class="steps">
      <li>
        {texts.why.community({
          generated: numbers.exact(pool_mwh),
          used: numbers.exact(community_consumption_mwh),
        })}
      </li>
      <li>
        {texts.why.mine({ member: why.member, used: numbers.exact(usedBy(own)), quality })}
        {(why.own_mwh ?? 0) > 0 && <> {texts.why.own(numbers.exact(why.own_mwh))}</>}
      </li>
      {why.tiers.map((tier, index) => (
        <li key={index}>
          {index > 0 && <p>{texts.why.nextTier}</p>}
          <TierSteps tier={tier} />
        </li>
      ))}
      <li class="result">
        {texts.why.result({ allotted: numbers.exact(why.allotted_mwh), grid: numbers.exact(why.from_grid_mwh) })}
      </li>
    </ol>
  );
}

/** What all points of one member counted; null as soon as one of them is not known. */
function usedBy(points: readonly ExplainedPoint[]): number | null {
  return points.reduce<number | null>(
    (sum, { energy_mwh }) => (sum === null || energy_mwh === null ? null : sum + energy_mwh),
    points.length === 0 ? null : 0,
  );
}

function Missing({ inputs: { points, coefficients } }: Pick<Explanation, "inputs">) {
  const { texts } = useSpeech();
  const missing = points.filter(({ quality }) => quality === "missing");
  return (
    <>
      <p>{texts.why.held}</p>
      <ul>
        {missing.map(({ point, reason = null }) => (
          <li key={point}>
            <b>{point}</b> · {reason === null ? texts.interval.quality.missing : texts.interval.reason[reason]}
          </li>
        ))}
        {missing.length === 0 &&
          [...new Set(coefficients.map(({ key }) => key))].map((key) => (
            <li key={key}>
              <b>{key}</b> · {texts.why.coefficients}
            </li>
          ))}
      </ul>
    </>
  );
}
