import { existsSync } from "node:fs";
import { join } from "node:path";
import { openFolder } from "../main.ts";
import { verifyFolder } from "../settlement/verify-folder.ts";
import { openSigningKey, SIGNING_KEY_FILE } from "../store/signing-key.ts";
import { isLocalDay } from "../time-zone.ts";
import { badArgument, loadCommandConfig, textOf } from "./arguments.ts";
import type { Command } from "./command.ts";
import { progressLine } from "./progress-line.ts";

/** Most differences that are written out: the first ones tell where to look. */
const SHOWN_DIFFERENCES = 20;

export const command: Command = {
  options: { day: { type: "string", description: "only this local day, YYYY-MM-DD (default: all that is settled)" } },
  async run({ values, positionals }) {
    if (positionals.length > 0) throw badArgument("verify", `takes no words, found "${positionals[0]}"`);
    const day = textOf(values, "day");
    if (day !== undefined && !isLocalDay(day))
      throw badArgument("verify", `--day takes a day such as 2026-06-21, found "${day}"`);
    const config = loadCommandConfig(values);
    const folder = await openFolder(config);
    try {
      const progress = progressLine();
      const key = existsSync(join(config.data, SIGNING_KEY_FILE)) ? openSigningKey(config.data, "") : undefined;
      const { recomputed, books, differences } = await verifyFolder(folder, key?.verifierKey, {
        ...(day !== undefined && { days: [day] }),
        onEntry: (seq) => progress.show(`verified entry ${seq}`),
        onDay: (done) => progress.show(`verified ${done}`),
      });
      if (recomputed !== undefined) {
        const { days, entries, postings, recomputed_days, readings_from } = recomputed;
        progress.end(`${days} days, ${entries} entries, ${postings} postings recomputed from readings and policy`);
        if (recomputed_days < days) {
          const since = readings_from === null ? "none is kept" : `they are kept from ${readings_from} on`;
          process.stdout.write(
            `${days - recomputed_days} of them from their frozen intervals, without readings: ${since}\n`,
          );
        }
      }
      progress.end(
        `${books.entries} entries of the books, ${books.lines} account lines, ${books.leaves} leaves of the log, ` +
          `${books.checkpoints} checkpoints`,
      );
      for (const { entry, what } of differences.slice(0, SHOWN_DIFFERENCES))
        process.stdout.write(`  ${entry}: ${what}\n`);
      const more = differences.length - SHOWN_DIFFERENCES;
      if (more > 0) process.stdout.write(`  and ${more} more\n`);
      process.stdout.write(differences.length === 0 ? "Everything agrees.\n" : `${differences.length} differences.\n`);
      return differences.length === 0 ? 0 : 1;
    } finally {
      await folder.close();
    }
  },
};
