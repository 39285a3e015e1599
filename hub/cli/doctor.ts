import type { IntakeRate } from "../card-wear.ts";
import type { Config } from "../config/schema.ts";
import { HubError } from "../errors.ts";
import { openFolder } from "../main.ts";
import { QUARANTINE_ROWS } from "../series/series-store.ts";
import { findHub } from "../store/running-hub.ts";
import { systemClock } from "../units.ts";
import { badArgument, loadCommandConfig } from "./arguments.ts";
import { checkDatabases, isHubRunning } from "./check-databases.ts";
import { checkClock, checkFolder, checkNode, checkPorts } from "./check-machine.ts";
import { checkCounts, checkDevices, checkQuarantine, estimateRate } from "./check-readings.ts";
import { checkWear, type WearMeasured } from "./check-wear.ts";
import type { Command, CommandValues } from "./command.ts";
import { describeCause, describeFinding, type Finding, look, ok, wrong } from "./finding.ts";

/** A hub that does not answer within this is stuck. */
const ANSWER_MS = 5_000;

export const command: Command = {
  options: {},
  async run({ values, positionals }) {
    if (positionals.length > 0) throw badArgument("doctor", `takes no words, found "${positionals[0]}"`);
    const findings: Finding[] = [];
    for await (const finding of examine(values)) {
      findings.push(finding);
      process.stdout.write(`${describeFinding(finding)}\n`);
    }
    const count = (verdict: Finding["verdict"]) => findings.filter((one) => one.verdict === verdict).length;
    process.stdout.write(`\n${count("ok")} ok, ${count("look")} to look at, ${count("wrong")} wrong\n`);
    return count("wrong") === 0 ? 0 : 1;
  },
};

/** Look at everything a hub needs, from the machine to the devices; nothing is changed. */
async function* examine(values: CommandValues): AsyncGenerator<Finding> {
  yield checkNode();
  const config = readConfig(values);
  if ("verdict" in config) return yield config;
  yield ok("config", "valid");
  const folder = await checkFolder(config.data);
  yield* folder;
  const isRunning = isHubRunning(config.data);
  const hub = isRunning ? await askHub(config.data) : undefined;
  if (!isRunning) {
    yield ok("hub", "not running");
    yield* await checkPorts(config);
  } else yield* hub?.findings ?? [];
  if (folder.some(({ place, verdict }) => place === "folder" && verdict === "wrong")) return;
  const databases = checkDatabases(config.data);
  yield* databases;
  const areWhole = databases.every(({ verdict }) => verdict === "ok");
  const newest = areWhole ? yield* examineReadings(config, hub) : undefined;
  // A simulated hub has a clock of its own.
  if (hub?.now === undefined) yield await checkClock(systemClock(), newest, config.clock.trust);
}

function readConfig(values: CommandValues): Config | Finding {
  try {
    return loadCommandConfig(values);
  } catch (cause) {
    if (!(cause instanceof HubError)) throw cause;
    return wrong("config", cause.message, cause.remedy);
  }
}

/** @returns the newest stamp, if any */
async function* examineReadings(
  config: Config,
  hub: HubAnswers | undefined,
): AsyncGenerator<Finding, number | undefined> {
  const folder = await openFolder(config);
  try {
    const catalogue = await folder.series.catalogue();
    yield checkCounts(await folder.series.counts());
    yield checkDevices(catalogue, hub?.now ?? Date.now());
    yield checkQuarantine(await folder.series.quarantined(QUARANTINE_ROWS));
    const guess: IntakeRate | undefined = catalogue.length > 0 ? estimateRate(catalogue) : undefined;
    yield checkWear(config.storage, hub?.wear ?? guess);
    return catalogue.length === 0 ? undefined : Math.max(...catalogue.map(({ last_ms }) => last_ms));
  } catch (cause) {
    yield wrong(
      "readings",
      describeCause(cause),
      "Report it with what the log says; a backup has the last good state.",
    );
    return undefined;
  } finally {
    await folder.close();
  }
}

interface HubAnswers {
  readonly findings: readonly Finding[];
  readonly wear: WearMeasured | undefined;
  /** Its clock when that is not this machine's. */
  readonly now: number | undefined;
}

/** What the running hub says of itself. */
async function askHub(folder: string): Promise<HubAnswers> {
  const url = findHub(folder)?.web?.url;
  if (url === undefined) {
    return { findings: [ok("hub", "running, without pages")], wear: undefined, now: undefined };
  }
  try {
    const health = (await ask(`${url}/api/health`)) as HealthAnswer;
    const { measured } = (await ask(`${url}/api/wear`)) as { readonly measured: WearMeasured | null };
    const told = health.problems.map(({ code, message, remedy }) => {
      return code === "NOT_STORING" ? wrong("hub", message, remedy) : look("hub", message, remedy);
    });
    const findings = [ok("hub", `running at ${url}, version ${health.version}`), ...told];
    return { findings, wear: measured ?? undefined, now: health.simulated ? health.now_ms : undefined };
  } catch (cause) {
    const remedy = "Look at its log (journalctl -u millrace), then restart it.";
    const finding = wrong("hub", `runs and does not answer at ${url}: ${describeCause(cause)}`, remedy);
    return { findings: [finding], wear: undefined, now: undefined };
  }
}

interface HealthAnswer {
  readonly version: string;
  readonly simulated: boolean;
  readonly now_ms: number;
  readonly problems: readonly { readonly code: string; readonly message: string; readonly remedy: string }[];
}

async function ask(url: string): Promise<unknown> {
  const reply = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
  if (!reply.ok) throw new Error(`it answers ${reply.status}`);
  return reply.json();
}
