import { basename } from "node:path";
import type { CommunityVersion } from "../members/community.ts";
import type { TimeRange } from "../series/series-store.ts";
import { systemClock } from "../units.ts";
import { badArgument, isSet, loadCommandConfig, textOf } from "./arguments.ts";
import type { Command, CommandValues } from "./command.ts";
import { progressLine } from "./progress-line.ts";
import { checkpointFile } from "./replay-checkpoint.ts";
import { communityOfReplay } from "./replay-community.ts";
import { digestFile } from "./replay-file.ts";
import { openReplayHub, type ReplayHub, withGateway } from "./replay-hub.ts";
import { loadReplayMap, type ReplayMap } from "./replay-map.ts";
import { type CheckedFile, checkFile, planReplay, type ReplayPlan } from "./replay-plan.ts";
import { replayProgress } from "./replay-progress.ts";
import { alignColumns, inKwh, printReport, reportReplay } from "./replay-report.ts";
import { sendReadings } from "./replay-send.ts";
import { awaitStop, type StopSignal } from "./stop-signal.ts";

/** What shells report for a process that SIGINT ended. */
const EXIT_INTERRUPTED = 130;
/** Most skipped rows and unmatched columns that are told one by one. */
const TOLD_AT_MOST = 10;
/** Letters of the digest that name a replay's credential. */
const NAME_LETTERS = 12;

export const command: Command = {
  options: {
    map: { type: "string", description: "YAML that says what the columns are (docs/replay.md)" },
    speed: { type: "string", description: "seconds of the file in one real second, or max (default)" },
    "no-settle": { type: "boolean", description: "publish only; settle and report later" },
  },
  async run({ values, positionals }) {
    const [path, ...more] = positionals;
    const mapPath = textOf(values, "map");
    if (path === undefined || more.length > 0) throw badArgument("replay", "takes the path of one file");
    if (mapPath === undefined) {
      throw badArgument("replay", "needs a map", "Write --map MAP.yaml; docs/replay-maps has maps to begin with.");
    }
    const speed = speedOf(values);
    const config = loadCommandConfig(values);
    const { map, text } = loadReplayMap(mapPath);
    const stop = awaitStop();
    try {
      const file = await readFile({ path, map, stop });
      if (file === undefined) return EXIT_INTERRUPTED;
      const digest = await digestFile(path, text);
      const hub = await openReplayHub(config);
      try {
        const replay = { ...file, map, mapPath, hub, folder: config.data, digest, speed, stop };
        return await replayInto(replay, !isSet(values, "no-settle"));
      } finally {
        await hub.close();
      }
    } finally {
      stop.forget();
    }
  },
};

interface Replay {
  readonly plan: ReplayPlan;
  readonly checked: CheckedFile;
  readonly map: ReplayMap;
  readonly mapPath: string;
  readonly hub: ReplayHub;
  /** The hub's data folder. */
  readonly folder: string;
  /** Of file and map together. */
  readonly digest: string;
  readonly speed: number | undefined;
  readonly stop: StopSignal;
}

/** Read all of the file before anything is sent; `undefined` when somebody asked to stop. */
async function readFile(input: {
  readonly path: string;
  readonly map: ReplayMap;
  readonly stop: StopSignal;
}): Promise<Pick<Replay, "plan" | "checked"> | undefined> {
  const { path, map, stop } = input;
  const plan = await planReplay({ path, encoding: map.encoding }, map, systemClock());
  const progress = progressLine();
  const checked = await checkFile(plan, map, (rows) => {
    if (rows % 1_000 === 0) progress.show(`Reading ${basename(path)}: ${rows} rows`);
    return !stop.asked;
  });
  if (stop.asked) return undefined;
  const length = plan.interval === undefined ? "" : `, intervals of ${plan.interval / 60_000} minutes`;
  progress.end(`${basename(path)}: ${checked.rows} rows, ${plan.series.length} series${length}`);
  tellWhatIsLeftOut(plan, checked);
  return { plan, checked };
}

async function replayInto(replay: Replay, settles: boolean): Promise<number> {
  const { plan, checked, map, hub, mapPath } = replay;
  const community = communityOfReplay(map, plan.series, plan.interval);
  const adopted = await adoptCommunity(hub, community);
  const conflictsBefore = await countConflicts(replay);
  const isComplete = await publish(replay);
  if (!isComplete) {
    print("Stopped; what was acknowledged is stored. The same command goes on from there.");
    return EXIT_INTERRUPTED;
  }
  const conflicts = (await countConflicts(replay)) - conflictsBefore;
  if (!settles || adopted === undefined || checked.range === null) {
    printTally(checked);
    if (adopted === undefined) print(`No community: name roles or a community in ${mapPath} to have it settled.`);
  } else if (!(await settleAndReport(replay, adopted, checked.range))) return EXIT_INTERRUPTED;
  return tellConflicts(conflicts, replay.folder);
}

/** The map's community, else the one the folder knows; without either the readings are published all the same. */
async function adoptCommunity(
  { communities }: ReplayHub,
  community: ReturnType<typeof communityOfReplay>,
): Promise<CommunityVersion | undefined> {
  const before = await communities.current();
  if (community === undefined) return before;
  const adopted = await communities.adopt(community, systemClock());
  if (before !== undefined && before.version !== adopted.version) {
    print(`The community "${adopted.community.name}" takes the place of "${before.community.name}" from now on.`);
  }
  return adopted;
}

/** Send what is not acknowledged yet. @returns true when all of the file is stored */
async function publish(replay: Replay): Promise<boolean> {
  const { plan, checked, map, mapPath, hub, folder, digest, speed, stop } = replay;
  const checkpoints = checkpointFile(folder, digest);
  const rowsDone = checkpoints.read()?.rows ?? 0;
  if (rowsDone >= checked.rows) {
    print(`${basename(plan.form.path)} is already replayed into ${folder}; nothing was sent.`);
    return true;
  }
  if (rowsDone > 0) print(`${rowsDone} of ${checked.rows} rows are acknowledged already; going on from there.`);
  const devices = [...new Set(plan.series.map(({ device }) => device))].sort();
  const name = `replay-${digest.slice(0, NAME_LETTERS)}`;
  return withGateway(hub, { name, devices }, async (client) => {
    const progress = replayProgress(checked.rows, rowsDone);
    const began = performance.now();
    let rowsAcknowledged = rowsDone;
    let readingsSoFar = 0;
    const readings = await sendReadings({
      plan,
      map,
      client,
      rowsDone,
      speed,
      stopAsked: () => stop.asked,
      async onAcknowledged(rows, count) {
        await checkpoints.write({ file: plan.form.path, map: mapPath, rows, rows_total: checked.rows });
        rowsAcknowledged = rows;
        readingsSoFar += count;
        progress.show(rows, readingsSoFar);
      },
    }).finally(() => progress.end());
    const seconds = (performance.now() - began) / 1000;
    const where = hub.isRunning ? "the running hub" : "a hub of its own";
    print(
      `${readings} readings acknowledged by ${where} in ${seconds.toFixed(1)} s, ${Math.round(readings / seconds)} a second`,
    );
    return rowsAcknowledged >= checked.rows;
  });
}

/** @returns false when somebody asked to stop meanwhile */
async function settleAndReport(
  { hub, checked, stop }: Replay,
  { community }: CommunityVersion,
  range: TimeRange,
): Promise<boolean> {
  const progress = progressLine();
  const work = hub.settlement.settle(range, (day, outcome) => progress.show(`Settling ${day}: ${outcome}`));
  const settled = await stop.unless(work);
  if (settled === undefined) {
    // The day at hand is booked whole or not at all; the folder must not be closed under it.
    await work;
    return false;
  }
  const { days } = settled;
  progress.end(
    `${days.settled} days settled, ${days.corrected} corrected, ${days.unchanged} unchanged, ${days.empty} empty, ${days.not_over} not over`,
  );
  print("");
  print(printReport(await reportReplay(hub.settlement, community, range), checked.tally));
  return true;
}

function tellWhatIsLeftOut({ unmatched, form }: ReplayPlan, { skipped, tally }: CheckedFile): void {
  if (unmatched.length > 0) {
    const shown = unmatched.slice(0, TOLD_AT_MOST).join(", ");
    print(`Not in the map and left alone: ${shown}${unmatched.length > TOLD_AT_MOST ? ", ..." : ""}`);
  }
  for (const { line, message } of skipped.slice(0, TOLD_AT_MOST)) print(`Skipped ${form.path}:${line}: ${message}`);
  if (skipped.length > TOLD_AT_MOST) print(`Skipped ${skipped.length} rows in all.`);
  for (const { label, nothing, negative, gaps } of tally) {
    const told = [
      ...(nothing > 0 ? [`${nothing} cells without a reading`] : []),
      ...(gaps > 0 ? [`${gaps} gaps`] : []),
      ...(negative > 0 ? [`${negative} intervals below 0`] : []),
    ];
    if (told.length > 0) print(`${label}: ${told.join(", ")}`);
  }
}

function printTally({ tally }: CheckedFile): void {
  const rows = tally.map(({ series, known, energy_mwh }) => [
    series,
    energy_mwh === null ? "register" : `${inKwh(energy_mwh)} kWh`,
    `${known} known`,
  ]);
  print(alignColumns(rows, [1, 2]).join("\n"));
}

async function countConflicts({ hub, plan }: Replay): Promise<number> {
  const keys = new Set(plan.series.map(({ series }) => series));
  const infos = (await hub.series.catalogue()).filter(({ series }) => keys.has(series));
  return infos.reduce((sum, { conflicts }) => sum + conflicts, 0);
}

/** A stored reading never changes, so a file that says something else than before is not what the totals rest on. */
function tellConflicts(conflicts: number, folder: string): number {
  if (conflicts === 0) return 0;
  print(`${conflicts} readings contradict what ${folder} holds at the same moments: the first ones stand.`);
  print("→ Replay a changed file or map into a new folder: --data FOLDER.");
  return 1;
}

/** @throws HubError COMMAND_ARGUMENT */
function speedOf(values: CommandValues): number | undefined {
  const text = textOf(values, "speed") ?? "max";
  if (text === "max") return undefined;
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (speed > 0) return speed;
  throw badArgument("replay", `--speed takes max or a number above 0, found "${text}"`);
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
