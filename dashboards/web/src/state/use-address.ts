import { useCallback, useEffect, useState } from "preact/hooks";
import { type Address, readAddress, writeAddress } from "./address.ts";

/** Browsers refuse more than about 100 address changes in 30 s, and a slider makes them faster. */
const WRITE_DELAY_MS = 300;

export type Go = (change: Partial<Address>) => void;

/** What the page shows, and the one way to change it. Going back and forward in the browser works. */
export function useAddress(): readonly [Address, Go] {
  const [address, setAddress] = useState(() => readAddress(location.search));
  const go = useCallback((change: Partial<Address>) => setAddress((now) => ({ ...now, ...change })), []);

  useEffect(() => {
    const timer = setTimeout(() => {
      const query = writeAddress(address);
      if (query === writeAddress(readAddress(location.search))) return;
      // Another page, day or member is a place to come back to; sliding through intervals is not.
      const here = readAddress(location.search);
      const isNewPlace = (["page", "device", "day", "member"] as const).some((word) => here[word] !== address[word]);
      history[isNewPlace ? "pushState" : "replaceState"](null, "", query === "" ? location.pathname : query);
    }, WRITE_DELAY_MS);
    return () => clearTimeout(timer);
  }, [address]);

  useEffect(() => {
    const readBack = () => setAddress(readAddress(location.search));
    addEventListener("popstate", readBack);
    return () => removeEventListener("popstate", readBack);
  }, []);

  return [address, go];
}
