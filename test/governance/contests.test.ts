import { describe, expect, test } from "vitest";
import type { CaseStep } from "../../hub/governance/contest/case.ts";
import type { Decision } from "../../hub/governance/contest/contests.ts";
import { silentLog } from "../../hub/log.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { closedFrom, defaultRunRules, finalFrom } from "../../hub/settlement/run.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { watchRegisters } from "../../hub/settlement/watch-registers.ts";
import { DAY, EpochMs, MilliWattHours } from "../../hub/units.ts";
import { wholeDay } from "../settlement/sunny-day.ts";
import {
  ANN_SERIES,
  ann,
  at,
  auditor,
  ben,
  community,
  DAY_NAME,
  ENTRY,
  openContests,
  opening,
  steward,
  sunnyReadings,
} from "./open-contests.ts";

type Open = Awaited<ReturnType<typeof openContests>>;
const FINAL = finalFrom("Europe/Vienna", DAY_NAME, defaultRunRules);
const CLOSED = closedFrom("Europe/Vienna", FINAL, defaultRunRules);
const SECOND = `${DAY_NAME}.2`;
const rejected: Decision = { verdict: "rejected", reason: "the register says so", wrong: null };
const settledAnew: Decision = { verdict: "upheld", reason: "readings came late", wrong: { what: "day" } };
/** Ann's register at 5 o'clock was read 100 Wh too high. */
const misread: Decision = {
  ...{ verdict: "upheld", reason: "the photo shows 100 Wh less" },
  wrong: {
    ...{ what: "readings", series: ANN_SERIES, from_ms: at(5), to_ms: EpochMs(at(5) + 1) },
    change: { kind: "value_offset", by: -100 },
  },
};
const stepsOf = (steps: readonly CaseStep[]) => steps.map(({ step, by, role }) => `${step} by ${by} (${role})`);
const entriesOf = async ({ stores }: Open) => (await stores.entries.ofDay(DAY_NAME)).map(({ entry }) => entry);
const findings = async ({ ports, settlement }: Open) => (await verify({ ...ports, settlement })).differences;
describe("opening", () => {
  test("the same opening again is the same case; another one under its id is a conflict", async () => {
    await using open = await openContests();
    const first = await open.contests.open(opening, ann);
    expect(first).toMatchObject({ id: "c-1", state: "open", is_intact: true });
    expect(first.opened).toMatchObject({ entry: ENTRY, day: DAY_NAME, from_ms: at(0), to_ms: at(24) });
    open.time.now += 5_000;
    expect(await open.contests.open(opening, ann)).toEqual(first);
    for (const more of [{ reason: "for another reason" }, { from_ms: at(3) }, { entry: ENTRY, to_ms: at(3) }]) {
      await expect(open.contests.open({ ...opening, ...more }, ann)).rejects.toMatchObject({ code: "CASE_CONFLICT" });
    }
    expect(await open.contests.list(auditor)).toEqual([first]);
  });

  test.each([
    ["an entry that is not there", { entry: `${DAY_NAME}.7` }, ann, "NOT_FOUND"],
    ["another member's column", { member: "ben" }, ann, "ACTOR_REFUSED"],
    ["a column that nobody has", { member: "carl" }, steward, "CASE_INVALID"],
    ["by an auditor", {}, auditor, "ACTOR_REFUSED"],
  ] as const)("%s cannot be contested", async (_what, more, actor, code) => {
    await using open = await openContests();
    await expect(open.contests.open({ ...opening, ...more }, actor)).rejects.toMatchObject({ code });
    expect(await open.contests.list(auditor)).toEqual([]);
  });

  test("a steward writes one down for a member, and it says so", async () => {
    await using open = await openContests();
    await open.contests.open(opening, steward);
    const { opened } = await open.contests.byId("c-1", ann);
    expect(opened).toMatchObject({ member: "ann", by: "stella", role: "steward" });
  });

  test("a member has at most twenty cases that wait", async () => {
    await using open = await openContests();
    for (let n = 1; n <= 20; n += 1) await open.contests.open({ ...opening, id: `c-${n}` }, ann);
    await expect(open.contests.open({ ...opening, id: "c-21" }, ann)).rejects.toMatchObject({ code: "CASE_INVALID" });
    await open.contests.open({ ...opening, id: "b-1", member: "ben" }, ben);
    await open.contests.withdraw("c-7", "found the cause", ann);
    await open.contests.open({ ...opening, id: "c-21" }, ann);
  });
});

describe("time and change of mind", () => {
  test.each([
    ["thirty days", undefined, 30],
    ["what the community says", { decide_within_days: 7 }, 7],
  ])("the deadline is %s, and a case is still decided after it", async (_what, contest, days) => {
    await using open = await openContests({ adopt: { ...community, ...(contest && { contest }) } });
    const { opened } = await open.contests.open(opening, ann);
    expect(opened.due_ms - opened.at_ms).toBe(days * DAY);
    open.time.now = opened.due_ms - 1;
    expect((await open.contests.byId("c-1", ann)).state).toBe("open");
    open.time.now += 1;
    expect((await open.contests.byId("c-1", ann)).state).toBe("overdue");
    expect((await open.contests.decide("c-1", rejected, steward)).state).toBe("rejected");
  });

  test("withdrawn is withdrawn; what is contested after that is a new case", async () => {
    await using open = await openContests();
    await open.contests.open(opening, ann);
    const withdrawn = await open.contests.withdraw("c-1", "my mistake", ann);
    expect(withdrawn.state).toBe("withdrawn");
    expect(await open.contests.withdraw("c-1", "my mistake", ann)).toEqual(withdrawn);
    await expect(open.contests.decide("c-1", rejected, steward)).rejects.toMatchObject({ code: "CASE_CONFLICT" });
    expect((await open.contests.open(opening, ann)).state).toBe("withdrawn");
    expect((await open.contests.open({ ...opening, id: "c-2" }, ann)).state).toBe("open");
    expect((await open.contests.list(ann)).map(({ id, state }) => `${id} ${state}`)).toEqual([
      "c-2 open",
      "c-1 withdrawn",
    ]);
  });

  test("a rejected case leaves everything as it is", async () => {
    await using open = await openContests();
    await open.contests.open(opening, ann);
    const { state, steps } = await open.contests.decide("c-1", rejected, steward);
    expect(state).toBe("rejected");
    expect(stepsOf(steps)).toEqual(["opened by ann (member)", "decided by stella (steward)"]);
    expect((await entriesOf(open)).map(({ id }) => id)).toEqual([ENTRY]);
    expect(await open.settlement.runs(DAY_NAME)).toHaveLength(1);
    expect(await open.ports.corrections.list()).toEqual([]);
  });

  test("of two that decide at once one is heard", async () => {
    await using open = await openContests();
    await open.contests.open(opening, ann);
    const other = { name: "otis", role: "steward" } as const;
    const results = await Promise.allSettled([
      open.contests.decide("c-1", rejected, steward),
      open.contests.decide("c-1", settledAnew, other),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await open.contests.byId("c-1", ann)).state).toBe("rejected");
  });
});

describe("an upheld case", () => {
  test("of a misread register is corrected after final by an entry of differences that it names", async () => {
    await using open = await openContests({ now: FINAL });
    await open.contests.open(opening, ann);
    const { state, steps } = await open.contests.decide("c-1", misread, steward);
    expect(state).toBe("corrected");
    expect(stepsOf(steps)).toEqual(["opened by ann (member)", "decided by stella (steward)", "corrected by hub (hub)"]);
    expect(steps.at(-1)).toMatchObject({ entry: SECOND });
    const [first, second] = await entriesOf(open);
    expect(second).toMatchObject({ id: SECOND, kind: "correction", corrects: first?.id });
    // Ann used 300 Wh in one hour and 500 Wh in the next instead of 400 Wh twice; of 900 Wh she gets her part of each.
    const share = (used: number) => (900_000 * used) / (used + 700);
    const difference = Math.round(share(300) + share(500) - 2 * share(400));
    const posted = new Map(second?.postings.map(({ account, amount_mwh }) => [account as string, amount_mwh]));
    expect(Math.abs((posted.get("member:ann:used") ?? 0) - difference)).toBeLessThanOrEqual(2);
    expect([...posted.values()].reduce((sum, amount) => sum + amount, 0)).toBe(0);
    expect([...posted.keys()]).toEqual(["member:ann:used", "member:ben:used"]);
    expect(await open.ports.corrections.list()).toMatchObject([
      { series: ANN_SERIES, author: "stella", reason: "case c-1 upheld: the photo shows 100 Wh less" },
    ]);
    expect((await open.settlement.runs(DAY_NAME)).at(-1)).toMatchObject({
      ...{ state: "corrected", entry: SECOND, by: "stella", reason: "case c-1 upheld: the photo shows 100 Wh less" },
    });
    expect(await findings(open)).toEqual([]);
    expect((await open.settlement.settle(wholeDay)).days.unchanged).toBe(1);
  });

  test("is decided once: the same again changes nothing, another decision is a conflict", async () => {
    await using open = await openContests();
    await open.contests.open(opening, ann);
    const decided = await open.contests.decide("c-1", misread, steward);
    expect(await open.contests.decide("c-1", misread, steward)).toEqual(decided);
    expect(await open.ports.corrections.list()).toHaveLength(1);
    for (const other of [rejected, settledAnew, { ...misread, reason: "for another reason" }]) {
      await expect(open.contests.decide("c-1", other, steward)).rejects.toMatchObject({ code: "CASE_CONFLICT" });
    }
    expect(await entriesOf(open)).toHaveLength(2);
  });

  test.each([
    ["of too little to be bothered by", FINAL, -0.4, "corrected"],
    ["of a day that is closed", CLOSED, -90, "closed"],
  ] as const)("%s is settled anew all the same", async (_what, now, by, state) => {
    await using open = await openContests({ now: FINAL });
    open.time.now = now;
    await open.contests.open(opening, ann);
    const wrong = { ...misread.wrong, change: { kind: "value_offset", by } } as Decision["wrong"];
    const { steps } = await open.contests.decide("c-1", { ...misread, wrong }, steward);
    expect(steps.at(-1)).toMatchObject({ entry: SECOND });
    expect((await open.settlement.runs(DAY_NAME)).at(-1)?.state).toBe(state);
    expect(await findings(open)).toEqual([]);
  });

  test("of a day that is only settled anew names what was booked meanwhile, or nothing", async () => {
    await using open = await openContests();
    await open.contests.open(opening, ann);
    await open.contests.open({ ...opening, id: "c-2" }, ann);
    expect((await open.contests.decide("c-1", settledAnew, steward)).steps.at(-1)).toMatchObject({ entry: null });
    await open.ports.corrections.add([
      {
        ...{ series: ANN_SERIES, range: { from: at(5), to: EpochMs(at(5) + 1) }, author: "stella", reason: "misread" },
        ...{ change: { kind: "value_offset", by: 50 }, made_ms: at(50) },
      },
    ]);
    await open.settlement.settle(wholeDay);
    expect((await open.contests.decide("c-2", settledAnew, steward)).steps.at(-1)).toMatchObject({ entry: SECOND });
    expect(await entriesOf(open)).toHaveLength(2);
  });

  test("of a swap nobody declared answers the question about it", async () => {
    // At noon ann's meter is exchanged: the new one begins 3 kWh lower.
    const readings = sunnyReadings.map((reading): Reading => {
      const isNew = reading.series === ANN_SERIES && reading.at >= at(12);
      return isNew ? { ...reading, value: (reading.value ?? 0) - 3_000 } : reading;
    });
    // The hub looks at the last day only.
    await using open = await openContests({ readings, now: at(30) });
    const watch = watchRegisters({ ...open.ports, log: silentLog, widthsOf: () => [] });
    await watch.look();
    await watch.stop();
    const [question] = await open.stores.registerEvents.list();
    expect(question).toMatchObject({ point: "ann", verdict: "question" });
    expect((await open.settlement.day(DAY_NAME)).cells.state).toContain("held");
    await open.contests.open(opening, ann);
    const decision: Decision = {
      ...{ verdict: "upheld", reason: "the fitter's note has both registers" },
      wrong: {
        ...{ what: "register", event: question?.seq ?? 0, verdict: "continues" },
        ...{ end_mwh: null, start_mwh: MilliWattHours(2_400_000) },
      },
    };
    const { state, steps } = await open.contests.decide("c-1", decision, steward);
    expect(state).toBe("corrected");
    expect(steps.at(-1)).toMatchObject({ entry: SECOND });
    expect(steps.at(1)).toMatchObject({ wrong: { is_of_another: false } });
    expect((await open.stores.registerEvents.list()).at(-1)).toMatchObject({
      ...{ answers: question?.seq, by: "stella", reason: expect.stringMatching(/^case c-1 upheld/) },
    });
    expect((await open.settlement.day(DAY_NAME)).cells.state).not.toContain("held");
    expect(await findings(open)).toEqual([]);
    expect(await open.contests.decide("c-1", decision, steward)).toMatchObject({ state: "corrected" });
    expect(await open.stores.registerEvents.list()).toHaveLength(2);
  });

  test("keeps whose register was wrong from a member whose it is not", async () => {
    await using open = await openContests();
    await open.contests.open(opening, ann);
    const series = SeriesKey("ben/active_energy_import");
    const { steps } = await open.contests.decide(
      "c-1",
      { ...misread, wrong: { ...misread.wrong, series } } as Decision,
      steward,
    );
    expect(steps[1]).toMatchObject({ wrong: { series, is_of_another: true } });
  });

  test.each([
    ["settling", "deciding the same again"],
    ["naming the entry", "deciding the same again"],
    ["settling", "the hub when it starts"],
    ["naming the entry", "the hub when it starts"],
  ])("that was killed at %s is carried out by %s", async (part, by) => {
    let isBroken = false;
    const killed = () => Promise.reject(new Error("killed"));
    await using open = await openContests({
      instead: ({ settlement, cases }) =>
        part === "settling"
          ? {
              settlement: {
                ...settlement,
                settle: (...asked) => (isBroken ? killed() : settlement.settle(...asked)),
              },
            }
          : {
              cases: {
                ...cases,
                add: (step, place) => (isBroken && step.step === "corrected" ? killed() : cases.add(step, place)),
              },
            },
    });
    await open.contests.open(opening, ann);
    isBroken = true;
    await expect(open.contests.decide("c-1", misread, steward)).rejects.toThrow("killed");
    expect((await open.contests.byId("c-1", ann)).state).toBe("upheld");
    isBroken = false;
    if (by === "deciding the same again") await open.contests.decide("c-1", misread, steward);
    else expect(await open.contests.finish()).toEqual(["c-1"]);
    const { state, steps } = await open.contests.byId("c-1", steward);
    expect(await open.contests.finish()).toEqual([]);
    expect(state).toBe("corrected");
    expect(steps.at(-1)).toMatchObject({ entry: SECOND });
    expect(await open.ports.corrections.list()).toHaveLength(1);
    expect(await entriesOf(open)).toHaveLength(2);
    expect(await findings(open)).toEqual([]);
  });

  test("is refused when the day's readings are not kept any more: its amounts would be taken back", async () => {
    await using open = await openContests({ now: CLOSED });
    await open.contests.open(opening, ann);
    await open.stores.series.dropBefore(ANN_SERIES, at(100));
    await expect(open.contests.decide("c-1", settledAnew, steward)).rejects.toMatchObject({
      ...{ code: "CASE_INVALID", remedy: expect.stringMatching(/by hand/) },
    });
    expect((await open.contests.byId("c-1", ann)).state).toBe("open");
    expect(await entriesOf(open)).toHaveLength(1);
    expect((await open.contests.decide("c-1", rejected, steward)).state).toBe("rejected");
  });
});

test.each([
  ["a series that counts nothing", { series: "ann/active_energy_export" }, "CASE_INVALID"],
  ["a range on another day", { from_ms: at(-48), to_ms: at(-47) }, "CASE_INVALID"],
  ["a range backwards", { from_ms: at(6), to_ms: at(5) }, "CASE_INVALID"],
  ["a register event that is not there", { what: "register", event: 9, verdict: "noted" }, "REGISTER_EVENT_INVALID"],
] as const)("what is wrong cannot be %s, and the case stays open", async (_what, more, code) => {
  await using open = await openContests();
  await open.contests.open(opening, ann);
  const wrong = { end_mwh: null, start_mwh: null, ...misread.wrong, ...more } as Decision["wrong"];
  await expect(open.contests.decide("c-1", { ...misread, wrong }, steward)).rejects.toMatchObject({ code });
  expect((await open.contests.byId("c-1", ann)).state).toBe("open");
  expect(await open.ports.corrections.list()).toEqual([]);
});

test("who may not decide hears that, whatever they found", async () => {
  await using open = await openContests();
  await open.contests.open(opening, ann);
  for (const actor of [ann, auditor, { name: "ann", role: "steward" } as const]) {
    await expect(open.contests.decide("c-1", misread, actor)).rejects.toMatchObject({ code: "ACTOR_REFUSED" });
  }
  await expect(open.contests.decide("c-1", misread, ben)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
