import { expect, test } from "vitest";
import { rangeOfLocalDay } from "../../hub/time-zone.ts";
import { booksOf, bootHub, type ClockedHub, DAY, HOUR, registersAt, runUntil, type World } from "./clocked-hub.ts";

const ZONE = "Europe/Vienna";
const TODAY = "2026-06-13";
const { from: MORNING, to: EVENING } = rangeOfLocalDay(ZONE, TODAY);
const REGISTER = "ann/active_energy_import";

/** A hub whose clock was right all along, through the same day. */
async function rightBooks(day: string) {
  const { from, to } = rangeOfLocalDay(ZONE, day);
  const world: World = { now: from - HOUR, error: 0, evidence: { ntp: "now" } };
  const hub = await bootHub(world);
  await runUntil(world, hub, to + 2 * HOUR);
  await hub.settling.look();
  const books = await booksOf(hub, day);
  await hub.powerCut();
  return books;
}

/** NTP sets the clock right and says so. */
async function setByNtp(world: World, hub: ClockedHub): Promise<void> {
  world.error = 0;
  world.evidence = { ...world.evidence, ntp: "now" };
  await hub.watch.look();
}

/** Every reading of a series stands at the full hour at which it was sent. */
async function expectTrueTimes(hub: ClockedHub, from: number, to: number): Promise<void> {
  const readings = await hub.read(REGISTER);
  expect(readings.map(({ at, value }) => [at, value])).toEqual(
    Array.from({ length: (to - from) / HOUR }, (_, index) => {
      const at = from + index * HOUR;
      return [at, new Map(registersAt(at)).get(REGISTER)];
    }),
  );
  expect(readings.filter(({ isClockUnsure }) => isClockUnsure)).toEqual([]);
}

test.each([
  ["2026-06-13", 24],
  ["2026-03-29", 23],
  ["2026-10-25", 25],
  ["2028-02-29", 24],
  ["2026-12-31", 24],
  ["2027-01-01", 24],
])(
  "boot in 1970 on %s, a day of %i hours: kept, marked, repaired, settled as if the clock had been right",
  async (day, hours) => {
    const { from, to } = rangeOfLocalDay(ZONE, day);
    const world: World = { now: from - HOUR, error: -(from - HOUR), evidence: {} };
    const hub = await bootHub(world);
    expect(hub.watch.state()).toMatchObject({ trust: "known_bad", reason: expect.stringContaining("1970-01-01") });
    await runUntil(world, hub, from + 11 * HOUR);
    const marked = await hub.readStored(REGISTER);
    expect(marked.map(({ isClockUnsure, stampedBy }) => [isClockUnsure, stampedBy])).toEqual(
      Array.from({ length: 12 }, () => [true, "arrival"]),
    );
    await hub.settling.look();
    expect(await hub.stores.entries.days()).toEqual([]);

    await setByNtp(world, hub);
    expect(hub.watch.state().trust).toBe("known_good");
    await expectTrueTimes(hub, from - HOUR, from + 11 * HOUR);
    // What is stored stays as it was stored; one correction a series is read over it.
    expect(await hub.readStored(REGISTER)).toEqual(marked);
    const corrections = await hub.corrections.list();
    expect(corrections).toHaveLength(3);
    const offset = from - HOUR - marked[0]!.at;
    expect(corrections.map(({ change, author }) => [change, author])).toEqual(
      Array.from({ length: 3 }, () => [{ kind: "clock_offset", by_ms: offset }, "hub"]),
    );

    await runUntil(world, hub, to + 2 * HOUR);
    await hub.settling.look();
    const books = await booksOf(hub, day);
    expect(books.cells.state).toEqual(Array.from({ length: hours }, () => "shared"));
    expect(books).toEqual(await rightBooks(day));
    expect(await hub.verify()).toEqual([]);
    await hub.powerCut();
  },
);

test("boot last week: the newest reading proves it, stamps go on after that reading, and are repaired by what was measured", async () => {
  const world: World = { now: MORNING - HOUR, error: 0, evidence: { ntp: "now" } };
  const first = await bootHub(world);
  await runUntil(world, first, MORNING + 3 * HOUR);
  await first.powerCut();

  world.now += 90 * 60_000 - HOUR / 2;
  world.error = -7 * DAY;
  world.evidence = {};
  const hub = await bootHub(world, first.folder);
  expect(hub.watch.state()).toMatchObject({
    trust: "known_bad",
    reason: expect.stringContaining("newest stored reading"),
  });
  await runUntil(world, hub, MORNING + 9 * HOUR);
  const stored = await hub.readStored(REGISTER);
  expect(stored.map(({ at }) => at)).toEqual(stored.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(stored.filter(({ isClockUnsure }) => isClockUnsure)).toHaveLength(5);
  await hub.settling.look();
  expect(hub.log.filter((line) => line === "settling waits")).toHaveLength(1);

  await setByNtp(world, hub);
  expect((await hub.read(REGISTER)).map(({ at }) => at)).toEqual(
    [-1, 0, 1, 2, 4, 5, 6, 7, 8].map((hour) => MORNING + hour * HOUR),
  );
  await runUntil(world, hub, EVENING + 2 * HOUR);
  await hub.settling.look();
  expect(hub.log.filter((line) => line === "settling waits")).toHaveLength(1);
  expect((await hub.settlement.day(TODAY)).cells.state.filter((state) => state === "held")).toEqual([]);
  expect(await hub.verify()).toEqual([]);
  await hub.powerCut();
});

test("boot later than the newest reading, with nothing that vouches: kept and marked, and no day is settled however long it lasts", async () => {
  const world: World = { now: MORNING - HOUR, error: 0, evidence: {} };
  const hub = await bootHub(world);
  expect(hub.watch.state().trust).toBe("unknown");
  await runUntil(world, hub, EVENING + 2 * HOUR);
  await hub.watch.look();
  await hub.settling.look();
  expect(await hub.stores.entries.days()).toEqual([]);
  // Asked for by hand, the day has nothing to share: its readings are of nobody knows when.
  const report = await hub.settlement.settle(rangeOfLocalDay(ZONE, TODAY));
  expect(report.days.empty).toBe(1);
  // NTP finds that the clock was right all along: no jump, and the mark goes.
  world.now += HOUR;
  await setByNtp(world, hub);
  expect((await hub.corrections.list()).map(({ change }) => change)).toEqual(
    Array.from({ length: 3 }, () => ({ kind: "clock_offset", by_ms: 0 })),
  );
  await hub.settling.look();
  expect(await booksOf(hub, TODAY)).toEqual(await rightBooks(TODAY));
  await hub.powerCut();
});

test("the steward's word is enough, unless the clock is proven wrong", async () => {
  const world: World = { now: MORNING - HOUR, error: 0, evidence: { stewardsWord: true } };
  const hub = await bootHub(world);
  await runUntil(world, hub, EVENING + 2 * HOUR);
  await hub.settling.look();
  expect(await booksOf(hub, TODAY)).toEqual(await rightBooks(TODAY));
  await hub.powerCut();
  world.error = -7 * DAY;
  const again = await bootHub(world, hub.folder);
  expect(again.watch.state().trust).toBe("known_bad");
  await again.settling.look();
  await again.powerCut();
});

test("a jump back drops the trust until NTP gives it again; what was sure stays where it is, what follows is repaired", async () => {
  const world: World = { now: MORNING - HOUR, error: 0, evidence: { ntp: "now" } };
  const hub = await bootHub(world);
  await runUntil(world, hub, MORNING + 6 * HOUR);
  world.error = -2 * DAY;
  world.evidence = { ntp: "no", hasRtc: true, hostKeepsClock: true };
  await runUntil(world, hub, MORNING + 9 * HOUR);
  await hub.watch.look();
  expect(hub.watch.state()).toMatchObject({ trust: "unknown", reason: expect.stringContaining("set back by 2 d") });
  expect(hub.log).toContain("the hub's clock jumped");
  await setByNtp(world, hub);
  await expectTrueTimes(hub, MORNING - HOUR, MORNING + 9 * HOUR);
  await runUntil(world, hub, EVENING + 2 * HOUR);
  await hub.settling.look();
  expect(await booksOf(hub, TODAY)).toEqual(await rightBooks(TODAY));
  await hub.powerCut();
});

test("two jumps, of which only the second is right", async () => {
  const world: World = { now: MORNING - HOUR, error: -(MORNING - HOUR), evidence: {} };
  const hub = await bootHub(world);
  await runUntil(world, hub, MORNING + 3 * HOUR);
  world.error = -40 * DAY;
  await hub.watch.look();
  expect(hub.watch.state().trust).not.toBe("known_good");
  await runUntil(world, hub, MORNING + 8 * HOUR);
  await setByNtp(world, hub);
  await expectTrueTimes(hub, MORNING - HOUR, MORNING + 8 * HOUR);
  expect(await hub.corrections.list()).toHaveLength(3);
  await runUntil(world, hub, EVENING + 2 * HOUR);
  await hub.settling.look();
  expect(await booksOf(hub, TODAY)).toEqual(await rightBooks(TODAY));
  await hub.powerCut();
});

test("a run that never learned the time stays marked: the next run's offset says nothing of it", async () => {
  const world: World = { now: MORNING - HOUR, error: -(MORNING - HOUR), evidence: {} };
  const lost = await bootHub(world);
  await runUntil(world, lost, MORNING + 4 * HOUR);
  await lost.powerCut();
  // The power was away for an hour, and the clock is in 1970 again.
  world.now += HOUR;
  world.error = -world.now;
  const hub = await bootHub(world, lost.folder);
  await runUntil(world, hub, MORNING + 8 * HOUR);
  await setByNtp(world, hub);
  const readings = await hub.read(REGISTER);
  expect(readings.filter(({ isClockUnsure }) => isClockUnsure).map(({ value }) => value)).toEqual(
    [-1, 0, 1, 2, 3].map((hour) => new Map(registersAt(MORNING + hour * HOUR)).get(REGISTER)),
  );
  expect(readings.filter(({ isClockUnsure }) => !isClockUnsure).map(({ at }) => at)).toEqual(
    [5, 6, 7].map((hour) => MORNING + hour * HOUR),
  );
  await runUntil(world, hub, EVENING + 2 * HOUR);
  await hub.settling.look();
  const { cells } = await hub.settlement.day(TODAY);
  expect(cells.state.slice(0, 6)).toEqual(Array.from({ length: 5 }, () => "unmeasured").concat("shared"));
  expect(await hub.verify()).toEqual([]);
  await hub.powerCut();
});

test("what is sent again after the repair changes nothing, stamped or not", async () => {
  const world: World = { now: MORNING, error: -MORNING, evidence: {} };
  const hub = await bootHub(world);
  const packet = await hub.send(REGISTER, 1000);
  const stamp = MORNING - 60_000;
  await hub.sendStamped("ben/active_energy_import", 7, stamp);
  world.now += 60_000;
  await setByNtp(world, hub);
  await hub.send(REGISTER, 1000, packet);
  await hub.sendStamped("ben/active_energy_import", 7, stamp);
  await hub.watch.look();
  expect((await hub.read(REGISTER)).map(({ at, value }) => [at, value])).toEqual([[MORNING, 1000]]);
  // The device's own stamp stands as it came: a clock in 1970 judges nobody.
  expect(await hub.read("ben/active_energy_import")).toEqual([
    { series: "ben/active_energy_import", at: stamp, stampedBy: "device", outcome: "value", value: 7 },
  ]);
  expect(await hub.stores.series.counts()).toMatchObject({ readings: 2, conflicts: 0 });
  expect(await hub.corrections.list()).toHaveLength(1);
  await hub.powerCut();
});
