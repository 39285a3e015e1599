import { useSpeech } from "../i18n/language.ts";
import type { PageName } from "../state/address.ts";
import type { Go } from "../state/use-address.ts";
import { PlaceLink } from "./place-link.tsx";

export interface NavigationProps {
  readonly page: PageName;
  /** Devices that do not answer, and open questions about registers. */
  readonly attention: number;
  readonly go: Go;
}

/** The two halves of the page, and how much in the second waits for somebody. */
export function Navigation({ page, attention, go }: NavigationProps) {
  const { texts, numbers } = useSpeech();
  const { nav } = texts;
  return (
    <nav class="places" aria-label={nav.title}>
      <PlaceLink to={{ page: "community" }} go={go} isHere={page === "community"}>
        {nav.community}
      </PlaceLink>
      <PlaceLink to={{ page: "devices" }} go={go} isHere={page !== "community"}>
        {nav.devices}
        {attention > 0 && (
          <>
            <span class="badge" aria-hidden="true">
              {numbers.count(attention)}
            </span>
            <span class="unseen">, {nav.attention(attention)}</span>
          </>
        )}
      </PlaceLink>
    </nav>
  );
}
