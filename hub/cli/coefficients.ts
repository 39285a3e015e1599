import { JOINT_POOL } from "../allocation/joint-pool.ts";
import type { Config } from "../config/schema.ts";
import { type CsvMap, isCsvProblem } from "../decode/csv/csv-map.ts";
import { findHeader } from "../decode/csv/find-header.ts";
import { type Decimal, readDecimal } from "../decode/csv/read-decimal.ts";
import { rowReader } from "../decode/csv/read-row.ts";
import { withCorrections } from "../series/corrected-store.ts";
import { type NamedSet, type NamingReport, nameCoefficients } from "../settlement/name-coefficients.ts";
import { openActorToken } from "../store/actor-token.ts";
import { lockFolder } from "../store/sqlite/hub-lock.ts";
import { openStores } from "../store/sqlite/open-stores.ts";
import type { TimeZone } from "../time-zone.ts";
import { type EpochMs, systemClock } from "../units.ts";
import { badArgument, loadCommandConfig, textOf } from "./arguments.ts";
import { isHubRunning } from "./check-databases.ts";
import type { Command } from "./command.ts";
import { askRunningHub, urlOfHub } from "./post-to-hub.ts";
import { readHead, readRows, rowError } from "./replay-file.ts";

/** Column of the moment from which a row's shares hold. */
const TIME_COLUMN = "time";
/** Shares of one request: half a megabyte. */
const SHARES_AT_ONCE = 20_000;

export const command: Command = {
  options: {
    key: { type: "string", description: "the coefficients' name in the policy, such as enedis" },
    pool: { type: "string", description: `of which pool (default: ${JOINT_POOL}, the one of all plants)` },
    reason: { type: "string", description: "where they come from; kept with every share that stood otherwise" },
  },
  async run({ values, positionals }) {
    const [path, ...more] = positionals;
    const key = textOf(values, "key");
    if (path === undefined || more.length > 0) throw badArgument("coefficients", "takes the path of one file");
    if (key === undefined) throw badArgument("coefficients", "needs --key, the coefficients' name in the policy");
    const said = { key, pool: textOf(values, "pool") ?? JOINT_POOL, reason: textOf(values, "reason") ?? path };
    const { named, unchanged, corrected } = await withNaming(loadCommandConfig(values), async (zone, name) => {
      const report = { named: 0, unchanged: 0, corrected: 0 };
      for (const sets of inRequests(await readSets(path, zone))) {
        const part = await name({ ...said, sets });
        report.named += part.named;
        report.unchanged += part.unchanged;
        report.corrected += part.corrected;
      }
      return report;
    });
    process.stdout.write(`${named} shares named, ${unchanged} stood already, ${corrected} corrected.\n`);
    return 0;
  },
};

type Naming = (named: {
  readonly key: string;
  readonly pool: string;
  readonly reason: string;
  readonly sets: readonly NamedSet[];
}) => Promise<NamingReport>;

/** By the running hub, which settles what changes, or here when none runs. */
async function withNaming<T>(
  config: Config,
  work: (zone: TimeZone | undefined, name: Naming) => Promise<T>,
): Promise<T> {
  if (isHubRunning(config.data)) {
    const reply = await fetch(`${urlOfHub(config.data)}/api/community`);
    const zone = reply.ok ? ((await reply.json()) as { time_zone: string }).time_zone : undefined;
    return work(zone, (named) => askRunningHub<NamingReport>(config.data, "/api/coefficients", named));
  }
  const unlock = lockFolder(config.data);
  try {
    const stores = await openStores(config.data, { windowMs: 0 });
    try {
      const actors = openActorToken(config.data);
      const actor = await actors.identify(actors.token);
      if (actor === undefined) throw new Error("the token of the folder is nobody's");
      const { store: series, corrections } = await withCorrections(stores.series, stores.corrections);
      const ports = { ...stores, series, corrections, clock: systemClock };
      const zone = (await stores.communities.current())?.community.time_zone;
      return await work(zone, (named) => nameCoefficients(ports, { ...named, by: actor.name }));
    } finally {
      await stores.close();
    }
  } finally {
    unlock();
  }
}

/**
 * A table with a row a moment: `time`, then a column for each member. Times without an offset are the community's.
 * @throws HubError REPLAY_ROW_INVALID that names file and line
 */
async function readSets(path: string, zone: TimeZone | undefined): Promise<readonly NamedSet[]> {
  const time: CsvMap["time"] = { column: TIME_COLUMN, format: "auto", stamps: "start", ...(zone && { zone }) };
  const map: CsvMap = {
    ...{ time, decimal: ".", comment: "#", encoding: "utf-8", no_reading: [], bad_rows: "refuse", columns: [] },
  };
  const form = { path, encoding: map.encoding };
  const header = findHeader(await readHead(form), map);
  if (isCsvProblem(header)) throw rowError(path, 1, { ...header, remedy: `Call the first column ${TIME_COLUMN}.` });
  const reader = rowReader(header, map);
  if (isCsvProblem(reader)) throw rowError(path, header.line, reader);
  const sets: NamedSet[] = [];
  let before: EpochMs | undefined;
  for await (const row of readRows(form, header, map)) {
    const fault = reader.fault(row);
    if (fault !== undefined) throw rowError(path, row.line, fault);
    const moment = reader.moment(row, before);
    if (typeof moment !== "number") throw rowError(path, row.line, moment);
    const shares = reader.cells(row).map(([member, cell]) => {
      // Where cells are parted by something else, a comma is a decimal comma.
      const decimal = header.delimiter !== "," && cell.includes(",") ? "," : ".";
      const read = readDecimal(cell, { decimal, noReading: new Set() });
      if (read === null)
        throw rowError(path, row.line, { message: `${member} has no share`, remedy: "Write 0 for none." });
      if (isCsvProblem(read)) throw rowError(path, row.line, read);
      return [member, textOf12(read)] as const;
    });
    sets.push({ from_ms: moment, shares: Object.fromEntries(shares) });
    before = moment;
  }
  return sets;
}

/** Without an exponent and trailing zeros, as it stands in the file otherwise. */
function textOf12({ coefficient, places }: Decimal): string {
  const sign = coefficient < 0n ? "-" : "";
  const digits = String(coefficient < 0n ? -coefficient : coefficient)
    .padEnd(-places, "0")
    .padStart(places + 1, "0");
  if (places <= 0) return `${sign}${digits}`;
  const decimals = digits.slice(-places).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -places)}${decimals === "" ? "" : `.${decimals}`}`;
}

function* inRequests(sets: readonly NamedSet[]): Generator<readonly NamedSet[]> {
  const width = Math.max(1, Object.keys(sets[0]?.shares ?? {}).length);
  const count = Math.max(1, Math.floor(SHARES_AT_ONCE / width));
  for (let from = 0; from < Math.max(1, sets.length); from += count) yield sets.slice(from, from + count);
}
