import { tmpdir } from "node:os";
import type { FastifyInstance } from "fastify";
import { buildApi } from "../../hub/api/app.ts";
import { createLiveEvents } from "../../hub/api/live-events.ts";
import type { BrokerView } from "../../hub/api/operation.ts";
import { watchOperation } from "../../hub/api/watch-operation.ts";
import { createContests } from "../../hub/governance/contest/contests.ts";
import { createLedgerLogView } from "../../hub/ledger/ledger-log-view.ts";
import { rulesOfCommunity } from "../../hub/ledger/rules-of-community.ts";
import { signingKeyFromSeed } from "../../hub/ledger/signing-key.ts";
import { silentLog } from "../../hub/log.ts";
import { columnsOfEntries } from "../../hub/settlement/column-of-entry.ts";
import { createExplanations } from "../../hub/statement/explanations.ts";
import { EpochMs } from "../../hub/units.ts";
import { DAY_START, openSettlement, registerReadings, wholeDay } from "../settlement/sunny-day.ts";
import { openDevicePorts } from "./device-ports.ts";
import { type KnownToken, knownActors } from "./known-actors.ts";

const HOUR_MS = 3_600_000;
/** What the checkpoints of these tests are signed with. */
export const signingKey = signingKeyFromSeed("millrace/test-street/00000001", new Uint8Array(32).fill(7));
const hours = (energy: (hour: number) => number | null) => Array.from({ length: 24 }, (_, hour) => energy(hour));

/** The API over a settled day 2026-06-13 and twelve hours of the next one; ben's meter falls silent on the second. */
export async function openApi() {
  const open = await openSettlement(DAY_START + 36 * HOUR_MS);
  const next = DAY_START + 24 * HOUR_MS;
  const half = (energies: (number | null)[]) => energies.slice(0, 12);
  const sun = hours((hour) => (hour >= 6 && hour < 20 ? 900 : 0));
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", sun),
    ...registerReadings(
      "ann/active_energy_import",
      hours(() => 400),
    ),
    ...registerReadings(
      "ben/active_energy_import",
      hours(() => 700),
    ),
  ]);
  await open.settlement.settle(wholeDay);
  const later = (series: string, energies: (number | null)[], offset: number) =>
    registerReadings(series, energies, next)
      .slice(1)
      .map((reading) => ({ ...reading, value: (reading.value ?? 0) + offset }));
  await open.stores.series.append([
    ...later("roof/active_energy_export", half(sun), 14 * 900),
    ...later("ann/active_energy_import", half(hours(() => 400)), 24 * 400),
    ...later("ben/active_energy_import", half(hours((hour) => (hour >= 9 ? null : 700))), 24 * 700),
  ]);
  const live = createLiveEvents();
  const watched: { broker?: BrokerView } = {};
  const operation = watchOperation({
    folder: tmpdir(),
    series: open.stores.series,
    card: { window_ms: 1_000, endurance_tb: 30 },
    broker: () => watched.broker,
    brokerClient: () => undefined,
  });
  const clock = () => EpochMs(open.time.now);
  const devices = await openDevicePorts(clock);
  const app: FastifyInstance = await buildApi({
    ...open.stores,
    ...devices.ports,
    actors: knownActors,
    ledgerLog: createLedgerLogView({
      ...open.stores,
      key: async () => signingKey,
      columnOf: columnsOfEntries({ settlement: open.settlement, columnSalts: open.stores.columnSalts }),
    }),
    ledgerRules: async () => rulesOfCommunity((await open.stores.communities.current())?.community),
    settlement: open.settlement,
    contests: createContests({ ...open.stores, settlement: open.settlement, clock }),
    explanations: createExplanations({ settlement: open.settlement, communities: open.stores.communities }),
    operation,
    live,
    clock,
    log: silentLog,
    about: {
      version: "0.0.0",
      started: EpochMs(DAY_START),
      timeSpeed: 1,
      isSimulated: false,
      retention: { registers: null, measurements: 30 },
    },
    pages: undefined,
  });
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const reply = await app.inject({ url, headers: { host: "localhost", ...headers } });
    return { status: reply.statusCode, body: reply.json() };
  };
  const send = async (
    method: "POST" | "DELETE",
    url: string,
    body: object = {},
    token: KnownToken = "token-of-the-steward",
  ) => {
    const headers = { host: "localhost", "content-type": "application/json", authorization: `Bearer ${token}` };
    const reply = await app.inject({ method, url, headers, payload: JSON.stringify(body) });
    return { status: reply.statusCode, body: reply.json() };
  };
  return {
    ...open,
    app,
    live,
    devices,
    /** What the hub's own broker says of itself; none without it. */
    watched,
    get,
    send,
    async [Symbol.asyncDispose]() {
      await app.close();
      operation.stop();
      devices.stop();
      await open[Symbol.asyncDispose]();
    },
  };
}
