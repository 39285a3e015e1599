import { useEffect, useState } from "preact/hooks";
import type { Community, Health } from "./api/contract.ts";
import type { DeviceRow, RegisterEventView } from "./api/device-contract.ts";
import { CommunityPage } from "./community-page.tsx";
import { needsCare } from "./devices/device-condition.ts";
import { type Language, useSpeech } from "./i18n/language.ts";
import { BrokenBooks } from "./proof/books.tsx";
import { useBooks } from "./proof/use-books.ts";
import { DemoBanner } from "./shell/demo-banner.tsx";
import { Navigation } from "./shell/navigation.tsx";
import { PageHeader } from "./shell/page-header.tsx";
import { Failure, Loading } from "./shell/trouble.tsx";
import { usePart } from "./shell/use-part.ts";
import { useAddress } from "./state/use-address.ts";
import { useAnswer } from "./state/use-answer.ts";
import { useArrival } from "./state/use-arrival.ts";
import { useCalm } from "./state/use-calm.ts";
import { useLive } from "./state/use-live.ts";
import { useTicks } from "./state/use-ticks.ts";

/** A connection lost for this long is told in a sentence; a shorter loss only by the mark in the header. */
const STALE_AFTER_MS = 4_000;
/** Who works at a device looks at its page and expects it to follow. */
const DEVICES_EVERY_MS = 4_000;

/** What technicians and stewards need; members never load it. */
const loadTechnicianPages = () => import("./technician/technician-pages.tsx");

/** The page: its header, and below it the community's figures or the devices. */
export function Page({ onLanguage }: { onLanguage: (language: Language) => void }) {
  const { texts } = useSpeech();
  const [address, go] = useAddress();
  const arrival = useArrival(address);
  const isCommunity = address.page === "community";
  const live = useLive();
  const [changes, setChanges] = useState(0);
  const round = live.slowRound + changes + useTicks(isCommunity ? null : DEVICES_EVERY_MS);
  const health = useAnswer<Health>("/api/health", round);
  const community = useAnswer<Community>("/api/community", live.slowRound);
  const devices = useAnswer<readonly DeviceRow[]>("/api/devices", round);
  const questions = useAnswer<readonly RegisterEventView[]>("/api/register-events?open=true", round);
  const books = useBooks(live.slowRound);
  const technician = usePart(isCommunity ? null : loadTechnicianPages);
  const isStale = useCalm(live.connection, STALE_AFTER_MS) === "reconnecting" && live.connection === "reconnecting";
  const name = community.answer?.name ?? "Millrace";
  useEffect(() => {
    document.title = isCommunity ? name : `${texts.nav.devices} · ${name}`;
  }, [name, isCommunity, texts]);
  const now_ms = latestOf(live.now_ms, health.answer?.now_ms);
  const points = community.answer?.metering_points ?? [];
  const silent = (devices.answer ?? []).filter((row) => needsCare(row, now_ms ?? 0, points)).length;
  const Technician = technician.part?.TechnicianPages;
  return (
    <>
      <PageHeader name={name} connection={live.connection} onLanguage={onLanguage} />
      <Navigation page={address.page} attention={silent + (questions.answer?.length ?? 0)} go={go} />
      {health.answer?.simulated === true && now_ms !== undefined && (
        <DemoBanner health={health.answer} now_ms={now_ms} zone={community.answer?.time_zone ?? "UTC"} />
      )}
      {isStale && community.answer !== undefined && (
        <p class="stale" role="status">
          {texts.trouble.stale}
        </p>
      )}
      <main id="figures" tabIndex={-1}>
        <BrokenBooks {...books} />
        {community.answer === undefined ? (
          <Waiting failure={community.failure} />
        ) : isCommunity ? (
          <CommunityPage
            community={community.answer}
            devices={devices.answer ?? []}
            live={live}
            books={books}
            health={health.answer}
            now_ms={now_ms}
            address={address}
            go={go}
          />
        ) : Technician === undefined ? (
          <Waiting failure={technician.failure} />
        ) : (
          <Technician
            zone={community.answer.time_zone}
            points={points}
            devices={devices}
            questions={questions}
            now_ms={now_ms ?? 0}
            round={round}
            address={address}
            arrival={arrival}
            go={go}
            onChange={() => setChanges((count) => count + 1)}
          />
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

function Waiting({ failure }: { failure: unknown }) {
  return failure === undefined ? <Loading /> : <Failure failure={failure} />;
}

/** Events tell the hub's clock only while readings arrive, its health whenever it is asked. */
function latestOf(told: number | null, asked: number | undefined): number | undefined {
  return told === null ? asked : Math.max(told, asked ?? 0);
}
