import type { ExplainedPoint, Explanation } from "../api/contract.ts";
import { EntryId, shortId } from "../day/day-state.tsx";
import { useSpeech } from "../i18n/language.ts";

/** What the explanation stands on: the rule and its version, the entry, the registers at both ends. */
export function Evidence({ why }: { why: Explanation }) {
  const { texts } = useSpeech();
  const shown = why.inputs.points.filter(({ role, member }) => role === "generation" || member === why.member);
  return (
    <details class="evidence">
      <summary>{texts.why.evidence}</summary>
      <dl>
        <dt>{texts.why.policy}</dt>
        <dd>
          {why.policy.name}
          <q lang="en">{why.policy.text}</q>
        </dd>
        <dt>{texts.why.version}</dt>
        <dd>
          <code title={why.community_version}>{shortId(why.community_version)}</code>
        </dd>
        <dt>{texts.why.entry}</dt>
        <dd>{why.entry === null ? texts.why.notBooked : <EntryId entry={why.entry} />}</dd>
      </dl>
      <h4>{texts.why.registers}</h4>
      <ul class="registers">
        {shown.map((point) => (
          <Register key={point.point} point={point} />
        ))}
      </ul>
    </details>
  );
}

function Register({ point }: { point: ExplainedPoint }) {
  const { texts, numbers } = useSpeech();
  const { quality, reason = null } = point;
  return (
    <li>
      <b>{point.point}</b> <small>{point.series}</small>
      <p class="formula">
        <span>{numbers.full(point.register_to_mwh)}</span> <span>− {numbers.full(point.register_from_mwh)}</span>{" "}
        <b>= {numbers.full(point.energy_mwh)} kWh</b>
      </p>
      <small>
        {texts.interval.quality[quality]}
        {reason !== null && ` (${texts.interval.reason[reason]})`}
      </small>
    </li>
  );
}
