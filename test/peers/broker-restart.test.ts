import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";
import { need } from "../requirements.ts";
import { newFolder, openClient } from "./open-client.ts";
import { openMosquitto } from "./open-mosquitto.ts";
import { openPublisher } from "./publisher.ts";
import { auditMessages, publishMessages, readingsOf } from "./stamped-messages.ts";

const hasMosquitto = need("mosquitto") && need("mosquitto_passwd");
const MESSAGES = 100_000;

test.skipIf(!hasMosquitto)(
  `${MESSAGES} messages through a broker that restarts in the middle: none lost, none doubled (needs mosquitto)`,
  { timeout: 120_000 },
  async () => {
    await using mosquitto = await openMosquitto();
    await using store = await disposable(openSqliteSeriesStore(join(newFolder(), "readings.db"), { windowMs: 20 }));
    await using hub = openClient({ port: mosquitto.port, store });
    await vi.waitFor(() => expect(hub.client.state().connected).toBe(true), { timeout: 5_000 });
    await using publisher = await openPublisher(mosquitto.port);

    const started = performance.now();
    const published = publishMessages(publisher, 0, MESSAGES);
    await taken(hub.client, MESSAGES * 0.4);
    // On SIGTERM mosquitto saves sessions, queues and what is in flight; what it had not acknowledged the publisher keeps.
    await mosquitto.stop("SIGTERM");
    expect(hub.client.counts().messages).toBeLessThan(MESSAGES * 0.9);
    await mosquitto.start();
    await published;
    await vi.waitFor(async () => expect((await store.counts()).readings).toBe(readingsOf(MESSAGES)), {
      timeout: 60_000,
      interval: 100,
    });
    console.info(
      `${MESSAGES} messages in ${((performance.now() - started) / 1_000).toFixed(1)} s`,
      hub.client.counts(),
    );

    expect(await auditMessages([store], MESSAGES)).toEqual([]);
    expect(hub.client.state()).toMatchObject({ connected: true, contested: false });
    expect(hub.client.state().reconnects).toBeGreaterThanOrEqual(1);
    expect(hub.client.counts()).toMatchObject({ lostSessions: 0, notStored: 0, takeovers: 0, unpromised: 0 });
    expect(hub.client.counts().messages).toBeGreaterThanOrEqual(MESSAGES);
  },
);

function taken(client: { counts(): { readonly messages: number } }, messages: number): Promise<void> {
  return vi.waitFor(() => expect(client.counts().messages).toBeGreaterThanOrEqual(messages), {
    timeout: 60_000,
    interval: 10,
  });
}

async function disposable<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T & AsyncDisposable> {
  const opened = await opening;
  return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() });
}
