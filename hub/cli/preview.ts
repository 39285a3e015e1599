import { readFileSync } from "node:fs";
import { describePolicy } from "../allocation/describe-policy.ts";
import { energyInWords } from "../allocation/energy-in-words.ts";
import { type Policy, PolicySchema } from "../allocation/policy.ts";
import { readyMadePolicies } from "../allocation/ready-made/catalogue.ts";
import { readYaml } from "../config/read-yaml.ts";
import { HubError } from "../errors.ts";
import { openFolder } from "../main.ts";
import type { Community } from "../members/community.ts";
import { nearestWord } from "../nearest-word.ts";
import { previewDays } from "../settlement/preview-days.ts";
import { addDays, isLocalDay } from "../time-zone.ts";
import { badArgument, loadCommandConfig, textOf } from "./arguments.ts";
import type { Command, CommandValues } from "./command.ts";
import { textTable } from "./text-table.ts";

/** Days that are looked at when nobody says which: the last month or so. */
const USUAL_DAYS = 30;

export const command: Command = {
  options: {
    policy: { type: "string", description: "a YAML file with the proposed rule, as under community.policy" },
    "ready-made": { type: "string", description: "or a ready-made rule by its name, such as germany-variable" },
    from: { type: "string", description: `first local day (default: ${USUAL_DAYS} settled days)` },
    to: { type: "string", description: "last local day (default: the last settled one)" },
  },
  async run({ values, positionals }) {
    if (positionals.length > 0) throw badArgument("preview", `takes no words, found "${positionals[0]}"`);
    const folder = await openFolder(loadCommandConfig(values));
    try {
      const community = (await folder.communities.current())?.community;
      const policy = policyOf(values, community);
      const last = dayOf(values, "to") ?? (await folder.entries.days()).at(-1);
      if (last === undefined) {
        process.stdout.write("No day is settled yet: there is nothing to compare.\n");
        return 0;
      }
      const first = dayOf(values, "from") ?? addDays(last, 1 - USUAL_DAYS);
      const preview = await previewDays(folder, policy, { first, last });
      process.stdout.write(`${describePolicy(policy)}\n\n`);
      process.stdout.write(
        `${first} to ${last}: ${preview.intervals} intervals, ${energyInWords(preview.pool_mwh)} to share; left over ` +
          `${energyInWords(preview.surplus_before_mwh)} now, ${energyInWords(preview.surplus_after_mwh)} by this rule.\n\n`,
      );
      const rows = preview.members.map(({ member, before_mwh, after_mwh, difference_mwh, difference_percent }) => [
        member,
        energyInWords(before_mwh),
        energyInWords(after_mwh),
        `${difference_mwh > 0 ? "+" : ""}${(difference_mwh / 1e6).toFixed(3)} kWh`,
        difference_percent === null ? "" : `${difference_percent > 0 ? "+" : ""}${difference_percent} %`,
      ]);
      process.stdout.write(`${textTable(["member", ">now", ">by this rule", ">difference", ">"], rows).join("\n")}\n`);
      return 0;
    } finally {
      await folder.close();
    }
  },
};

function policyOf(values: CommandValues, community: Community | undefined): Policy {
  const file = textOf(values, "policy");
  const name = textOf(values, "ready-made");
  if ((file === undefined) === (name === undefined)) {
    throw badArgument("preview", "needs one rule: --policy FILE or --ready-made NAME");
  }
  if (file !== undefined) return readYaml(readFile(file), file, PolicySchema, "POLICY_INVALID", () => []) as Policy;
  const found = readyMadePolicies.find(({ id }) => id === name);
  if (found === undefined) {
    const ids = readyMadePolicies.map(({ id }) => id);
    const nearest = nearestWord(name ?? "", ids);
    const remedy = nearest === undefined ? `Use one of ${ids.join(", ")}.` : `Write --ready-made ${nearest}.`;
    throw new HubError("COMMAND_ARGUMENT", `there is no ready-made rule "${name}"`, { remedy });
  }
  const plants = (community?.metering_points ?? []).filter(({ role }) => role === "generation").map(({ id }) => id);
  return found.policyFor(community?.members.map(({ id }) => id) ?? [], plants);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new HubError("POLICY_INVALID", `cannot read the rule ${path}`, {
      cause,
      remedy: "Check the path given to --policy.",
    });
  }
}

function dayOf(values: CommandValues, flag: "from" | "to"): string | undefined {
  const day = textOf(values, flag);
  if (day !== undefined && !isLocalDay(day))
    throw badArgument("preview", `--${flag} takes a day such as 2026-06-21, found "${day}"`);
  return day;
}
