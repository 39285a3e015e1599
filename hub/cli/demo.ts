import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { loadConfig, parseConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { type DemoClock, demoClock } from "../demo/clock.ts";
import { DEMO_SEED, DEMO_ZONE, demoCommunity, demoDevices, polledPlant } from "../demo/community.ts";
import type { DemoDevice } from "../demo/meter.ts";
import { type PolledDevices, servePolledDevices } from "../demo/polled-devices.ts";
import { connectDemo, type DemoRun } from "../demo/run-demo.ts";
import { prepareWebPages } from "../demo/web-pages.ts";
import { type Hub, startHub } from "../main.ts";
import type { CredentialStore } from "../members/credential.ts";
import { DAY, EpochMs } from "../units.ts";
import { addressLines } from "./address-lines.ts";
import { badArgument, textOf } from "./arguments.ts";
import type { Command, CommandValues } from "./command.ts";
import { type DemoFolder, readDemoFolder } from "./demo-folder.ts";
import { progressLine } from "./progress-line.ts";
import { awaitStop, type StopSignal } from "./stop-signal.ts";

const DEFAULT_FOLDER = "./millrace-demo";
/** A simulated day in 4.8 minutes: fast enough to see the sun move, slow enough to read. */
const DEFAULT_SPEED = 300;
/** At this speed 16 devices send about 5,500 readings a second, which a Pi still stores. */
const FASTEST_SPEED = 10_000;
/** A demo stands on any disk and its readings can be made again: commit as on an NVMe disk. */
const COMMIT_WINDOW_MS = 50;
/** How long after a day's end its last readings may still be under way, real seconds; a tick and a commit take 0.3. */
const GRACE_S = 2;
/** How long the first poll of the simulated devices is waited for, and how often it is looked at; it takes half a second. */
const POLLED_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 5;
/** How far back a start settles: the history, whole or the rest of it. */
const SETTLED_DAYS = 8;

export const command: Command = {
  options: {
    speed: { type: "string", description: `simulated seconds in a real one (default ${DEFAULT_SPEED})` },
    port: { type: "string", description: "port of the page (default 8080; 0 takes any free one)" },
    "mqtt-port": { type: "string", description: "port of the broker (default 1883; 0 takes any free one)" },
  },
  async run({ values, positionals }) {
    if (positionals.length > 0) throw badArgument("demo", `takes no words, found "${positionals[0]}"`);
    const speed = numberOf(values, "speed", { least: 1, most: FASTEST_SPEED }) ?? DEFAULT_SPEED;
    const config = demoConfig(values, speed);
    const devices = demoDevices(DEMO_SEED);
    const stop = awaitStop();
    try {
      const folder = await readDemoFolder(config, devices, new Date().getFullYear());
      const anchor = folder.span.startOfLive;
      const clock = demoClock({ anchor, speed, monotonicMs: () => performance.now() });
      await prepareWebPages();
      // Closed last: a device that goes before its hub is one that fell silent.
      await using opened = new AsyncDisposableStack();
      const served = { devices, inverter: polledPlant, seed: DEMO_SEED, clock: clock.now, speed };
      const polled = opened.adopt(await servePolledDevices(served), (those) => those.close());
      const documents = { devices: [...polled.documents] };
      const started = await startHub(
        { ...config, ...documents },
        { clock: clock.now, timeSpeed: speed, simulated: true },
      );
      const hub = opened.adopt(started, (it) => it.close());
      await runCommunity({ hub, config, clock, devices, polled, folder, stop });
    } finally {
      stop.forget();
    }
    print("Stopped; everything that was sent is stored.");
    return 0;
  },
};

interface Demo {
  readonly hub: Hub;
  readonly config: Config;
  readonly clock: DemoClock;
  readonly devices: readonly DemoDevice[];
  readonly polled: PolledDevices;
  readonly folder: DemoFolder;
  readonly stop: StopSignal;
}

/** From an empty or an earlier folder to a community that lives, until somebody stops it. */
async function runCommunity(demo: Demo): Promise<void> {
  const { hub, clock, devices, folder, stop } = demo;
  const run = await connectDemo({
    host: hub.mqtt.host,
    port: hub.mqtt.port,
    passwords: await renewPasswords(hub.credentials, devices),
    devices,
    polled: new Set([polledPlant.device]),
    seed: DEMO_SEED,
    clock: clock.now,
    startOfHistory: folder.span.startOfHistory,
    lastRegisters: folder.lastRegisters,
  });
  const ready = makeReady(demo, run);
  try {
    await stop.unless(ready);
    if (stop.asked) return;
    const failed = new Promise<never>((_resolve, reject) => run.goLive(reject));
    sayReady(demo);
    await stop.unless(failed);
  } finally {
    await run.stop();
    // Once the devices are stopped, what was being made ready ends early; a fault of its own was thrown above.
    await ready.catch(() => {});
  }
}

/** Publish and settle what lies before the live part, then let time run. */
async function makeReady(demo: Demo, run: DemoRun): Promise<void> {
  const { hub, clock, polled, folder, stop } = demo;
  const progress = progressLine();
  const readings = await run.publishHistory((done) => progress.show(`History: ${grouped(done)} readings stored`));
  if (stop.asked) return;
  const now = clock.now();
  // Only now is there a community: the hub settles by itself, and must not find days of which half is under way.
  await hub.communities.adopt(demoCommunity(), now);
  const from = EpochMs(Math.max(folder.span.startOfHistory, now - SETTLED_DAYS * DAY));
  const { days } = await hub.settlement.settle({ from, to: now }, (day) => progress.show(`Settling ${day}`));
  progress.end(
    readings > 0
      ? `History: ${grouped(readings)} readings stored, ${days.settled + days.corrected} days settled`
      : `Going on where it was: ${new Date(now).toLocaleString("en-GB", { timeZone: DEMO_ZONE, dateStyle: "full", timeStyle: "short" })}`,
  );
  polled.begin({ inverter: run.meterOf(polledPlant.device), grid: folder.lastGrid });
  await polledOnce(demo);
  clock.start();
}

/** Let time stand until every polled device was read once: who it is takes many questions, and at this speed minutes. */
async function polledOnce({ hub, polled, stop }: Demo): Promise<void> {
  const end = performance.now() + POLLED_WITHIN_MS;
  const names = new Set(polled.documents.map(({ id }) => id));
  const isDone = (): boolean =>
    hub.devices.health().filter(({ device, state }) => names.has(device) && state === "answering").length ===
    names.size;
  while (!isDone() && !stop.asked && performance.now() < end) await setTimeout(LOOK_EVERY_MS);
}

function sayReady({ hub, config, clock }: Demo): void {
  const { name, members, metering_points } = demoCommunity();
  const plants = metering_points.filter(({ role }) => role === "generation").length;
  const seconds = (performance.now() / 1000).toFixed(1);
  print(
    `${name}: ${members.length} members, ${plants} plants, time ${clock.speed} times as fast; ready in ${seconds} s`,
  );
  print(`Ctrl-C stops it, and the next start in ${config.data} goes on where it was.`);
  for (const line of addressLines(hub, process.stdout)) print(line);
}

/** New passwords at every start: none is kept outside this process. */
async function renewPasswords(
  credentials: CredentialStore,
  devices: readonly DemoDevice[],
): Promise<ReadonlyMap<string, string>> {
  const passwords = new Map<string, string>();
  for (const { device } of devices) {
    await credentials.revoke(device);
    passwords.set(device, (await credentials.issue(device, [device])).password);
  }
  return passwords;
}

/** What the demo runs on: defaults, or a config file that is named, and its own folder in any case. */
function demoConfig(values: CommandValues, speed: number): Config {
  const file = textOf(values, "config");
  const named = file === undefined ? parseConfig("log: { level: warn }", "the demo's defaults") : loadConfig(file);
  // A community in the file stays out of it, and its devices: the demo brings its own.
  const { community: _foreign, devices: _others, ...base } = named;
  const port = numberOf(values, "port", { least: 0, most: 65_535 });
  const mqttPort = numberOf(values, "mqtt-port", { least: 0, most: 65_535 });
  const grace = Math.ceil((GRACE_S * speed) / 60);
  return Object.freeze({
    ...base,
    devices: [],
    data: resolve(textOf(values, "data") ?? DEFAULT_FOLDER),
    web: { ...base.web, ...(port !== undefined && { port }) },
    mqtt: { ...base.mqtt, ...(mqttPort !== undefined && { port: mqttPort }) },
    storage: { ...base.storage, commit_window_ms: COMMIT_WINDOW_MS },
    settlement: { grace_minutes: Math.max(base.settlement.grace_minutes, grace) },
  });
}

function numberOf(
  values: CommandValues,
  flag: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const text = textOf(values, flag);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw badArgument("demo", `--${flag} takes a whole number from ${least} to ${most}, found "${text}"`);
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const grouped = (count: number): string => count.toLocaleString("en");
