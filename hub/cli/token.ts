import { openActorToken } from "../store/actor-token.ts";
import { findHub } from "../store/running-hub.ts";
import { makeFolder } from "../store/sqlite/open-stores.ts";
import { stewardAddress } from "./address-lines.ts";
import { badArgument, loadCommandConfig } from "./arguments.ts";
import { isHubRunning } from "./check-databases.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  options: {},
  async run({ values, positionals }) {
    if (positionals.length > 0) throw badArgument("token", `takes no words, found "${positionals[0]}"`);
    const { data } = loadCommandConfig(values);
    makeFolder(data);
    const { token } = openActorToken(data);
    const url = isHubRunning(data) ? findHub(data)?.web?.url : undefined;
    // The token alone is for programs, such as $(millrace token); what people read goes beside it.
    process.stdout.write(`${token}\n`);
    process.stderr.write(
      url === undefined
        ? "No hub runs in this folder; with one, this prints the page's address too.\n"
        : `Stewards open the page as ${stewardAddress(url, token)}\n`,
    );
    return 0;
  },
};
