import { useMemo } from "preact/hooks";
import type { Community, CommunityDay, Explanation, MemberDay } from "../api/contract.ts";
import { IntervalFigure } from "../chart/interval-figure.tsx";
import { useSpeech } from "../i18n/language.ts";
import { FigureCard } from "../shell/figure-card.tsx";
import { Failure, Loading } from "../shell/trouble.tsx";
import { type Answered, useAnswer } from "../state/use-answer.ts";
import { useCalm } from "../state/use-calm.ts";
import { memberIntervals } from "./member-intervals.ts";
import { Why } from "./why.tsx";

/** A slider passes many intervals; the one it rests on this long is explained. */
const REST_MS = 120;

export interface MemberSectionProps {
  readonly community: Community;
  readonly member: string | null;
  readonly day: CommunityDay | undefined;
  readonly chosen_ms: number | null;
  readonly round: number;
  readonly onMember: (member: string | null) => void;
  readonly onChoose: (from_ms: number) => void;
}

/** One member's day: what they used, what was theirs of the plants, and why. */
export function MemberSection(props: MemberSectionProps) {
  const { community, member, day, round } = props;
  const { texts } = useSpeech();
  const isKnown = community.members.some(({ id }) => id === member);
  const path = isKnown && day !== undefined ? `/api/members/${encodeURIComponent(member ?? "")}` : null;
  const shown = useAnswer<MemberDay>(path === null ? null : `${path}/days/${day?.day}`, round);
  const chosen_ms = useCalm(props.chosen_ms, REST_MS);
  const why = useAnswer<Explanation>(
    path === null || chosen_ms === null ? null : `${path}/explanation?from_ms=${chosen_ms}`,
    round,
  );
  return (
    <section class="card" aria-labelledby="member-title" aria-busy={!shown.isCurrent}>
      <div class="card-head">
        <h2 id="member-title">{texts.member.title}</h2>
        <label class="member-choice">
          {texts.member.choose}
          <select
            value={isKnown ? (member ?? "") : ""}
            onChange={({ currentTarget: { value } }) => props.onMember(value === "" ? null : value)}
          >
            <option value="">{texts.member.nobody}</option>
            {community.members.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
      </div>
      {!isKnown && <p class="invite">{member === null ? texts.member.invite : texts.member.unknown(member)}</p>}
      {isKnown && day !== undefined && <Shown {...props} day={day} shown={shown} why={why} />}
    </section>
  );
}

interface ShownProps extends MemberSectionProps {
  readonly day: CommunityDay;
  readonly shown: Answered<MemberDay>;
  readonly why: Answered<Explanation>;
}

function Shown({ day, shown, why, chosen_ms, onChoose }: ShownProps) {
  const { texts } = useSpeech();
  const memberDay = shown.answer;
  const data = useMemo(
    () => (memberDay === undefined ? undefined : memberIntervals(memberDay, day, texts)),
    [memberDay, day, texts],
  );
  if (memberDay === undefined || data === undefined) {
    return shown.failure === undefined ? <Loading /> : <Failure failure={shown.failure} />;
  }
  return (
    <>
      <MemberFigures memberDay={memberDay} />
      <IntervalFigure
        data={data}
        zone={day.time_zone}
        label={texts.member.chart(memberDay.member)}
        chosen_ms={chosen_ms}
        onChoose={onChoose}
        hasSlider
      />
      {chosen_ms !== null && why.answer !== undefined && <Why why={why.answer} zone={day.time_zone} />}
      {chosen_ms !== null && why.failure !== undefined && <Failure failure={why.failure} />}
    </>
  );
}

function MemberFigures({ memberDay }: { memberDay: MemberDay }) {
  const { texts, numbers } = useSpeech();
  const { consumption_mwh, allotted_mwh, from_grid_mwh } = memberDay.totals;
  const isKnown = memberDay.intervals.some(({ state }) => state === "shared");
  const day = (mwh: number) => numbers.day(isKnown ? mwh : null);
  return (
    <dl class="figures">
      <FigureCard name="used" mark="consumption" label={texts.member.used} value={day(consumption_mwh)} unit="kWh" />
      <FigureCard name="allotted" mark="shared" label={texts.member.allotted} value={day(allotted_mwh)} unit="kWh" />
      <FigureCard name="member-grid" mark="grid" label={texts.member.fromGrid} value={day(from_grid_mwh)} unit="kWh" />
      <FigureCard
        name="percent"
        label={texts.member.percent}
        value={numbers.percent(allotted_mwh, consumption_mwh)}
        hint={texts.member.percentHint}
      />
    </dl>
  );
}
