import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { HubError } from "../errors.ts";
import { openFolder } from "../main.ts";
import type { Device, DeviceStore } from "../members/device.ts";
import { isDeviceName } from "../reading.ts";
import { systemClock } from "../units.ts";
import { checkNewDevice } from "./add-device.ts";
import { badArgument, isSet, loadCommandConfig, textOf } from "./arguments.ts";
import { askOnTerminal } from "./ask-questions.ts";
import { isHubRunning } from "./check-databases.ts";
import type { Command, CommandArguments } from "./command.ts";
import { describesDevice, documentOf, documentOptions } from "./device-document.ts";
import { readDevices, showDevices, showDialects, showProfiles } from "./list-devices.ts";
import { reachDevices } from "./reach-device.ts";
import { showTrial } from "./show-trial.ts";

/** Who changes devices, until there are logins. */
const STEWARD = "steward";

export const command: Command = {
  options: {
    ...documentOptions,
    yes: { type: "boolean", description: "add without the two questions, for scripts" },
    unseen: { type: "boolean", description: "add although nothing answers" },
  },
  async run(args) {
    const [action, id, ...more] = args.positionals;
    if (more.length > 0) throw badArgument("device", `one device at a time, found "${more[0]}"`);
    if (action === "profiles" && id === undefined) return printLines(showProfiles());
    if (action === "dialects" && id === undefined) return printLines(showDialects());
    if (action === "list" && id === undefined) return list(loadCommandConfig(args.values));
    if (action === "try") return tryOne(id, args);
    if ((action !== "add" && action !== "remove") || id === undefined) {
      throw badArgument("device", "say list, try, add ID, remove ID, profiles or dialects");
    }
    if (!isDeviceName(id)) {
      throw badArgument("device", `"${id}" is no name of a device`, "Use letters, digits, - and _, at most 40.");
    }
    return action === "add" ? add(id, args) : remove(id, args);
  },
};

async function list(config: Config): Promise<number> {
  const listed = await withRegistry(config, (store) => readDevices(config, store));
  return printLines(await showDevices(config, listed));
}

async function tryOne(id: string | undefined, { values }: CommandArguments): Promise<number> {
  const config = loadCommandConfig(values);
  const device = describesDevice(values) ? documentOf(id ?? namelessOf(values), values) : await findDevice(config, id);
  if (device.modbus === undefined) {
    throw badArgument(
      "device",
      `${device.id} publishes by itself and cannot be asked`,
      "See its page, or device list.",
    );
  }
  return printLines(showTrial(await reachDevices(config).tryDevice(device)));
}

async function add(id: string, { values }: CommandArguments): Promise<number> {
  const config = loadCommandConfig(values);
  refuseDeclared(config, id);
  const device = documentOf(id, values);
  const asksNothing = isSet(values, "yes");
  const questions = asksNothing ? undefined : askOnTerminal();
  try {
    const checked = await checkNewDevice(device, {
      asksNothing,
      takesUnseen: isSet(values, "unseen"),
      questions,
      reach: reachDevices(config),
      print,
    });
    if (checked === undefined) {
      print("Nothing was saved. Look at profile, unit id and wiring; millrace scan says which profiles fit.");
      return 1;
    }
    const folder = await openFolder(config);
    try {
      await folder.deviceDocuments.save(checked, STEWARD, systemClock());
    } finally {
      await folder.close();
    }
  } finally {
    questions?.close();
  }
  const next = isHubRunning(config.data) ? "the running hub takes it up within seconds" : "start the hub to read it";
  print(`${id} is saved; ${next}.`);
  return 0;
}

async function remove(id: string, { values }: CommandArguments): Promise<number> {
  if (describesDevice(values)) throw badArgument("device", "remove takes the name of a device and nothing else");
  const config = loadCommandConfig(values);
  refuseDeclared(config, id);
  const wasThere = await withRegistry(config, async (store) => store?.remove(id, STEWARD, systemClock()) ?? false);
  print(wasThere ? `${id} is no longer read; its readings stay.` : `There is no device ${id} in the registry.`);
  return wasThere ? 0 : 1;
}

/** What a device is called while it is tried without a name. */
function namelessOf(values: CommandArguments["values"]): string {
  return textOf(values, "profile") ?? textOf(values, "dialect") ?? "unknown";
}

async function findDevice(config: Config, id: string | undefined): Promise<Device> {
  const listed = await withRegistry(config, (store) => readDevices(config, store));
  const found = listed.find(({ device }) => device.id === id);
  if (found !== undefined) return found.device;
  const message = id === undefined ? "nothing says which device to try" : `no device ${id} is described`;
  throw badArgument("device", message, "Name one that millrace device list shows, or say --profile and --host.");
}

/** The registry of the folder; undefined where no hub ever ran, so that looking makes no folder. */
async function withRegistry<T>(config: Config, work: (store: DeviceStore | undefined) => Promise<T>): Promise<T> {
  if (!existsSync(join(config.data, "books.db"))) return work(undefined);
  const folder = await openFolder(config);
  try {
    return await work(folder.deviceDocuments);
  } finally {
    await folder.close();
  }
}

function refuseDeclared({ devices }: Config, id: string): void {
  if (devices.every((device) => device.id !== id)) return;
  throw new HubError("DEVICE_DECLARED", `device ${id} is described in the config file`, {
    remedy: `Change devices in millrace.yaml and start the hub again, or take ${id} out of that file first.`,
  });
}

function printLines(lines: readonly string[]): number {
  for (const line of lines) print(line);
  return 0;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
