import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { need } from "../requirements.ts";
import { startHubProcess } from "./hub-process.ts";
import { newFolder } from "./open-client.ts";
import { openMosquitto, PASSWORD } from "./open-mosquitto.ts";
import { openPublisher } from "./publisher.ts";
import { auditMessages, publishMessages, readingsOf } from "./stamped-messages.ts";

const hasMosquitto = need("mosquitto") && need("mosquitto_passwd");
const ROUNDS = 4;
const MESSAGES_A_ROUND = 5_000;

test.skipIf(!hasMosquitto)(
  "the hub's process is killed again and again while messages flow: none lost, none doubled (needs mosquitto)",
  { timeout: 120_000 },
  async () => {
    await using mosquitto = await openMosquitto();
    await using publisher = await openPublisher(mosquitto.port);
    const folder = newFolder();
    const data = join(folder, "data");
    writeFileSync(join(folder, "password"), `${PASSWORD}\n`, { mode: 0o600 });
    const config = join(folder, "millrace.yaml");
    writeFileSync(
      config,
      [
        "data: data",
        "mqtt: {port: 0}",
        "web: {port: 0}",
        "storage: {commit_window_ms: 50}",
        "log: {level: warn}",
        "broker_client:",
        `  url: mqtt://127.0.0.1:${mosquitto.port}`,
        "  username: hub",
        "  password_file: password",
      ].join("\n"),
    );
    let hub = await startHubProcess(config);
    const waitFor = (readings: number) =>
      vi.waitFor(async () => expect(await hub.readings()).toBeGreaterThanOrEqual(readings), {
        timeout: 30_000,
        interval: 20,
      });
    try {
      // From the first connection on the broker keeps what is published for the hub, whether it runs or not.
      await vi.waitFor(() => publishUntilHeard(), { timeout: 20_000, interval: 50 });
      for (let round = 0; round < ROUNDS; round += 1) {
        const from = 1 + round * MESSAGES_A_ROUND;
        const published = publishMessages(publisher, from, from + MESSAGES_A_ROUND);
        await waitFor(readingsOf(from + MESSAGES_A_ROUND / 4));
        await hub.end("SIGKILL");
        hub = await startHubProcess(config);
        await published;
      }
      await waitFor(readingsOf(1 + ROUNDS * MESSAGES_A_ROUND));
      await hub.end("SIGTERM");
      expect(hub.child.exitCode).toBe(0);
    } finally {
      await hub.end("SIGKILL");
    }
    const stores = await openStores(data, { windowMs: null });
    expect(await auditMessages([stores.series], 1 + ROUNDS * MESSAGES_A_ROUND)).toEqual([]);
    await stores.close();

    async function publishUntilHeard(): Promise<void> {
      await publishMessages(publisher, 0, 1);
      expect(await hub.readings()).toBe(readingsOf(1));
    }
  },
);
