import type { Config } from "../config/schema.ts";
import { type DemoSpan, firstSpan, resumedSpan } from "../demo/clock.ts";
import { demoCommunity } from "../demo/community.ts";
import { GRID_DEVICE, gridSeries } from "../demo/grid-meter.ts";
import { type DemoDevice, registerSeries } from "../demo/meter.ts";
import { openFolder } from "../main.ts";
import { type Reading, type SeriesKey, seriesParts } from "../reading.ts";
import type { SeriesInfo, SeriesStore } from "../series/series-store.ts";
import { EpochMs } from "../units.ts";
import { badArgument } from "./arguments.ts";

/** What an earlier demo left in a folder, and what follows from it. */
export interface DemoFolder {
  readonly span: DemoSpan;
  /** The newest register reading of each device that has one. */
  readonly lastRegisters: ReadonlyMap<string, Reading>;
  /** The newest readings of the grid meter's registers, those that there are. */
  readonly lastGrid: readonly Reading[];
}

/**
 * Look into the demo's folder before a hub runs there, so that the hub's clock is right from its first moment.
 * Simulated readings never mix with real ones: a folder of another community is refused.
 * @param firstYear the year of a demo that begins
 * @throws HubError COMMAND_ARGUMENT for a folder that is not the demo's, FOLDER_NOT_WRITABLE
 */
export async function readDemoFolder(
  config: Config,
  devices: readonly DemoDevice[],
  firstYear: number,
): Promise<DemoFolder> {
  const folder = await openFolder(config);
  try {
    const catalogue = await folder.series.catalogue();
    const community = (await folder.communities.current())?.community;
    const stranger = findStranger(catalogue, devices, community?.name);
    if (stranger !== undefined) {
      const remedy = "Give the demo a folder of its own: --data FOLDER.";
      throw badArgument("demo", `${config.data} is not the demo's: it holds ${stranger}`, remedy);
    }
    const latest = await newestValues(folder.series, catalogue, devices.map(registerSeries));
    return {
      span: catalogue.length === 0 ? firstSpan(firstYear) : resumedSpan(stampsOf(catalogue)),
      lastRegisters: new Map(latest.map((reading) => [seriesParts(reading.series).device, reading])),
      lastGrid: await newestValues(folder.series, catalogue, Object.values(gridSeries)),
    };
  } finally {
    await folder.close();
  }
}

function findStranger(
  catalogue: readonly SeriesInfo[],
  devices: readonly DemoDevice[],
  community: string | undefined,
): string | undefined {
  const own = new Set([...devices.map(({ device }) => device), GRID_DEVICE]);
  const foreign = catalogue.find(({ series }) => !own.has(seriesParts(series).device));
  if (foreign !== undefined) return `readings of ${foreign.series}`;
  if (community === undefined || community === demoCommunity().name) return undefined;
  return `the community "${community}"`;
}

/** The newest value of each series that has one: a polled device's newest reading may say that reading it failed. */
async function newestValues(
  store: SeriesStore,
  catalogue: readonly SeriesInfo[],
  those: readonly SeriesKey[],
): Promise<readonly Reading[]> {
  const found = await Promise.all(
    (await store.latest(those)).map(async (newest) => {
      if (newest.value !== null) return newest;
      const first = catalogue.find(({ series }) => series === newest.series)?.first_ms ?? newest.at;
      const readings = await store.range(newest.series, { from: first, to: newest.at });
      return readings.findLast(({ value }) => value !== null);
    }),
  );
  return found.filter((reading) => reading !== undefined);
}

function stampsOf(catalogue: readonly SeriesInfo[]): { readonly oldest: EpochMs; readonly newest: EpochMs } {
  return {
    oldest: EpochMs(Math.min(...catalogue.map(({ first_ms }) => first_ms))),
    newest: EpochMs(Math.max(...catalogue.map(({ last_ms }) => last_ms))),
  };
}
