import type { Community, CommunityDay, Days, Health, Plant } from "./api/contract.ts";
import type { DeviceRow } from "./api/device-contract.ts";
import { newestDay } from "./day/day-controls.tsx";
import { DaySection } from "./day/day-section.tsx";
import { DevicesSection } from "./devices/devices-section.tsx";
import { useSpeech } from "./i18n/language.ts";
import { MemberSection } from "./member/member-section.tsx";
import { BooksLine } from "./proof/books.tsx";
import type { CheckedBooks } from "./proof/use-books.ts";
import { Failure, Loading, Trouble } from "./shell/trouble.tsx";
import type { Address } from "./state/address.ts";
import type { Go } from "./state/use-address.ts";
import { useAnswer } from "./state/use-answer.ts";
import type { Live } from "./state/use-live.ts";

export interface CommunityPageProps {
  readonly community: Community;
  readonly devices: readonly DeviceRow[];
  readonly live: Live;
  readonly books: CheckedBooks;
  readonly health: Health | undefined;
  readonly now_ms: number | undefined;
  readonly address: Address;
  readonly go: Go;
}

/** The community's day, a member's share and the plants and devices. */
export function CommunityPage({ community, devices, live, books, health, now_ms, address, go }: CommunityPageProps) {
  const { texts } = useSpeech();
  const hasMembers = community.members.length > 0;
  const days = useAnswer<Days>(hasMembers ? "/api/days" : null, live.round);
  const plants = useAnswer<readonly Plant[]>(hasMembers ? "/api/plants" : null, live.slowRound);
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
      <BooksLine state={books.state} />
      <DevicesSection
        plants={plants.answer ?? []}
        devices={devices}
        quarantined={health?.quarantined ?? 0}
        now_ms={now_ms ?? 0}
      />
    </>
  );
}
