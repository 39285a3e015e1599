import { useRef } from "preact/hooks";
import type { Address } from "./address.ts";

/**
 * Names the place once somebody came to it from another place of the page, so that the focus can follow; null as long as
 * the page was just opened, when the focus is the browser's.
 */
export function useArrival({ page, device }: Address): string | null {
  const place = `${page} ${device ?? ""}`;
  const first = useRef<string | null>(place);
  if (first.current !== place) first.current = null;
  return first.current === null ? place : null;
}
