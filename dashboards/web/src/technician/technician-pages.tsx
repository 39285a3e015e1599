import "./technician.css";
import { useEffect, useState } from "preact/hooks";
import type { Community } from "../api/contract.ts";
import type { DeviceRow, RegisterEventView } from "../api/device-contract.ts";
import { useSpeech } from "../i18n/language.ts";
import { PlaceLink } from "../shell/place-link.tsx";
import { Failure, Loading } from "../shell/trouble.tsx";
import type { Address, PageName } from "../state/address.ts";
import type { Go } from "../state/use-address.ts";
import type { Answered } from "../state/use-answer.ts";
import { AddDevicePage } from "./add-device/add-device-page.tsx";
import { DevicePage } from "./device/device-page.tsx";
import { DeviceList } from "./device-list.tsx";
import { RegisterPage } from "./registers/register-page.tsx";
import { useTexts } from "./texts/use-texts.ts";

export interface TechnicianPagesProps {
  readonly zone: string;
  readonly points: Community["metering_points"];
  readonly devices: Answered<readonly DeviceRow[]>;
  readonly questions: Answered<readonly RegisterEventView[]>;
  readonly now_ms: number;
  /** Rises when devices may have changed. */
  readonly round: number;
  readonly address: Address;
  /** Changes when somebody comes to another place of the page; null before. */
  readonly arrival: string | null;
  readonly go: Go;
  /** Told of everything that was done here, so that what is shown follows at once. */
  readonly onChange: () => void;
}

export type TechnicianPlace = Pick<Address, "page" | "device">;
/** Tell what was done, at the place where it is read. */
export type Say = (notice: string, at: TechnicianPlace) => void;

const places = ["devices", "add-device", "registers"] as const satisfies readonly PageName[];

/** What technicians and stewards do with devices and registers. */
export function TechnicianPages(props: TechnicianPagesProps) {
  const { address, go, questions, onChange } = props;
  const { numbers } = useSpeech();
  const texts = useTexts();
  const open = questions.answer?.length ?? 0;
  const { notice, say } = useNotice(address);
  const tell: Say = (done, at) => {
    say(done, at);
    onChange();
  };
  return (
    <>
      <nav class="places within" aria-label={texts.sections.title}>
        {places.map((page) => (
          <PlaceLink key={page} to={{ page }} go={go} isHere={address.page === page && address.device === null}>
            {texts.sections[page]}
            {page === "registers" && open > 0 && (
              <>
                <span class="badge" aria-hidden="true">
                  {numbers.count(open)}
                </span>
                <span class="unseen">, {texts.sections.waiting(open)}</span>
              </>
            )}
          </PlaceLink>
        ))}
      </nav>
      <p class={notice === "" ? "unseen" : "notice good"} role="status">
        {notice}
      </p>
      <Place {...props} say={tell} />
    </>
  );
}

interface PlaceProps extends TechnicianPagesProps {
  readonly say: Say;
}

function Place({ address, go, devices, questions, zone, points, now_ms, round, arrival, say }: PlaceProps) {
  if (address.page === "registers") {
    if (questions.answer === undefined) return <Waiting failure={questions.failure} />;
    const asked = { questions: questions.answer, zone, points, now_ms };
    return <RegisterPage {...asked} arrival={arrival} say={say} />;
  }
  if (devices.answer === undefined) return <Waiting failure={devices.failure} />;
  if (address.page === "add-device") {
    const taken = devices.answer.map(({ device }) => device);
    return <AddDevicePage taken={taken} arrival={arrival} go={go} say={say} />;
  }
  if (address.device === null) {
    return <DeviceList rows={devices.answer} points={points} now_ms={now_ms} arrival={arrival} go={go} />;
  }
  const shown = { device: address.device, now_ms, round, arrival };
  return <DevicePage key={address.device} {...shown} go={go} say={say} />;
}

function Waiting({ failure }: { failure: unknown }) {
  return failure === undefined ? <Loading /> : <Failure failure={failure} />;
}

/** Where on these pages somebody is. */
const nameOf = ({ page, device }: TechnicianPlace): string => `${page} ${device ?? ""}`;

/** A sentence about what was just done, at the place it is meant for; it is gone when somebody leaves that place. */
function useNotice(address: Address) {
  const here = nameOf(address);
  const [said, setSaid] = useState({ notice: "", place: "" });
  useEffect(() => setSaid((last) => (last.place === here ? last : { notice: "", place: "" })), [here]);
  const say: Say = (notice, at) => setSaid({ notice, place: nameOf(at) });
  return { notice: said.place === here ? said.notice : "", say };
}
