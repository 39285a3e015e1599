import { useEffect } from "preact/hooks";
import type { Community, CommunityDay, Days, Device, Health, Plant } from "./api/contract.ts";
import { newestDay } from "./day/day-controls.tsx";
import { DaySection } from "./day/day-section.tsx";
import { DevicesSection } from "./devices/devices-section.tsx";
import { type Language, useSpeech } from "./i18n/language.ts";
import { MemberSection } from "./member/member-section.tsx";
import { DemoBanner } from "./shell/demo-banner.tsx";
import { PageHeader } from "./shell/page-header.tsx";
import { Failure, Loading, Trouble } from "./shell/trouble.tsx";
import { useAddress } from "./state/use-address.ts";
import { useAnswer } from "./state/use-answer.ts";
import { useCalm } from "./state/use-calm.ts";
import { type Live, useLive } from "./state/use-live.ts";

/** A connection lost for this long is told in a sentence; a shorter loss only by the mark in the header. */
const STALE_AFTER_MS = 4_000;

/** The page: its header, and below it the community's day, a member's share and the devices. */
export function Page({ onLanguage }: { onLanguage: (language: Language) => void }) {
  const { texts } = useSpeech();
  const live = useLive();
  const health = useAnswer<Health>("/api/health", live.slowRound);
  const community = useAnswer<Community>("/api/community", live.slowRound);
  const isStale = useCalm(live.connection, STALE_AFTER_MS) === "reconnecting" && live.connection === "reconnecting";
  const name = community.answer?.name ?? "Millrace";
  useEffect(() => {
    document.title = name;
  }, [name]);
  const now_ms = live.now_ms ?? health.answer?.now_ms;
  return (
    <>
      <PageHeader name={name} connection={live.connection} onLanguage={onLanguage} />
      {health.answer?.simulated === true && now_ms !== undefined && (
        <DemoBanner health={health.answer} now_ms={now_ms} zone={community.answer?.time_zone ?? "UTC"} />
      )}
      {isStale && community.answer !== undefined && (
        <p class="stale" role="status">
          {texts.trouble.stale}
        </p>
      )}
      <main id="figures" tabIndex={-1}>
        {community.answer !== undefined ? (
          <Sections community={community.answer} live={live} health={health.answer} now_ms={now_ms} />
        ) : community.failure === undefined ? (
          <Loading />
        ) : (
          <Failure failure={community.failure} />
        )}
      </main>
      <footer>
        <p>{texts.about}</p>
        <p>
          <a href="/api/docs">{texts.allFigures}</a>
        </p>
      </footer>
    </>
  );
}

interface SectionsProps {
  readonly community: Community;
  readonly live: Live;
  readonly health: Health | undefined;
  readonly now_ms: number | undefined;
}

function Sections({ community, live, health, now_ms }: SectionsProps) {
  const { texts } = useSpeech();
  const [address, go] = useAddress();
  const hasMembers = community.members.length > 0;
  const days = useAnswer<Days>(hasMembers ? "/api/days" : null, live.round);
  const plants = useAnswer<readonly Plant[]>(hasMembers ? "/api/plants" : null, live.slowRound);
  const devices = useAnswer<readonly Device[]>("/api/devices", live.slowRound);
  const hasReadings = days.answer !== undefined && days.answer.first !== null;
  const day = address.day ?? (days.answer === undefined ? null : newestDay(days.answer));
  const shown = useAnswer<CommunityDay>(hasReadings && day !== null ? `/api/days/${day}` : null, live.round);

  if (!hasMembers) return <Trouble title={texts.trouble.noCommunity} what={texts.trouble.noCommunityWhat} />;
  if (days.answer === undefined || day === null) {
    return days.failure === undefined ? <Loading /> : <Failure failure={days.failure} />;
  }
  if (!hasReadings) return <Trouble title={texts.trouble.noReadings} what={texts.trouble.noReadingsWhat} />;
  // A chosen interval pins its day: the page follows the newest day only as long as nothing in it is looked at.
  const choose = (at_ms: number) => go({ day, at_ms });
  return (
    <>
      <DaySection
        day={day}
        days={days.answer}
        shown={shown}
        chosen_ms={address.at_ms}
        onDay={(to) => go({ day: to, at_ms: null })}
        onChoose={choose}
      />
      <MemberSection
        community={community}
        member={address.member}
        day={shown.answer}
        chosen_ms={address.at_ms}
        round={live.round}
        onMember={(member) => go({ member })}
        onChoose={choose}
      />
      <DevicesSection
        plants={plants.answer ?? []}
        devices={devices.answer ?? []}
        quarantined={health?.quarantined ?? 0}
        now_ms={now_ms ?? 0}
      />
    </>
  );
}
