import { createHash } from "node:crypto";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { WORK_BEGINS_MINUTE, WORK_ENDS_MINUTE } from "../../hub/demo/cnc.ts";
import { DEMO_SEED, DEMO_ZONE, demoCommunity, demoDevices } from "../../hub/demo/community.ts";
import { households } from "../../hub/demo/households.ts";
import { localTimeAt } from "../../hub/demo/local-time.ts";
import { CommunitySchema } from "../../hub/members/community.ts";
import { parseSeriesKey } from "../../hub/reading.ts";
import { DAY, EpochMs, MINUTE } from "../../hub/units.ts";

const devices = demoDevices(DEMO_SEED);
const homes = devices.filter(({ device }) => device.startsWith("home-"));
/** Sunday 14 June 2026, midnight in Vienna. */
const SUNDAY = Date.parse("2026-06-14T00:00:00+02:00");
const JANUARY_SUNDAY = Date.parse("2027-01-17T00:00:00+01:00");

/** Energy of one device in one day from a midnight, kWh. */
function dayEnergy(device: (typeof devices)[number], midnight: number): number {
  let wattMinutes = 0;
  for (let minute = 0; minute < 1440; minute += 1) wattMinutes += device.powerAt(EpochMs(midnight + minute * MINUTE));
  return wattMinutes / 60_000;
}

const days = (device: (typeof devices)[number], midnight: number, count: number) =>
  Array.from({ length: count }, (_, day) => dayEnergy(device, midnight + day * DAY));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviceNamed = (name: string) => devices.find(({ device }) => device === name)!;

describe("the document", () => {
  const community = demoCommunity();

  test("is one the schema takes, with twelve homes, a workshop and three plants", () => {
    expect([...Value.Errors(CommunitySchema, community)]).toEqual([]);
    expect(community.members).toHaveLength(13);
    expect(community.metering_points.filter(({ role }) => role === "consumption")).toHaveLength(13);
    expect(community.metering_points.filter(({ role }) => role === "generation")).toHaveLength(3);
  });

  test("names a member for every consumption point, once, and a rating for every plant", () => {
    const members = community.members.map(({ id }) => id);
    const consumers = community.metering_points.filter(({ role }) => role === "consumption");
    expect(consumers.map(({ member }) => member)).toEqual(members);
    for (const point of community.metering_points) expect(point.rated_kw).toBeGreaterThan(0);
    expect(new Set(community.metering_points.map(({ id }) => id)).size).toBe(community.metering_points.length);
  });

  test("counts every device's register and nothing else", () => {
    const registers = devices.map(({ device, register }) => `${device}/${register}`).sort();
    expect(community.metering_points.map(({ series }) => series).sort()).toEqual(registers);
    for (const series of registers) expect(parseSeriesKey(series)).toBeDefined();
  });
});

describe("households", () => {
  test.each(homes.map((home) => [home.device, home] as const))(
    "%s uses 1.5 to 15 kWh a day, summer and winter",
    (_name, home) => {
      for (const midnight of [SUNDAY, JANUARY_SUNDAY]) {
        const week = days(home, midnight, 7);
        expect(mean(week)).toBeGreaterThan(1.5);
        expect(mean(week)).toBeLessThan(15);
        for (const day of week) {
          expect(day).toBeGreaterThan(1);
          expect(day).toBeLessThan(18);
        }
      }
    },
  );

  test("live different lives: no two share their energy of a week or the hour they use most", () => {
    const weeks = homes.map((home) => mean(days(home, SUNDAY, 7)));
    const sorted = [...weeks].sort((a, b) => a - b);
    sorted.slice(1).forEach((week, index) => void expect(week - sorted[index]!).toBeGreaterThan(0.01));
    expect(sorted.at(-1)! / sorted[0]!).toBeGreaterThan(4);
    const busiest = homes.map((home) => {
      const hours = new Array<number>(24).fill(0);
      for (let minute = 0; minute < 14 * 1440; minute += 1) {
        const hour = Math.floor((minute % 1440) / 60);
        hours[hour] = hours[hour]! + home.powerAt(EpochMs(SUNDAY + minute * MINUTE));
      }
      return hours.indexOf(Math.max(...hours));
    });
    expect(new Set(busiest).size).toBeGreaterThanOrEqual(6);
  });

  test.each([
    ["home-01", "weekend mornings are slower than early shifts", 4, 6, 2],
    ["home-08", "bread is baked at three on weekdays", 3, 5, 1.5],
  ])("%s: %s", (name, _why, from, to, factor) => {
    const inHours = (midnight: number) => {
      let watts = 0;
      for (let minute = from * 60; minute < to * 60; minute += 1) {
        watts += deviceNamed(name).powerAt(EpochMs(midnight + minute * MINUTE));
      }
      return watts;
    };
    const week = [1, 2, 3, 4, 5].map((day) => inHours(SUNDAY + day * DAY));
    const weekend = [0, 6].map((day) => inHours(SUNDAY + day * DAY));
    expect(mean(week)).toBeGreaterThan(factor * mean(weekend));
  });

  test("home-09 is away on weekends, home-05 works from home on weekdays", () => {
    for (const name of ["home-09", "home-05"]) {
      const week = days(deviceNamed(name), SUNDAY + DAY, 5);
      const weekend = [dayEnergy(deviceNamed(name), SUNDAY), dayEnergy(deviceNamed(name), SUNDAY + 6 * DAY)];
      expect(Math.min(...week)).toBeGreaterThan(Math.max(...weekend));
    }
  });

  test("home-07 charges its car at night, past midnight, some nights and not others", () => {
    const car = deviceNamed("home-07");
    const nights = Array.from({ length: 28 }, (_, night) =>
      Math.max(
        ...Array.from({ length: 60 }, (_, minute) => car.powerAt(EpochMs(SUNDAY + night * DAY + minute * MINUTE))),
      ),
    );
    expect(nights.filter((peak) => peak > 3_500).length).toBeGreaterThan(5);
    expect(nights.filter((peak) => peak < 1_000).length).toBeGreaterThan(5);
  });

  test("the heat pump follows the cold", () => {
    const [winter, summer] = [JANUARY_SUNDAY, SUNDAY].map((midnight) =>
      mean(days(deviceNamed("home-03"), midnight, 7)),
    );
    expect(winter).toBeGreaterThan(1.25 * summer!);
  });

  test("every home has a life of its own in words", () => {
    expect(new Set(households.map(({ life }) => life)).size).toBe(12);
  });
});

describe("the CNC mill", () => {
  const mill = deviceNamed("cnc-1");
  const minutes = Array.from({ length: 28 * 1440 }, (_, minute) => EpochMs(SUNDAY + minute * MINUTE));
  const spindle = (at: EpochMs) => mill.spindleSpeedAt!(at);

  test("turns only on weekdays between nine and six", () => {
    for (const at of minutes) {
      if (spindle(at) === 0) continue;
      const { minute, weekday } = localTimeAt(DEMO_ZONE, at);
      expect(weekday).toBeLessThan(5);
      expect(minute).toBeGreaterThanOrEqual(WORK_BEGINS_MINUTE);
      expect(minute).toBeLessThan(WORK_ENDS_MINUTE);
    }
  });

  test("is sometimes busy: 15 to 60 % of its hours, in jobs that begin and end", () => {
    const open = minutes.filter((at) => {
      const { minute, weekday } = localTimeAt(DEMO_ZONE, at);
      return weekday < 5 && minute >= WORK_BEGINS_MINUTE && minute < WORK_ENDS_MINUTE;
    });
    const busy = open.filter((at) => spindle(at) > 0).length / open.length;
    expect(busy).toBeGreaterThan(0.15);
    expect(busy).toBeLessThan(0.6);
    const starts = minutes.filter((at) => spindle(at) > 0 && spindle(EpochMs(at - MINUTE)) === 0).length;
    expect(starts).toBeGreaterThan(40);
  });

  test("draws more while the spindle turns than while it does not", () => {
    const turning = minutes.filter((at) => spindle(at) > 0).map(mill.powerAt);
    const still = minutes.filter((at) => spindle(at) === 0).map(mill.powerAt);
    expect(Math.min(...turning)).toBeGreaterThan(Math.max(...still));
    expect(Math.max(...minutes.map(spindle))).toBeLessThanOrEqual(24_000);
  });
});

describe("determinism", () => {
  const digest = (seed: number) => {
    const hash = createHash("sha256");
    for (const { powerAt } of demoDevices(seed)) {
      for (let minute = 0; minute < 2880; minute += 3) hash.update(String(powerAt(EpochMs(SUNDAY + minute * MINUTE))));
    }
    return hash.digest("hex");
  };

  test("the same seed gives the same community, another seed another", () => {
    expect(digest(4)).toBe(digest(4));
    expect(digest(4)).not.toBe(digest(5));
  });

  test("any moment can be computed without those before it", () => {
    const forwards = devices.map(({ powerAt }) =>
      [0, 1, 2, 3].map((hour) => powerAt(EpochMs(SUNDAY + hour * 3_600_000))),
    );
    const again = demoDevices(DEMO_SEED);
    const backwards = again.map(({ powerAt }) =>
      [3, 2, 1, 0].map((hour) => powerAt(EpochMs(SUNDAY + hour * 3_600_000))).reverse(),
    );
    expect(backwards).toEqual(forwards);
  });
});
