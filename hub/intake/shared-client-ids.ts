import type { Clock, EpochMs } from "../units.ts";
import type { Rate } from "./limits.ts";
import type { SeldomLog } from "./seldom-log.ts";
import { bucketsByKey } from "./token-bucket.ts";

/** One client id that several connections of one credential ask for. */
export interface SharedClientId {
  readonly client: string;
  readonly credential: string;
  /** Where the connection that held it and the one that asked for it came from, at the last time. */
  readonly addresses: readonly [string, string];
  readonly takeovers: number;
  readonly refused: number;
  readonly last_ms: EpochMs;
}

export interface Takeover {
  readonly client: string;
  readonly credential: string;
  readonly holder: string;
  readonly newcomer: string;
}

/** Client ids remembered as shared: enough to see what is wrong, too few to fill memory. */
const REMEMBERED_IDS = 100;
/** A client id that was fought over within this time is shown. */
const SHOWN_FOR_MS = 600_000;
/** One takeover is a device that came back before its old connection was missed; this many are two devices. */
const TAKEOVERS_TO_SHOW = 2;

/**
 * MQTT 3.1.1 wants a newcomer with a client id in use to take it over (section 3.1.4). Two devices with one client id
 * would push each other out for ever, so takeovers of one id have a rate; past it the newcomer is refused and the
 * holder stays.
 */
export function watchClientIds(options: {
  readonly rate: Rate;
  readonly now: () => number;
  readonly clock: Clock;
  readonly complain: SeldomLog;
}): { takeOver(takeover: Takeover): boolean; shared(): readonly SharedClientId[] } {
  const { rate, now, clock, complain } = options;
  const bucketOf = bucketsByKey(rate, now);
  const seen = new Map<string, SharedClientId>();
  return {
    takeOver({ client, credential, holder, newcomer }) {
      const isAllowed = bucketOf(client).take();
      const before = seen.get(client);
      const known = before !== undefined && clock() - before.last_ms < SHOWN_FOR_MS ? before : undefined;
      const shared: SharedClientId = {
        client,
        credential,
        addresses: [holder, newcomer],
        takeovers: (known?.takeovers ?? 0) + (isAllowed ? 1 : 0),
        refused: (known?.refused ?? 0) + (isAllowed ? 0 : 1),
        last_ms: clock(),
      };
      // Set anew at the end, so that the first key is the one not heard of for longest.
      seen.delete(client);
      seen.set(client, shared);
      if (seen.size > REMEMBERED_IDS) seen.delete(seen.keys().next().value ?? "");
      const fields = { client, credential, holder, newcomer, takeovers: shared.takeovers, refused: shared.refused };
      const message = "client id used twice: each device needs a client id, and best a credential, of its own";
      if (shared.takeovers + shared.refused >= TAKEOVERS_TO_SHOW) complain({ key: `id ${client}`, fields, message });
      return isAllowed;
    },
    shared: () =>
      [...seen.values()].filter(
        ({ takeovers, refused, last_ms }) =>
          takeovers + refused >= TAKEOVERS_TO_SHOW && clock() - last_ms < SHOWN_FOR_MS,
      ),
  };
}
