import { openFolder } from "../main.ts";
import { SeriesKey } from "../reading.ts";
import type { TimeRange } from "../series/series-store.ts";
import { isLocalDay, rangeOfLocalDay } from "../time-zone.ts";
import { EpochMs } from "../units.ts";
import { badArgument, loadCommandConfig, textOf } from "./arguments.ts";
import type { Command, CommandValues } from "./command.ts";
import { progressLine } from "./progress-line.ts";

type Folder = Awaited<ReturnType<typeof openFolder>>;

export const command: Command = {
  options: {
    from: { type: "string", description: "first local day, YYYY-MM-DD (default: the first with a reading)" },
    to: { type: "string", description: "last local day, YYYY-MM-DD (default: the last with a reading)" },
  },
  async run({ values, positionals }) {
    if (positionals.length > 0) throw badArgument("settle", `takes no words, found "${positionals[0]}"`);
    const config = loadCommandConfig(values);
    const folder = await openFolder(config);
    try {
      if (config.community !== undefined) await folder.communities.adopt(config.community, Date.now());
      const range = await rangeOf(folder, values);
      if (range === undefined) {
        process.stdout.write("No metering point has a reading yet: nothing to settle.\n");
        return 0;
      }
      const progress = progressLine();
      const { days, intervals } = await folder.settlement.settle(range, (day, outcome) =>
        progress.show(`${day} ${outcome}`),
      );
      progress.end(
        `${days.settled} days settled, ${days.corrected} corrected, ${days.unchanged} unchanged, ${days.final} final now, ` +
          `${days.empty} without anything to share, ${days.not_over} not over yet`,
      );
      if (days.immaterial + days.closed > 0) {
        process.stdout.write(
          `${days.immaterial} final days differ by too little to be booked, ${days.closed} are closed and differ\n`,
        );
      }
      process.stdout.write(
        `${intervals.expected} intervals: ${intervals.shared} shared out (${intervals.substituted} with an estimate), ` +
          `${intervals.held} held, ${intervals.unmeasured} unmeasured\n`,
      );
      return 0;
    } finally {
      await folder.close();
    }
  },
};

/** The asked days, or all days the community's metering points have readings of; undefined when there are none. */
async function rangeOf({ communities, series }: Folder, values: CommandValues): Promise<TimeRange | undefined> {
  const community = (await communities.current())?.community;
  const zone = community?.time_zone ?? "UTC";
  const keys = new Set(community?.metering_points.map((point) => SeriesKey(point.series)));
  const infos = (await series.catalogue()).filter((info) => keys.has(info.series));
  const [first, last] = [dayOf(values, "from"), dayOf(values, "to")];
  if (infos.length === 0 && (first === undefined || last === undefined)) return undefined;
  const from =
    first === undefined ? Math.min(...infos.map(({ first_ms }) => first_ms)) : rangeOfLocalDay(zone, first).from;
  const to = last === undefined ? Math.max(...infos.map(({ last_ms }) => last_ms)) : rangeOfLocalDay(zone, last).to;
  return { from: EpochMs(from), to: EpochMs(to) };
}

function dayOf(values: CommandValues, flag: "from" | "to"): string | undefined {
  const day = textOf(values, flag);
  if (day !== undefined && !isLocalDay(day))
    throw badArgument("settle", `--${flag} takes a day such as 2026-06-21, found "${day}"`);
  return day;
}
