import { existsSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import manifest from "../package.json" with { type: "json" };
import { buildApi } from "./api/app.ts";
import { createLiveEvents, type LiveEvents } from "./api/live-events.ts";
import { watchOperation } from "./api/watch-operation.ts";
import type { BrokerClientConfig } from "./config/broker-client-schema.ts";
import { readSecretFile } from "./config/read-secret-file.ts";
import type { Config } from "./config/schema.ts";
import { dialects, findDialect } from "./decode/dialects/catalogue.ts";
import { findProfile, profiles } from "./decode/profiles/catalogue.ts";
import { accumulatorWidths, widthsOfRegister } from "./decode/registers/register-width.ts";
import { HubError } from "./errors.ts";
import { createContests } from "./governance/contest/contests.ts";
import { keepDecided } from "./governance/contest/keep-decided.ts";
import { type Broker, startBroker } from "./intake/broker.ts";
import { type BrokerClient, type BrokerClientOptions, startBrokerClient } from "./intake/broker-client.ts";
import { openBrokerSession } from "./intake/broker-session.ts";
import { readMachineEvidence, sleeplessMonotonic } from "./intake/clock-evidence.ts";
import { decodeQuarantined } from "./intake/decode-quarantined.ts";
import { createDialectRoutes } from "./intake/dialect-routes.ts";
import { modbusOnDemand } from "./intake/modbus/modbus-on-demand.ts";
import { createJsonLog } from "./json-log.ts";
import type { EntryStore } from "./ledger/entry-store.ts";
import { declareUnits, keepCredit } from "./ledger/keep-credit.ts";
import { createLedgerLogView } from "./ledger/ledger-log-view.ts";
import { rulesOfCommunity } from "./ledger/rules-of-community.ts";
import type { SigningKey } from "./ledger/signing-key.ts";
import type { CommunityStore } from "./members/community.ts";
import type { CredentialStore } from "./members/credential.ts";
import type { Device } from "./members/device.ts";
import { type DeviceRegistry, keepDevices } from "./members/device-registry.ts";
import { type SeriesKey, seriesParts } from "./reading.ts";
import { RELEASED_AT } from "./release.ts";
import { type ClockTrustState, newestOf } from "./series/clock-trust.ts";
import { withCorrections } from "./series/corrected-store.ts";
import { observeAppends } from "./series/observed-store.ts";
import { keepRetention } from "./series/retention.ts";
import type { SeriesStore, TimeRange } from "./series/series-store.ts";
import { type ClockWatch, watchClock } from "./series/watch-clock.ts";
import { columnsOfEntries } from "./settlement/column-of-entry.ts";
import { neededFrom } from "./settlement/due-days.ts";
import { type KeptSettled, keepSettled, markLateReadings } from "./settlement/keep-settled.ts";
import { createSettlement, type Settlement } from "./settlement/settlement.ts";
import { tellOfDecisions } from "./settlement/tell-of-decisions.ts";
import { watchRegisters } from "./settlement/watch-registers.ts";
import { createExplanations } from "./statement/explanations.ts";
import { openActorToken } from "./store/actor-token.ts";
import { announceHub, withdrawHub } from "./store/running-hub.ts";
import { openSigningKey } from "./store/signing-key.ts";
import { lockFolder } from "./store/sqlite/hub-lock.ts";
import { makeFolder, openStores, type Stores } from "./store/sqlite/open-stores.ts";
import { type Clock, MINUTE, type MilliWattHours, Ms, systemClock } from "./units.ts";

/** The composition root: the one file that knows every adapter. */

export interface Hub {
  /** Where the broker really listens; the port is the one taken when the config says 0. */
  readonly mqtt: { readonly host: string; readonly port: number };
  /** Undefined when the hub was started without pages and API. */
  readonly web: { readonly url: string } | undefined;
  /** What a steward's writes are known by; it is in the data folder, and never in a log. */
  readonly stewardToken: string;
  readonly series: SeriesStore;
  readonly communities: CommunityStore;
  readonly credentials: CredentialStore;
  readonly entries: EntryStore;
  readonly settlement: Settlement;
  readonly devices: DeviceRegistry;
  readonly broker: Broker;
  /** Where sensors push over HTTP; undefined when nothing listens for them. */
  readonly push: { readonly host: string; readonly port: number } | undefined;
  /** Undefined when the hub takes readings from no other broker than its own. */
  readonly brokerClient: BrokerClient | undefined;
  /** What is known of the hub's clock; undefined when whoever started the hub handed one in and so vouches for it. */
  clockTrust(): ClockTrustState | undefined;
  /** Stop taking readings, keep what was taken, and let go of the folder. */
  close(): Promise<void>;
}

export interface HubOptions {
  /** Known to be right; without it the hub runs on the machine's, and asks who keeps that. */
  readonly clock?: Clock;
  /** How much faster than real the clock runs; the pages say so. */
  readonly timeSpeed?: number;
  readonly simulated?: boolean;
  /** False leaves out pages and API. */
  readonly web?: boolean;
  /** False leaves settling to whoever started the hub. */
  readonly settles?: boolean;
}

/** Pages hear of new readings at most this often. */
const TELL_EVERY_MS = 1_000;
/** Beyond its window, the time a commit may take on a slow card before a device is let go. */
const COMMIT_ALLOWANCE_MS = 250;
/** The same for a sensor that pushes: it waits for an answer, and a slow card may take seconds. */
const PUSH_ALLOWANCE_MS = 4_000;
const PAGES = fileURLToPath(new URL("../dashboards/web/dist", import.meta.url));

/**
 * Start a hub: lock the folder, open the stores, serve pages and API, settle by itself, and take readings last.
 * What was opened is closed again when a later step fails.
 * @throws HubError FOLDER_NOT_WRITABLE, FOLDER_IN_USE, SECRET_UNUSABLE, PORT_IN_USE
 */
export async function startHub(config: Config, options: HubOptions = {}): Promise<Hub> {
  const { clock = systemClock } = options;
  const log = createJsonLog(config.log.level);
  await using opened = new AsyncDisposableStack();
  makeFolder(config.data);
  opened.defer(lockFolder(config.data));
  const actors = openActorToken(config.data);
  const stores = await openStores(config.data, {
    windowMs: config.storage.commit_window_ms,
    sealEveryMs: config.storage.seal_every_s * 1000,
  });
  opened.defer(() => stores.close());
  // The broker starts last and is watched from the first request on.
  const intake: { broker?: Broker; brokerClient?: BrokerClient } = {};
  const trusted: { clock?: ClockWatch; settling?: KeptSettled } = {};
  const clockTrust = () => trusted.clock?.state();
  const { commit_window_ms: window_ms, card_endurance_tb: endurance_tb } = config.storage;
  const operation = watchOperation({
    folder: config.data,
    series: stores.series,
    card: { window_ms, endurance_tb },
    broker: () => intake.broker,
    brokerClient: () => intake.brokerClient,
    clockTrust,
  });
  opened.defer(operation.stop);
  const observed = observeAppends(operation.series);
  const corrected = await withCorrections(observed.store, stores.corrections);
  const decided = { ...stores, corrections: corrected.corrections };
  const told = tellOfDecisions(decided, (range) => trusted.settling?.touched(range));
  const ports = { ...stores, series: corrected.store, ...told };
  if (options.clock === undefined) {
    const onRepaired = (range: TimeRange) => trusted.settling?.touched(range);
    const watch = await watchMachineClock(config, { raw: stores.series, ...corrected, log, onRepaired });
    watch.start();
    opened.defer(() => watch.stop());
    trusted.clock = watch;
  }
  const arrive = trusted.clock?.arrive;
  const waitsFor = trusted.clock?.waitsFor;
  if (config.community !== undefined) {
    await declareUnits(stores.ledger, config.community, clock());
    await stores.communities.adopt(config.community, clock());
  }
  const settlement = operation.countSettlement(settlementOf(config, ports, clock));
  const contests = createContests({ ...ports, settlement, clock });
  const live = createLiveEvents();
  opened.defer(tellOfReadings({ observed, live, clock }));
  const { keep_registers_days: registers, keep_measurements_days: measurements } = config.storage;
  const retention = {
    registers: registers === "forever" ? null : registers,
    measurements: measurements === "forever" ? null : measurements,
  };
  const stillNeeded = async () => {
    const community = (await ports.communities.current())?.community;
    return community && neededFrom(await ports.runs.newest(), community, clock());
  };
  opened.defer(keepRetention({ series: ports.series, retention, clock, log, waitsFor, neededFrom: stillNeeded }));
  if (options.settles !== false) {
    const grace = Ms(config.settlement.grace_minutes * MINUTE);
    const onBooked = (day: string) => live.tell({ name: "settled", data: { day } });
    await markLateReadings(ports);
    const settling = keepSettled({ ...ports, settlement, clock, grace, log, waitsFor, onBooked });
    trusted.settling = settling;
    observed.listen(settling.heard);
    opened.defer(() => settling.stop());
    opened.defer(keepCredit({ ...stores, clock, log, waitsFor }));
    opened.defer(keepDecided({ contests, log, waitsFor }));
  }
  const dialectRoutes = createDialectRoutes(findDialect);
  const modbus = modbusOnDemand({
    profiles,
    store: ports.series,
    clock,
    log,
    timeSpeed: options.timeSpeed ?? 1,
    ...(arrive !== undefined && { arrive }),
  });
  opened.defer(() => modbus.close());
  let described: readonly Device[] = [];
  const devices = await keepDevices({
    declared: config.devices,
    store: stores.deviceDocuments,
    known: { profiles: profiles.map(({ name }) => name), dialects: dialects.map(({ name }) => name) },
    clock,
    health: () => [...modbus.health(), ...dialectRoutes.health()],
    async heard(all) {
      described = all;
      await Promise.all([modbus.setDevices(all), dialectRoutes.setDevices(all)]);
      intake.brokerClient?.devicesChanged();
    },
    failed: (cause) => log.error({ cause: String(cause) }, "the registry of devices could not be read"),
  });
  opened.defer(devices.stop);
  if (options.settles !== false) {
    const watch = watchRegisters({
      ...ports,
      clock,
      log,
      waitsFor,
      widthsOf: (series) => widthsOf(series, described),
    });
    opened.defer(() => watch.stop());
  }
  let web: { readonly url: string } | undefined;
  if (options.web !== false) {
    const api = await buildApi({
      ...ports,
      actors,
      ledgerLog: createLedgerLogView({
        ...stores,
        key: signingKeyOf(config, stores.communities),
        columnOf: columnsOfEntries({ settlement, columnSalts: stores.columnSalts }),
      }),
      ledgerRules: async () => rulesOfCommunity((await stores.communities.current())?.community),
      settlement,
      contests,
      explanations: createExplanations({ settlement, communities: stores.communities }),
      devices,
      finder: modbus.finder,
      trial: modbus.trial,
      profiles,
      dialects,
      decodeRow: decodeQuarantined(dialectRoutes),
      operation,
      live,
      clock,
      log,
      about: {
        version: manifest.version,
        started: clock(),
        timeSpeed: options.timeSpeed ?? 1,
        isSimulated: options.simulated ?? false,
        retention,
      },
      pages: existsSync(PAGES) ? PAGES : undefined,
    });
    opened.defer(() => api.close());
    web = { url: await listenApi(api, config.web) };
    log.info(web, "pages and API listen");
  }
  const broker = await startBroker({
    ...config.mqtt,
    credentials: stores.credentials,
    store: ports.series,
    clock,
    arrive,
    dialects: dialectRoutes,
    log,
    // A held acknowledgement must be able to wait for its commit.
    limits: { shortestHoldMs: config.storage.commit_window_ms + COMMIT_ALLOWANCE_MS },
  });
  opened.defer(() => broker.close());
  intake.broker = broker;
  const mqtt = { host: broker.host, port: broker.port };
  let push: Hub["push"];
  if (config.push !== undefined) {
    // Loaded by those who want it.
    const { startHttpPush } = await import("./intake/http-push.ts");
    const listener = await startHttpPush({
      ...config.push,
      credentials: stores.credentials,
      store: ports.series,
      clock,
      arrive,
      dialects: dialectRoutes,
      log,
      limits: { longestPushMs: config.storage.commit_window_ms + PUSH_ALLOWANCE_MS },
    });
    opened.defer(() => listener.close());
    push = { host: listener.host, port: listener.port };
  }
  announceHub(config.data, { pid: process.pid, mqtt, web: web ?? null });
  opened.defer(() => withdrawHub(config.data));
  if (config.broker_client !== undefined) {
    const name = config.community?.name ?? basename(config.data);
    const login = loginOf(config.broker_client, config.data, name);
    const client = startBrokerClient({ ...login, store: ports.series, clock, arrive, dialects: dialectRoutes, log });
    intake.brokerClient = client;
    opened.defer(client.close);
  }

  const running = opened.move();
  return {
    ...ports,
    mqtt,
    web,
    stewardToken: actors.token,
    settlement,
    devices,
    broker,
    push,
    brokerClient: intake.brokerClient,
    clockTrust,
    close: () => running.disposeAsync(),
  };
}

/**
 * The books and readings of a folder without a hub, or beside one: for commands that settle, verify and administer. Readings
 * are read through their corrections, and a correction that is added here is seen at once.
 */
export async function openFolder(
  config: Config,
  options: { readonly clock?: Clock } = {},
): Promise<Omit<Stores, "series"> & { readonly series: SeriesStore; readonly settlement: Settlement }> {
  const stores = await openStores(config.data, { windowMs: null });
  const { store: series, corrections } = await withCorrections(stores.series, stores.corrections);
  const read = { ...stores, series, corrections };
  return { ...read, settlement: settlementOf(config, read, options.clock ?? systemClock) };
}

/** The key that signs for the books of a folder, opened or made at its first use and named after the community of then. */
function signingKeyOf(config: Config, communities: CommunityStore): () => Promise<SigningKey> {
  let key: SigningKey | undefined;
  return async () => {
    key ??= openSigningKey(config.data, (await communities.current())?.community.name ?? basename(config.data));
    return key;
  };
}

/** Where the register of a series may begin anew, by the profile of its device. */
function widthsOf(series: SeriesKey, devices: readonly Device[]): readonly MilliWattHours[] {
  const { device } = seriesParts(series);
  const profile = findProfile(devices.find(({ id }) => id === device)?.profile ?? "");
  if (profile === undefined) return [];
  return profile.protocol === "sunspec"
    ? accumulatorWidths
    : widthsOfRegister(profile, series.slice(device.length + 1));
}

/** Watch the machine's own clock, whose word the stored readings and the steward may add to. */
async function watchMachineClock(
  config: Config,
  ports: Omit<Parameters<typeof watchClock>[0], "wall" | "monotonic" | "readEvidence" | "store"> & {
    readonly raw: SeriesStore;
    readonly store: SeriesStore;
  },
): Promise<ClockWatch> {
  const newest = newestOf(await ports.raw.latest(), await ports.store.latest());
  const said = { ...newest, stewardsWord: config.clock.trust === "always", buildTime: RELEASED_AT };
  return watchClock({
    ...ports,
    store: ports.raw,
    wall: systemClock,
    monotonic: sleeplessMonotonic(),
    readEvidence: async () => ({
      ...said,
      ...(await readMachineEvidence({ shows: systemClock(), releasedAt: RELEASED_AT })),
    }),
  });
}

/** What a hub needs to come to another's broker. @throws HubError SECRET_UNUSABLE, CONFIG_NOT_FOUND, CONFIG_INVALID */
function loginOf(
  { username, password_file, ca_file, shared_group, client_id, ...plain }: BrokerClientConfig,
  data: string,
  name: string,
): Omit<BrokerClientOptions, "store" | "clock" | "log"> {
  if (password_file !== undefined) readSecretFile(password_file);
  return {
    ...plain,
    username,
    readPassword: password_file === undefined ? undefined : () => readSecretFile(password_file),
    ca: ca_file === undefined ? undefined : readCertificates(ca_file),
    sharedGroup: shared_group,
    session: openBrokerSession(data, { clientId: client_id, name, url: plain.url }),
  };
}

function readCertificates(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new HubError("CONFIG_NOT_FOUND", `cannot read the certificates ${path}`, {
      cause,
      remedy: "Check broker_client.ca_file in millrace.yaml, and who may read that file.",
    });
  }
}

function settlementOf(
  config: Config,
  stores: Omit<Stores, "close" | "series"> & { readonly series: SeriesStore },
  clock: Clock,
): Settlement {
  return createSettlement({ ...stores, clock, grace: Ms(config.settlement.grace_minutes * MINUTE) });
}

function tellOfReadings(ports: {
  readonly observed: ReturnType<typeof observeAppends>;
  readonly live: LiveEvents;
  readonly clock: Clock;
}): () => void {
  let readings = 0;
  const stop = ports.observed.listen((those) => {
    readings += those.length;
  });
  const timer = setInterval(() => {
    if (readings === 0) return;
    ports.live.tell({ name: "readings", data: { now_ms: ports.clock(), readings } });
    readings = 0;
  }, TELL_EVERY_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}

async function listenApi(api: FastifyInstance, { host, port }: Config["web"]): Promise<string> {
  try {
    await api.listen({ host, port });
  } catch (cause) {
    throw new HubError("PORT_IN_USE", `the pages cannot listen on ${host}:${port}`, {
      cause,
      remedy: "Stop the program that uses this port, or set web.port in millrace.yaml (--port for the demo).",
    });
  }
  const bound = api.server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${bound.port}`;
}
