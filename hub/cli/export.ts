import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { HubError } from "../errors.ts";
import { openFolder } from "../main.ts";
import { formatHledger } from "../statement/format-hledger.ts";
import { cupsOfMeteringPoints, formatSpanishCoefficients } from "../statement/format-spanish-coefficients.ts";
import type { JournalScope } from "../statement/journal.ts";
import { parsePeriod } from "../statement/period.ts";
import { statementFormatNames, statementFormats } from "../statement/statement-formats.ts";
import { statementLanguages } from "../statement/statement-words.ts";
import { createStatements, type Statements } from "../statement/statements.ts";
import { badArgument, loadCommandConfig, textOf } from "./arguments.ts";
import type { Command, CommandArguments, CommandValues } from "./command.ts";

type Folder = Awaited<ReturnType<typeof openFolder>>;

export const command: Command = {
  options: {
    period: { type: "string", description: "2026-06, 2026, 2026-06-13 or 2026-06-01..2026-06-14" },
    format: { type: "string", description: `of a statement: ${statementFormatNames.join(", ")} (default: pdf)` },
    language: { type: "string", description: `of a pdf: ${statementLanguages.join(", ")} (default: en)` },
    rows: { type: "string", description: "of a csv or json: days or intervals (default: days)" },
    member: { type: "string", description: "journal of this member alone" },
    plant: { type: "string", description: "journal of this plant alone" },
    cups: { type: "string", description: "file of lines MEMBER;CUPS, for coefficients" },
    out: { type: "string", description: "file to write (default: the terminal)" },
  },
  async run(args) {
    const what = exporters[args.positionals[0] ?? ""];
    if (what === undefined) {
      throw badArgument("export", `takes one of ${Object.keys(exporters).join(", ")}`);
    }
    const folder = await openFolder(loadCommandConfig(args.values));
    try {
      writeOut(await what(folder, args), textOf(args.values, "out"));
      return 0;
    } finally {
      await folder.close();
    }
  },
};

type Exporter = (folder: Folder, args: CommandArguments) => Promise<string | Uint8Array>;

const exporters: Readonly<Record<string, Exporter>> = {
  async statement(folder, { values, positionals }) {
    const [, member, ...more] = positionals;
    if (member === undefined || more.length > 0) throw badArgument("export", "statement takes one member");
    const format = chosen(values, "format", statementFormatNames, "pdf");
    if (format === "pdf" && textOf(values, "out") === undefined)
      throw badArgument("export", "a pdf does not fit into a terminal", "Name a file: --out statement.pdf.");
    return statementFormats[format].make(statementsOf(folder), {
      member,
      period: periodOf(values),
      rows: chosen(values, "rows", ["days", "intervals"], "days"),
      language: chosen(values, "language", statementLanguages, "en"),
    });
  },

  async journal(folder, { values, positionals }) {
    if (positionals.length > 1) throw badArgument("export", `journal takes no words, found "${positionals[1]}"`);
    return formatHledger(await statementsOf(folder).journal(scopeOf(values), periodOf(values)));
  },

  async coefficients({ communities }, { values, positionals }) {
    if (positionals.length > 1) throw badArgument("export", `coefficients takes no words, found "${positionals[1]}"`);
    const community = (await communities.current())?.community;
    if (community === undefined) {
      throw new HubError("COMMUNITY_MISSING", "no community is described, so nobody has a share", {
        remedy: "Describe members and the policy under `community:` in millrace.yaml, then start the hub once.",
      });
    }
    const file = textOf(values, "cups");
    return formatSpanishCoefficients(community, file === undefined ? cupsOfMeteringPoints(community) : readCups(file));
  },
};

/** With the checkpoint that was signed last; only the hub signs new ones. */
function statementsOf(folder: Folder): Statements {
  return createStatements({ ...folder, checkpoint: () => folder.log.latestCheckpoint() });
}

function periodOf(values: CommandValues): ReturnType<typeof parsePeriod> {
  const period = textOf(values, "period");
  if (period === undefined) throw badArgument("export", "--period is missing", "Name one, such as --period 2026-06.");
  return parsePeriod(period);
}

function scopeOf(values: CommandValues): JournalScope {
  const [member, plant] = [textOf(values, "member"), textOf(values, "plant")];
  if (member !== undefined && plant !== undefined)
    throw badArgument("export", "a journal is of a member or of a plant", "Leave out --member or --plant.");
  if (member !== undefined) return { kind: "member", member };
  return plant === undefined ? { kind: "community" } : { kind: "plant", plant };
}

function chosen<Word extends string>(values: CommandValues, flag: string, among: readonly Word[], usual: Word): Word {
  const text = textOf(values, flag) ?? usual;
  const word = among.find((each) => each === text);
  if (word === undefined) throw badArgument("export", `--${flag} takes one of ${among.join(", ")}, found "${text}"`);
  return word;
}

/** Lines of a member and their CUPS; empty lines count nothing. */
function readCups(path: string): ReadonlyMap<string, string> {
  const lines = readText(path)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  const found = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [member = "", cups, ...more] = line.split(";").map((field) => field.trim());
    if (member === "" || cups === undefined || more.length > 0 || found.has(member)) {
      throw badArgument(
        "export",
        `line ${index + 1} of ${path} is not a new MEMBER;CUPS`,
        "Write one line for each member.",
      );
    }
    found.set(member, cups);
  }
  return found;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new HubError("CONFIG_NOT_FOUND", `cannot read ${path}`, { cause, remedy: "Check the path after --cups." });
  }
}

/** Whole or not at all: a file of this name is the old one until the new one is on the disk. */
function writeOut(content: string | Uint8Array, out: string | undefined): void {
  if (out === undefined) {
    process.stdout.write(content);
    return;
  }
  const path = resolve(out);
  const unfinished = `${path}.${process.pid}.new`;
  try {
    const file = openSync(unfinished, "wx", 0o600);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw new HubError("FOLDER_NOT_WRITABLE", `cannot write ${path}`, {
      cause,
      remedy: "Choose another place with --out, or give this user the right to write there.",
    });
  }
}
