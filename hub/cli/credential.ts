import { openFolder } from "../main.ts";
import { isDeviceName } from "../reading.ts";
import { badArgument, loadCommandConfig } from "./arguments.ts";
import type { Command, CommandArguments } from "./command.ts";

type Folder = Awaited<ReturnType<typeof openFolder>>;

export const command: Command = {
  options: {
    device: {
      type: "string",
      multiple: true,
      description: "device it may speak for (default: its own name); repeat for a gateway",
    },
  },
  async run(args) {
    const folder = await openFolder(loadCommandConfig(args.values));
    try {
      return await act(folder, args);
    } finally {
      await folder.close();
    }
  },
};

async function act({ credentials }: Folder, { values, positionals }: CommandArguments): Promise<number> {
  const [action, name, ...more] = positionals;
  if (more.length > 0) throw badArgument("credential", `one name at a time, found "${more[0]}"`);
  if (action === "list" && name === undefined) {
    for (const one of await credentials.list()) print(`${one.name}: ${one.devices.join(", ")}`);
    return 0;
  }
  if (name === undefined || (action !== "issue" && action !== "revoke")) {
    throw badArgument("credential", "say issue NAME, list or revoke NAME");
  }
  if (action === "revoke") {
    const wasThere = await credentials.revoke(name);
    print(wasThere ? `${name} can no longer connect.` : `There is no credential named ${name}.`);
    return wasThere ? 0 : 1;
  }
  const devices = Array.isArray(values.device) ? values.device.map(String) : [name];
  for (const word of [name, ...devices]) {
    if (!isDeviceName(word))
      throw badArgument("credential", `"${word}" is no name: letters, digits, - and _, at most 40`);
  }
  const { password } = await credentials.issue(name, devices);
  print(`user name  ${name}`);
  print(`password   ${password}`);
  print(`publishes  ${devices.map((device) => `readings/${device}`).join(", ")}`);
  print("The password is shown only now; the hub keeps a hash of it.");
  return 0;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
