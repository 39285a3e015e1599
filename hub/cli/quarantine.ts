import type { Config } from "../config/schema.ts";
import { findDialect } from "../decode/dialects/catalogue.ts";
import { HubError } from "../errors.ts";
import { decodeQuarantined } from "../intake/decode-quarantined.ts";
import { createDialectRoutes } from "../intake/dialect-routes.ts";
import { openFolder } from "../main.ts";
import { type ReplayReport, replayQuarantine } from "../series/replay-quarantine.ts";
import { findHub } from "../store/running-hub.ts";
import { lockFolder } from "../store/sqlite/hub-lock.ts";
import { openStores } from "../store/sqlite/open-stores.ts";
import { badArgument, loadCommandConfig } from "./arguments.ts";
import { isHubRunning } from "./check-databases.ts";
import type { Command } from "./command.ts";
import { postToHub } from "./post-to-hub.ts";

/** Most rows listed; the newest tell what is wrong now. */
const LISTED = 100;
/** Bytes of a payload that fit beside its reason on a screen. */
const SHOWN_BYTES = 60;

export const command: Command = {
  options: {},
  async run({ values, positionals }) {
    const [action, ...words] = positionals;
    const ids = words.map(Number);
    if (action === "list" && words.length === 0) return list(loadCommandConfig(values));
    if (action !== "replay")
      throw badArgument("quarantine", "say list, or replay with the ids to replay, or none for all");
    const wrongId = words.find((_word, index) => !Number.isSafeInteger(ids[index]) || Number(ids[index]) < 1);
    if (wrongId !== undefined)
      throw badArgument("quarantine", `"${wrongId}" is no id of a row; see millrace quarantine list`);
    const told = await replay(loadCommandConfig(values), ids.length === 0 ? undefined : ids);
    print(
      `${told.stored} readings stored, ${told.repeated} known already, ${told.conflicting} contradicted a stored one`,
    );
    for (const { id, reason } of told.remaining) print(`${id} stays: ${reason}`);
    for (const id of told.missing) print(`${id} is not in the quarantine`);
    return told.remaining.length + told.missing.length === 0 ? 0 : 1;
  },
};

async function list(config: Config): Promise<number> {
  const folder = await openFolder(config);
  try {
    const rows = await folder.series.quarantined(LISTED);
    if (rows.length === 0) print("The quarantine is empty.");
    for (const { id, at, source, reason, payload } of rows) {
      print(`${id}  ${new Date(at).toISOString()}  ${source}  ${reason}`);
      // As JSON, so that whatever a device sent cannot steer the terminal.
      print(`    ${JSON.stringify(Buffer.from(payload).subarray(0, SHOWN_BYTES).toString("utf8"))}`);
    }
    return 0;
  } finally {
    await folder.close();
  }
}

type Told = Pick<ReplayReport, "stored" | "repeated" | "conflicting" | "missing"> & {
  readonly remaining: readonly { readonly id: number; readonly reason: string | null }[];
};

/** By the running hub, which alone writes to its folder, or here when none runs. */
async function replay(config: Config, ids: readonly number[] | undefined): Promise<Told> {
  if (isHubRunning(config.data)) return askHub(config, ids);
  const unlock = lockFolder(config.data);
  try {
    const stores = await openStores(config.data, { windowMs: 0 });
    try {
      const routes = createDialectRoutes(findDialect);
      const registered = (await stores.deviceDocuments.list()).map(({ device }) => device);
      const declared = new Set(config.devices.map(({ id }) => id));
      await routes.setDevices([...config.devices, ...registered.filter(({ id }) => !declared.has(id))]);
      const report = await replayQuarantine(stores.series, ids, decodeQuarantined(routes));
      return { ...report, remaining: report.rows.filter(({ outcome }) => outcome !== "released") };
    } finally {
      await stores.close();
    }
  } finally {
    unlock();
  }
}

async function askHub({ data }: Config, ids: readonly number[] | undefined): Promise<Told> {
  const url = findHub(data)?.web?.url;
  const body = ids === undefined ? {} : { ids };
  const reply = url === undefined ? undefined : await postToHub({ url, data }, "/api/quarantine/replay", body);
  if (reply?.ok) return (await reply.json()) as Told;
  throw new HubError("FOLDER_IN_USE", `the hub that runs in ${data} did not replay: ${await reply?.text()}`, {
    remedy: "Look at its log, or stop it and run this again.",
  });
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
