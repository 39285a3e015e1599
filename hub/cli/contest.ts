import Value from "typebox/value";
import { FindingBody, toFinding } from "../api/contest-view.ts";
import type { Config } from "../config/schema.ts";
import type { CaseStep } from "../governance/contest/case.ts";
import { createContests, type Decision } from "../governance/contest/contests.ts";
import type { Evidence } from "../governance/contest/evidence.ts";
import { openFolder } from "../main.ts";
import type { Actor } from "../members/actor.ts";
import { openActorToken } from "../store/actor-token.ts";
import { lockFolder } from "../store/sqlite/hub-lock.ts";
import { systemClock } from "../units.ts";
import { badArgument, isSet, loadCommandConfig, textOf } from "./arguments.ts";
import { isHubRunning } from "./check-databases.ts";
import type { Command, CommandValues } from "./command.ts";
import { askRunningHub } from "./post-to-hub.ts";
import { plainText, textTable } from "./text-table.ts";

export const command: Command = {
  options: {
    uphold: { type: "boolean", description: "decide: the entry is wrong; needs --wrong" },
    reject: { type: "boolean", description: "decide: the entry is right" },
    reason: { type: "string", description: "decide: why, for whoever reads it in years" },
    wrong: {
      type: "string",
      description: `decide: what is wrong, as JSON such as '{"what":"day"}'; see docs/contest.md`,
    },
  },
  async run({ values, positionals }) {
    const [action, id, ...more] = positionals;
    const config = loadCommandConfig(values);
    if (action === "list" && id === undefined) return list(config);
    if (id !== undefined && more.length === 0) {
      if (action === "show") return show(config, id);
      if (action === "decide") return decide(config, id, decisionOf(values));
    }
    throw badArgument("contest", "say list, show ID or decide ID");
  },
};

async function list(config: Config): Promise<number> {
  const views = await withCases(config, (contests, actor) => contests.list(actor));
  if (views.length === 0) print("Nobody has contested an entry.");
  else {
    const rows = views.map(({ id, state, opened }) => {
      return [id, state, opened.entry, opened.member, dateOf(opened.due_ms), plainText(opened.reason)];
    });
    for (const line of textTable(["case", "state", "entry", "member", "due", "reason"], rows)) print(line);
  }
  return views.every(({ is_intact }) => is_intact) ? 0 : 1;
}

/** Ends with 1 when the case or its evidence was altered from outside. */
async function show(config: Config, id: string): Promise<number> {
  const { view, evidence } = await withCases(config, async (contests, actor) => {
    return { view: await contests.byId(id, actor), evidence: await contests.evidenceOf(id, actor) };
  });
  const { opened, steps, state, is_intact } = view;
  print(`Case ${id} about ${opened.entry}, the share of ${opened.member}: ${state}, due ${dateOf(opened.due_ms)}`);
  print(`  from ${dateOf(opened.from_ms)} to ${dateOf(opened.to_ms)}`);
  for (const step of steps) print(`${dateOf(step.at_ms)}  ${describeStep(step)}`);
  if (!is_intact) print("These steps are not what was kept: somebody altered the books.");
  print(`Evidence: sha256 ${opened.evidence_sha256}`);
  if (evidence.document === null) print("It is gone, or is not what was frozen: somebody altered the books.");
  else {
    const { recomputation } = JSON.parse(evidence.document) as Evidence;
    print(
      recomputation.agrees ? "The readings of that moment gave the same day." : "The readings gave another day then:",
    );
    for (const { column, from_ms, booked_mwh, now_mwh } of recomputation.differences)
      print(`  ${dateOf(from_ms)}  ${column}: booked ${booked_mwh} mWh, then ${now_mwh} mWh`);
  }
  return is_intact && evidence.is_intact ? 0 : 1;
}

function describeStep(step: CaseStep): string {
  const said = `${step.by} (${step.role}): ${plainText(step.reason)}`;
  if (step.step === "decided") return `${step.verdict} by ${said}`;
  if (step.step !== "corrected") return `${step.step} by ${said}`;
  return step.entry === null ? "settled anew, and no amount changed" : `corrected by entry ${step.entry}`;
}

type Asked = Pick<Decision, "verdict" | "reason"> & { readonly wrong?: Parameters<typeof toFinding>[0] };

function decisionOf(values: CommandValues): Asked {
  const [isUpheld, isRejected] = [isSet(values, "uphold"), isSet(values, "reject")];
  const reason = textOf(values, "reason");
  if (isUpheld === isRejected) throw badArgument("contest", "say --uphold or --reject, one of them");
  if (reason === undefined || reason.length < 3) throw badArgument("contest", "say why, with --reason");
  const said = textOf(values, "wrong");
  return {
    verdict: isUpheld ? "upheld" : "rejected",
    reason,
    ...(said !== undefined && { wrong: readWrong(said) }),
  };
}

function readWrong(said: string): Parameters<typeof toFinding>[0] {
  try {
    const wrong: unknown = JSON.parse(said);
    if (Value.Check(FindingBody, wrong)) return wrong;
  } catch {
    // Not JSON: the same way out.
  }
  throw badArgument(
    "contest",
    "--wrong is not what it should be",
    'See docs/contest.md, or begin with \'{"what":"day"}\'.',
  );
}

/** By the running hub, which reads through the corrections it knows of, or here when none runs. */
async function decide(config: Config, id: string, asked: Asked): Promise<number> {
  if (isHubRunning(config.data))
    await askRunningHub(config.data, `/api/contests/${encodeURIComponent(id)}/decision`, asked);
  else {
    const unlock = lockFolder(config.data);
    try {
      const wrong = asked.wrong === undefined ? null : toFinding(asked.wrong);
      await withCases(config, (contests, actor) => contests.decide(id, { ...asked, wrong }, actor));
    } finally {
      unlock();
    }
  }
  return show(config, id);
}

/** Whoever can read the data folder is its steward: the token in it says so. */
async function withCases<T>(
  config: Config,
  ask: (contests: ReturnType<typeof createContests>, actor: Actor) => Promise<T>,
): Promise<T> {
  const folder = await openFolder(config);
  try {
    const actors = openActorToken(config.data);
    const actor = await actors.identify(actors.token);
    if (actor === undefined) throw new Error("the token of the folder is nobody's");
    return await ask(createContests({ ...folder, clock: systemClock }), actor);
  } finally {
    await folder.close();
  }
}

const dateOf = (moment: number): string => new Date(moment).toISOString();
const print = (text: string): void => void process.stdout.write(`${text}\n`);
