import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../hub/config/load.ts";
import type { Config } from "../../hub/config/schema.ts";
import { connectDevice } from "../../hub/demo/device-client.ts";
import { type Hub, startHub } from "../../hub/main.ts";
import { systemClock } from "../../hub/units.ts";

export interface OpenHub extends AsyncDisposable {
  readonly hub: Hub;
  readonly config: Config;
  readonly url: string;
  /** Publish at QoS 1 as a device of this name; resolves when all of them are acknowledged. */
  publish(device: string, ...payloads: readonly string[]): Promise<void>;
}

/** A whole hub on free ports in a folder of its own, with credentials for these devices; nobody asks who keeps its clock. */
export async function openHub(...devices: readonly string[]): Promise<OpenHub> {
  const data = mkdtempSync(join(tmpdir(), "millrace-hub-"));
  const config = parseConfig(
    `data: ${data}\nmqtt: { port: 0 }\nweb: { port: 0 }\nstorage: { commit_window_ms: 10 }\nlog: { level: silent }\n`,
    "test.yaml",
  );
  const hub = await startHub(config, { settles: false, clock: systemClock });
  const passwords = new Map<string, string>();
  for (const name of devices) passwords.set(name, (await hub.credentials.issue(name, [name])).password);
  return {
    hub,
    config,
    url: hub.web?.url ?? "",
    async publish(name, ...payloads) {
      const device = await connectDevice({ ...hub.mqtt, name, password: passwords.get(name) ?? "wrong" });
      for (const payload of payloads) await device.publish(`readings/${name}`, payload);
      await device.close();
    },
    [Symbol.asyncDispose]: () => hub.close(),
  };
}
