import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, sha256Hex } from "../../hub/canonical-json.ts";
import type { Evidence } from "../../hub/governance/contest/evidence.ts";
import type { Community } from "../../hub/members/community.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { registerReadings, wholeDay } from "../settlement/sunny-day.ts";
import {
  ANN_SERIES,
  ann,
  at,
  auditor,
  ben,
  community,
  DAY_NAME,
  ENTRY,
  HOUR_MS,
  openContests,
  opening,
  steward,
  sunnyReadings,
} from "./open-contests.ts";

type Open = Awaited<ReturnType<typeof openContests>>;
const textOf = async ({ contests }: Pick<Open, "contests">, id = "c-1") => {
  const { document } = await contests.evidenceOf(id, auditor);
  if (document === null) throw new Error("no evidence");
  return document;
};
const documentOf = async (open: Pick<Open, "contests">, id?: string) => JSON.parse(await textOf(open, id)) as Evidence;
/** A reading half an hour into an hour of the day, this much off the straight line, Wh. */
const between = (hour: number, off: number): Reading => {
  const before = sunnyReadings.find((reading) => reading.series === ANN_SERIES && reading.at === at(hour))!;
  return { ...before, at: at(hour + 0.5), value: (before.value ?? 0) + 200 + off };
};

test("it is canonical, named by its sha256 in the case, and holds what the entry rests on", async () => {
  await using open = await openContests();
  const view = await open.contests.open(opening, ann);
  const text = await textOf(open);
  expect(sha256Hex(text)).toBe(view.opened.evidence_sha256);
  expect(canonicalJson(JSON.parse(text))).toBe(text);
  const evidence = await documentOf(open);
  const booked = await open.stores.entries.byId(ENTRY);
  expect(evidence).toMatchObject({
    ...{ case: "c-1", member: "ann", from_ms: at(0), to_ms: at(24), frozen_ms: open.time.now },
    entry: { id: ENTRY, digest: booked?.digest, cells_sha256: booked?.entry.cells_sha256 },
    entries_of_day: [{ id: ENTRY, digest: booked?.digest }],
    run: { entry: ENTRY, state: "preliminary", by: "hub" },
    rule: { time_zone: "Europe/Vienna", interval_minutes: 60, text: expect.stringMatching(/in proportion/) },
    recomputation: { state: "preliminary", agrees: true, differences: [], cells_sha256: booked?.entry.cells_sha256 },
    ...{ corrections: [], register_events: [] },
  });
  expect(evidence.entry.postings.map(({ account }) => account)).toEqual(["member:ann:used", "plant:roof"]);
  expect(evidence.cells.points.map(({ point, member }) => [point, member])).toEqual([
    ["ann", "ann"],
    ["roof", null],
  ]);
  expect(evidence.cells.own.consumption_mwh).toEqual(Array.from({ length: 24 }, () => 400_000));
  expect(evidence.readings.map(({ point, at_ms }) => [point, at_ms.length])).toEqual([
    ["ann", 25],
    ["roof", 25],
  ]);
});

test("only readings around the contested intervals are kept", async () => {
  await using open = await openContests();
  await open.contests.open({ ...opening, from_ms: at(12), to_ms: at(13) }, ann);
  const { readings, from_ms, to_ms } = await documentOf(open);
  expect([from_ms, to_ms]).toEqual([at(12), at(13)]);
  const moments = readings.find(({ point }) => point === "ann")?.at_ms;
  expect([moments?.at(0), moments?.at(-1)]).toEqual([at(6), at(19)]);
});

test("what was not measured has the comparable days with it that gave it its shape", async () => {
  const week = 7 * 24;
  const series = (name: string, wh: number) =>
    registerReadings(
      name,
      Array.from({ length: week + 24 }, (_, hour) => wh + (hour % 24)),
      at(-week),
    );
  const isInGap = (moment: number) => moment > at(8) && moment < at(14);
  await using open = await openContests({
    readings: [
      ...series("roof/active_energy_export", 900),
      ...series("ann/active_energy_import", 400).filter((reading) => !isInGap(reading.at)),
      ...series("ben/active_energy_import", 700),
    ],
  });
  await open.contests.open({ ...opening, from_ms: at(10), to_ms: at(12) }, ann);
  const { usual, cells } = await documentOf(open);
  expect(usual).toEqual([{ point: "ann", from_ms: [at(10), at(11)], energy_mwh: [410_000, 411_000] }]);
  expect(cells.points.find(({ point }) => point === "ann")?.quality.slice(9, 13)).toEqual(Array(4).fill("recovered"));
});

test("late readings, corrections and a new settlement change nothing of it", async () => {
  await using open = await openContests();
  await open.contests.open(opening, ann);
  const before = await textOf(open);
  await open.stores.series.append([between(3, 60)]);
  await open.ports.corrections.add([
    {
      ...{ series: ANN_SERIES, range: { from: at(5), to: at(6) }, change: { kind: "value_offset", by: 9 } },
      ...{ author: "stella", reason: "read wrongly", made_ms: at(40) },
    },
  ]);
  expect((await open.settlement.settle(wholeDay)).days.corrected).toBe(1);
  expect(await textOf(open)).toBe(before);
  await open.contests.open(opening, ann);
  expect(await textOf(open)).toBe(before);

  await open.contests.open({ ...opening, id: "c-2", entry: `${DAY_NAME}.2` }, ann);
  const later = await documentOf(open, "c-2");
  expect(later.corrections).toMatchObject([{ version: 1, series: ANN_SERIES }]);
  const own = later.readings.find(({ point }) => point === "ann");
  expect(own?.at_ms).toContain(at(3.5));
  expect(own?.correction[own.at_ms.indexOf(at(5))]).toBe(1);
  expect(later.entries_of_day.map(({ id }) => id)).toEqual([ENTRY, `${DAY_NAME}.2`]);
});

test("it says whether the entry still agrees with the readings, and where it does not", async () => {
  await using open = await openContests();
  await open.ports.corrections.add([
    {
      ...{ series: ANN_SERIES, range: { from: at(5), to: justAfter(5) }, change: { kind: "value_offset", by: 100 } },
      ...{ author: "stella", reason: "read wrongly", made_ms: at(40) },
    },
  ]);
  await open.contests.open(opening, ann);
  const { recomputation } = await documentOf(open);
  expect(recomputation.agrees).toBe(false);
  expect(recomputation.differences).toContainEqual({
    ...{ column: "energy of ann", from_ms: at(4), booked_mwh: 400_000, now_mwh: 500_000 },
  });
  expect(recomputation.differences).toContainEqual({
    ...{ column: "energy of ann", from_ms: at(5), booked_mwh: 400_000, now_mwh: 300_000 },
  });
});

test("a difference that lies with others is told of without telling what it is", async () => {
  await using open = await openContests();
  const series = SeriesKey("ben/active_energy_import");
  await open.ports.corrections.add([
    {
      ...{ series, range: { from: at(5), to: justAfter(5) }, change: { kind: "value_offset", by: 100 } },
      ...{ author: "stella", reason: "read wrongly", made_ms: at(40) },
    },
  ]);
  await open.contests.open(opening, ann);
  const { recomputation, corrections } = await documentOf(open);
  expect(recomputation.agrees).toBe(false);
  expect(corrections).toEqual([]);
  expect(recomputation.differences.map(({ column }) => column).filter((column) => column.includes("ben"))).toEqual([]);
});

describe("tampering from outside is told by the digest", () => {
  test.each([
    [
      "other evidence",
      "case_evidence",
      (db: Database.Database) => {
        const body = deflateRawSync('{"format":1}');
        db.prepare("UPDATE case_evidence SET body = ?").run(body);
      },
    ],
    ["no evidence", "case_evidence", (db: Database.Database) => db.exec("DELETE FROM case_evidence")],
    ["spoilt evidence", "case_evidence", (db: Database.Database) => db.exec("UPDATE case_evidence SET body = x'07'")],
  ] as const)("%s", async (_what, table, tamper) => {
    await using open = await openContests();
    await open.contests.open(opening, ann);
    const db = new Database(join(open.folder, "books.db"));
    db.exec(`DROP TRIGGER ${table}_keeps_update; DROP TRIGGER ${table}_keeps_delete`);
    tamper(db);
    db.close();
    expect(await open.contests.evidenceOf("c-1", ann)).toEqual({ document: null, is_intact: false });
    expect((await open.contests.byId("c-1", ann)).is_intact).toBe(true);
  });

  test("an altered step", async () => {
    await using open = await openContests();
    await open.contests.open(opening, ann);
    const db = new Database(join(open.folder, "books.db"));
    db.exec("DROP TRIGGER case_step_keeps_update; UPDATE case_step SET said = replace(said, 'away', 'at home')");
    db.close();
    expect((await open.contests.byId("c-1", ann)).is_intact).toBe(false);
  });
});

test.each([
  ["beyond the day", { from_ms: at(0), to_ms: at(25) }],
  ["before the day", { from_ms: at(-1), to_ms: at(1) }],
  ["half an interval", { from_ms: at(0.5), to_ms: at(2) }],
  ["nothing", { from_ms: at(2), to_ms: at(2) }],
  ["backwards", { from_ms: at(3), to_ms: at(2) }],
])("a range that is %s is refused, and nothing is kept", async (_what, range) => {
  await using open = await openContests();
  await expect(open.contests.open({ ...opening, ...range }, ann)).rejects.toMatchObject({ code: "CASE_INVALID" });
  expect(await open.contests.list(steward)).toEqual([]);
});

test("more readings than the books can bear are refused with a way out", async () => {
  const every = (_: unknown, n: number): Reading => ({ ...between(0, 0), at: (at(0) + n * 400) as Reading["at"] });
  await using open = await openContests({
    instead: ({ settlement }) => ({
      settlement: {
        ...settlement,
        readings: async () => new Map([["ann", { readings: Array.from({ length: 216_000 }, every), changes: [] }]]),
      },
    }),
  });
  await expect(open.contests.open(opening, ann)).rejects.toMatchObject({
    ...{ code: "CASE_INVALID", remedy: expect.stringMatching(/fewer intervals/) },
  });
  await open.contests.open({ ...opening, from_ms: at(0), to_ms: at(1) }, ann);
});

test("nothing of another member is anywhere in it, whatever the community and its rule", async () => {
  const id = fc.stringMatching(/^[a-z]{2}[0-9]{6}$/);
  const ids = fc.uniqueArray(id, { minLength: 6, maxLength: 9 });
  const rule = fc.constantFrom("consumption", "fixed", "priority", "named", "grouped");
  await fc.assert(
    fc.asyncProperty(ids, rule, fc.boolean(), async ([plant = "", own = "", ...rest], kind, ownsPlant) => {
      const others = rest.slice(0, Math.floor(rest.length / 2));
      const points = rest.slice(Math.floor(rest.length / 2)).slice(0, others.length);
      const adopt = communityOf({ plant, own, others, points, kind, ownsPlant });
      const readings = adopt.metering_points.flatMap(({ series }, index) =>
        registerReadings(
          series,
          Array.from({ length: 24 }, () => 300 + 77 * index),
        ),
      );
      await using open = await openContests({ adopt, readings });
      await open.stores.registerEvents.add(
        {
          ...{ point: points[0] ?? "", kind: "stuck", verdict: "noted", from_ms: at(1), to_ms: at(2), answers: null },
          ...{ series_before: SeriesKey(`${points[0]}/active_energy_import`), end_mwh: null, start_mwh: null },
          series_after: SeriesKey(`${points[0]}/active_energy_import`),
        },
        { by: "hub", reason: "stood still", made_ms: at(30) },
      );
      await open.ports.corrections.add([
        {
          ...{ series: SeriesKey(`${points[0]}/active_energy_import`), range: { from: at(5), to: at(6) } },
          ...{ change: { kind: "value_offset", by: 5 }, author: "stella", reason: "misread", made_ms: at(40) },
        },
      ]);
      await open.contests.open({ ...opening, member: own }, { name: own, role: "member" });
      const text = await textOf(open);
      expect(text).toContain(own);
      expect(text).toContain(plant);
      for (const hidden of [...others, ...points]) expect(text, `${kind}: ${hidden}`).not.toContain(hidden);
      // Energies of others are told apart from all that may be shown: no column of theirs is there as a list.
      const { cells } = (await open.settlement.day(DAY_NAME)) ?? {};
      for (const { member, consumption_mwh } of cells.members.filter((column) => column.member !== own)) {
        expect(text, member).not.toContain(JSON.stringify(consumption_mwh));
      }
    }),
    { numRuns: 12 },
  );
});

test("only those concerned see it", async () => {
  await using open = await openContests();
  await open.contests.open(opening, ann);
  for (const actor of [ann, steward, auditor]) {
    expect((await open.contests.evidenceOf("c-1", actor)).is_intact).toBe(true);
  }
  await expect(open.contests.evidenceOf("c-1", ben)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(open.contests.byId("c-1", ben)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await open.contests.list(ben)).toEqual([]);
});

/** The moment after a reading at this hour. */
function justAfter(hour: number) {
  return at(hour + 1 / HOUR_MS);
}

function communityOf({
  plant,
  own,
  others,
  points,
  kind,
  ownsPlant,
}: {
  readonly plant: string;
  readonly own: string;
  readonly others: readonly string[];
  readonly points: readonly string[];
  readonly kind: string;
  readonly ownsPlant: boolean;
}): Community {
  const members = [own, ...others];
  const shares = Object.fromEntries(members.map((member) => [member, `1/${members.length}`]));
  const ranks = Object.fromEntries(members.map((member, index) => [member, index + 1]));
  const weights = {
    fixed: { kind: "fixed", shares },
    priority: { kind: "priority", ranks },
  } as const;
  const weight = weights[kind as keyof typeof weights] ?? { kind: "consumption" as const };
  const owner = others[0] ?? own;
  return {
    ...community,
    members: members.map((member) => ({ id: member })),
    metering_points: [
      {
        ...{ id: plant, role: "generation", series: `${plant}/active_energy_export` },
        ...(ownsPlant && { member: owner }),
      },
      { id: `${own}-meter`, role: "consumption", member: own, series: `${own}/active_energy_import` },
      ...others.map((member, index) => ({
        ...{ id: points[index] ?? "", role: "consumption" as const, member },
        series: `${points[index]}/active_energy_import`,
      })),
    ],
    policy: {
      ...{ name: kind, surplus: "to_grid" },
      tiers: [{ weight, ...(kind === "named" && { members }) }],
      ...(kind === "grouped" && {
        loss_factors: Object.fromEntries([...points.slice(0, others.length), plant].map((point) => [point, "1/1"])),
        pools: { kind: "groups", groups: [{ name: "all", plants: [plant], members }] },
      }),
    },
  };
}
