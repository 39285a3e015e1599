import { startHub } from "../main.ts";
import { addressLines } from "./address-lines.ts";
import { badArgument, loadCommandConfig } from "./arguments.ts";
import type { Command } from "./command.ts";
import { awaitStop } from "./stop-signal.ts";

export const command: Command = {
  options: {},
  async run({ values, positionals }) {
    if (positionals.length > 0) throw badArgument("serve", `takes no words, found "${positionals[0]}"`);
    const stop = awaitStop();
    const hub = await startHub(loadCommandConfig(values));
    process.stdout.write(`Broker at mqtt://${hub.mqtt.host}:${hub.mqtt.port}\n`);
    for (const line of addressLines(hub, process.stdout)) process.stdout.write(`${line}\n`);
    await stop.unless(new Promise(() => {}));
    await hub.close();
    return 0;
  },
};
