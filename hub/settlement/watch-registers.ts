import { type FoundRegisterEvent, findRegisterEvents } from "../energy/find-register-events.ts";
import { findStuckPower, findStuckRegister, type StuckStretch } from "../energy/find-stuck.ts";
import type { Log } from "../log.ts";
import type { CommunityStore, MeteringPoint } from "../members/community.ts";
import {
  changesOf,
  type KeptRegisterEvent,
  type RegisterEvent,
  type RegisterEventLog,
  seriesOverTime,
} from "../members/register-event.ts";
import { SeriesKey, seriesParts } from "../reading.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import { type Clock, EpochMs, HOUR, MilliWattHours, milliWattHoursFromWh } from "../units.ts";
import { readRegister, standingByPoint } from "./read-register.ts";

/** How often registers are looked at, real time: soon enough for the technician who swapped one to see the question. */
const LOOK_EVERY_MS = 30 * 60_000;
/** How soon after the start the first look comes; a start has better things to do at once. */
const FIRST_LOOK_MS = 60_000;
/** How far back a look reaches: a fall at dusk is confirmed when the sun has risen again. */
const LOOK_BACK_MS = 26 * HOUR;

export interface RegisterWatchPorts {
  readonly series: SeriesStore;
  readonly communities: CommunityStore;
  readonly registerEvents: RegisterEventLog;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the register of a series may begin anew, by what its device is; none for one that nobody described. */
  readonly widthsOf: (series: SeriesKey) => readonly MilliWattHours[];
  /** Why nothing that depends on the time may be done now; undefined when it may. */
  readonly waitsFor?: (() => string | undefined) | undefined;
}

export interface RegisterWatch {
  /** Look at every register now. Never rejects. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** Find what happens to the registers of metering points, keep it as events, and say what needs a decision. */
export function watchRegisters(ports: RegisterWatchPorts): RegisterWatch {
  const { communities, registerEvents, clock, log } = ports;
  let stopped = false;
  let turn = Promise.resolve();

  const look = async (): Promise<void> => {
    const adopted = await communities.current();
    if (adopted === undefined || ports.waitsFor?.() !== undefined) return;
    const events = await registerEvents.list();
    const standing = standingByPoint(events);
    const now = clock();
    const range = { from: EpochMs(Math.max(0, now - LOOK_BACK_MS)), to: now };
    for (const point of adopted.community.metering_points) {
      if (stopped) return;
      const known = events.filter((event) => event.point === point.id);
      for (const event of await findNews(ports, { point, standing: standing.get(point.id) ?? [], known, range })) {
        const reason = reasons[event.kind];
        await registerEvents.add(event, { by: "hub", reason, made_ms: clock() });
        const about = { point: event.point, from_ms: event.from_ms, to_ms: event.to_ms, verdict: event.verdict };
        log.warn({ ...about, event: event.kind }, reason);
      }
    }
  };
  const lookInTurn = (): Promise<void> => {
    turn = turn
      .then(look)
      .catch((cause: unknown) => log.error({ cause: String(cause) }, "registers could not be looked at"));
    return turn;
  };
  const first = setTimeout(lookInTurn, FIRST_LOOK_MS);
  const timer = setInterval(lookInTurn, LOOK_EVERY_MS);
  return {
    look: lookInTurn,
    async stop() {
      stopped = true;
      clearTimeout(first);
      clearInterval(timer);
      await turn;
    },
  };
}

const reasons: Readonly<Record<RegisterEvent["kind"], string>> = {
  swap: "the register went down to another level and counts on from there: was the meter swapped?",
  rollover: "the register reached its end and began anew; the energy across it is exact",
  reset: "the register was set back and counts on: what was it before?",
  stuck: "the value stands still while energy flows",
  jump: "the register jumped further than this device can have counted",
};

interface Subject {
  readonly point: MeteringPoint;
  readonly standing: readonly KeptRegisterEvent[];
  /** All events of the point, answered ones included. */
  readonly known: readonly KeptRegisterEvent[];
  readonly range: TimeRange;
}

/** Events of one metering point that nobody has written down yet. */
async function findNews(ports: RegisterWatchPorts, subject: Subject): Promise<readonly RegisterEvent[]> {
  const { point, standing, known, range } = subject;
  const series = seriesOverTime(SeriesKey(point.series), standing).at(-1)?.series ?? SeriesKey(point.series);
  const { readings } = await readRegister(ports.series, point, standing, range);
  const usable = readings.filter(({ isClockUnsure }) => isClockUnsure !== true);
  const ratedW = point.rated_kw === undefined ? undefined : point.rated_kw * 1000;
  const widths =
    point.register_wraps_at_kwh === undefined
      ? ports.widthsOf(series)
      : [milliWattHoursFromWh(point.register_wraps_at_kwh * 1000)];
  const found = findRegisterEvents({
    readings: usable,
    changes: changesOf(standing),
    ...(ratedW !== undefined && { ratedW }),
    widths,
  });
  const power = await ports.series.range(SeriesKey(`${channelOf(series)}/active_power`), range);
  const stuck = [...findStuckPower(power, ratedW), ...findStuckRegister(usable, power)];
  const of = { point: point.id, series_before: series, series_after: series, answers: null };
  return [
    ...found.map((each): RegisterEvent => ({ ...of, ...eventOf(each) })),
    ...stuck.map((stretch): RegisterEvent => ({ ...of, ...eventOfStuck(stretch) })),
  ].filter((event) => !known.some((other) => isSame(event, other)));
}

function eventOf({ kind, verdict, from, to, end, start, width }: FoundRegisterEvent) {
  const registers =
    width === undefined ? { end_mwh: end, start_mwh: start } : { end_mwh: width, start_mwh: MilliWattHours(0) };
  return { kind, verdict, from_ms: from, to_ms: to, ...registers };
}

function eventOfStuck({ from, to }: StuckStretch) {
  return {
    kind: "stuck" as const,
    verdict: "noted" as const,
    from_ms: from,
    to_ms: to,
    end_mwh: null,
    start_mwh: null,
  };
}

/** A stretch that stands still grows from look to look, so its beginning names it; anything else is named by its end. */
function isSame(event: RegisterEvent, other: KeptRegisterEvent): boolean {
  if (event.kind === "stuck")
    return other.kind === "stuck" && other.from_ms <= event.from_ms && event.from_ms <= other.to_ms;
  return other.kind !== "stuck" && other.to_ms === event.to_ms;
}

function channelOf(series: SeriesKey): string {
  const { device, channel } = seriesParts(series);
  return channel === undefined ? device : `${device}/${channel}`;
}
