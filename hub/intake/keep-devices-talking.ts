import type { Request } from "../decode/dialects/dialect.ts";
import type { DialectRoutes } from "./dialect-routes.ts";

/** How often it is looked who must be told again; far shorter than any device's patience. */
const LOOK_EVERY_MS = 1_000;

/** Publish what some devices must hear again and again to go on talking. @returns stops it */
export function keepDevicesTalking(
  dialects: Pick<DialectRoutes, "keepAlives">,
  publish: (request: Request) => void,
  now: () => number = () => performance.now(),
): () => void {
  const toldAt = new Map<string, number>();
  const look = (): void => {
    for (const { everyMs, requests } of dialects.keepAlives()) {
      for (const request of requests) {
        const last = toldAt.get(request.topic);
        if (last !== undefined && now() - last < everyMs) continue;
        toldAt.set(request.topic, now());
        publish(request);
      }
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
