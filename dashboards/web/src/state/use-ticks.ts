import { useEffect, useState } from "preact/hooks";

/**
 * A counter that rises every `every_ms` while the page is visible: for what changes although no reading arrives, such as
 * a device that stopped answering.
 * @param every_ms null stands still
 */
export function useTicks(every_ms: number | null): number {
  const [ticks, setTicks] = useState(0);
  useEffect(() => {
    if (every_ms === null) return;
    const timer = setInterval(() => {
      if (!document.hidden) setTicks((count) => count + 1);
    }, every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return ticks;
}
