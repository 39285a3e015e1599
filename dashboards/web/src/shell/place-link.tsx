import type { ComponentChildren } from "preact";
import { type Address, writeAddress } from "../state/address.ts";
import type { Go } from "../state/use-address.ts";

export interface PlaceLinkProps {
  readonly to: Pick<Address, "page"> & Partial<Address>;
  readonly go: Go;
  readonly isHere?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A link to another place of this page: it works like any link, and without loading the page anew. */
export function PlaceLink({ to, go, isHere = false, class: name, children }: PlaceLinkProps) {
  const place = { device: null, day: null, member: null, at_ms: null, ...to };
  return (
    <a
      class={name}
      href={writeAddress(place) || location.pathname}
      aria-current={isHere ? "page" : undefined}
      onClick={(event) => {
        // A click that asks for another tab or window stays the browser's.
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go({ device: null, ...to });
        scrollTo(0, 0);
      }}
    >
      {children}
    </a>
  );
}
