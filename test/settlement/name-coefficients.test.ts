import fc from "fast-check";
import { expect, test } from "vitest";
import type { Policy } from "../../hub/allocation/policy.ts";
import { silentLog } from "../../hub/log.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import { keepSettled } from "../../hub/settlement/keep-settled.ts";
import { type NamedSet, nameCoefficients } from "../../hub/settlement/name-coefficients.ts";
import { createSettlement } from "../../hub/settlement/settlement.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { EpochMs, HOUR, Ms } from "../../hub/units.ts";
import { community, DAY_START, openSettlement, registerReadings } from "./sunny-day.ts";

const external: Policy = {
  name: "the operator's",
  tiers: [{ weight: { kind: "external", coefficients: "enedis" } }],
  surplus: "to_producer",
};
const hours = (wh: number) => Array.from({ length: 24 }, () => wh);
const at = (hour: number) => EpochMs(DAY_START + hour * HOUR);
const day = (ann: string, ben: string): readonly NamedSet[] =>
  hours(0).map((_, hour) => ({ from_ms: at(hour), shares: { ann, ben } }));

async function openNaming() {
  const open = await openSettlement(DAY_START + 30 * HOUR);
  await open.stores.communities.adopt({ ...community, policy: external }, 2);
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", hours(1_000)),
    ...registerReadings("ann/active_energy_import", hours(600)),
    ...registerReadings("ben/active_energy_import", hours(700)),
  ]);
  const { store: series, corrections } = await withCorrections(open.stores.series, open.stores.corrections);
  const clock = () => EpochMs(open.time.now);
  const ports = { ...open.stores, series, corrections, clock };
  const settlement = createSettlement({ ...ports, grace: Ms(600_000) });
  const settling = keepSettled({
    ...ports,
    ...{ settlement, clock, grace: Ms(600_000), log: silentLog, onBooked: () => {} },
  });
  return {
    ...open,
    settling,
    name: (sets: readonly NamedSet[], said: { readonly key?: string; readonly pool?: string } = {}) =>
      nameCoefficients(ports, { key: "enedis", pool: "joint", by: "steward", reason: "June's file", sets, ...said }),
    used: async (member: string) =>
      (await open.stores.entries.balances()).find(({ account }) => account === `member:${member}:used`)?.balance_mwh,
    differences: async () => (await verify({ ...open.stores, settlement })).differences,
    async [Symbol.asyncDispose]() {
      await settling.stop();
      await open.stores.close();
    },
  };
}

test("a day that had no shares is settled by itself when they are named, and again when the file is corrected", async () => {
  await using open = await openNaming();
  await open.settling.look();
  expect(await open.stores.entries.days()).toEqual([]);

  expect(await open.name(day("0.25", "0.5"))).toEqual({ named: 48, unchanged: 0, corrected: 0 });
  await open.settling.look();
  expect(await open.used("ann")).toBe(24 * 250_000);
  expect(await open.differences()).toEqual([]);
  expect(await open.stores.series.lateMarks()).toEqual([]);

  expect(await open.name(day("0.25", "0.5"))).toEqual({ named: 0, unchanged: 48, corrected: 0 });
  expect(
    await open.name([...day("0.25", "0.5").slice(1), { from_ms: at(0), shares: { ann: "0.3", ben: "0.5" } }]),
  ).toEqual({
    ...{ named: 0, unchanged: 47, corrected: 1 },
  });
  // The hub is told by its log of corrections; here it finds it as it would after a start.
  open.settling.touched({ from: at(0), to: at(1) });
  await open.settling.look();
  expect(await open.used("ann")).toBe(24 * 250_000 + 50_000);
  expect(await open.differences()).toEqual([]);
  // Back again: a later correction is read over the earlier one.
  expect((await open.name(day("0.25", "0.5"))).corrected).toBe(1);
});

test("of two files that are named at once one is read over the other, and neither is lost without a word", async () => {
  await using open = await openNaming();
  const reports = await Promise.all([open.name(day("0.25", "0.5")), open.name(day("0.5", "0.25"))]);
  expect(reports).toContainEqual({ named: 48, unchanged: 0, corrected: 0 });
  expect(reports).toContainEqual({ named: 0, unchanged: 0, corrected: 48 });
});

const noon = { from_ms: at(12), shares: { ann: "0.5", ben: "0.5" } };
test.each<[string, readonly NamedSet[], { readonly key?: string; readonly pool?: string }, RegExp, RegExp]>([
  ["a key that no rule names", [noon], { key: "enedi" }, /no coefficients enedi of pool joint/, /enedis of pool joint/],
  ["a pool that is not there", [noon], { pool: "roof" }, /of pool roof/, /enedis of pool joint/],
  ["somebody unknown", [{ ...noon, shares: { ann: "0.5", bern: "0.5" } }], {}, /bern at .*takes no part/, /ben/],
  [
    "a member left out",
    [{ ...noon, shares: { ann: "0.5" } }],
    {},
    /ben has no share at 2026-06-13T10:00/,
    /Name every member/,
  ],
  ["a sum above 1", [{ ...noon, shares: { ann: "0.5", ben: "0.500000000001" } }], {}, /sum to more than 1/, /Lower/],
  ["a share above 1", [{ ...noon, shares: { ann: "1.1", ben: "0" } }], {}, /"1.1" of ann/, /from 0 to 1/],
  ["a share below 0", [{ ...noon, shares: { ann: "-0.5", ben: "0.5" } }], {}, /"-0.5" of ann/, /from 0 to 1/],
  ["a decimal comma", [{ ...noon, shares: { ann: "0,5", ben: "0.5" } }], {}, /"0,5" of ann/, /from 0 to 1/],
  [
    "another grid",
    [{ ...noon, from_ms: EpochMs(at(12) + 1_800_000) }],
    {},
    /no beginning of an interval/,
    /60 minutes/,
  ],
  ["a moment twice", [noon, noon], {}, /named twice/, /Leave one/],
  ["nothing", [], {}, /no set/, /at least one/],
])("%s is refused, and nothing of it is kept", async (_name, sets, said, message, remedy) => {
  await using open = await openNaming();
  const before = await open.stores.series.counts();
  const good = { from_ms: at(1), shares: { ann: "0.5", ben: "0.5" } };
  await expect(open.name(sets.length === 0 ? [] : [good, ...sets], said)).rejects.toMatchObject({
    code: "COEFFICIENTS_INVALID",
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
  expect(await open.stores.series.counts()).toEqual(before);
});

test("what was named is what is frozen, to the last of 12 decimals", async () => {
  await using open = await openNaming();
  const share = fc.integer({ min: 0, max: 500_000_000_000 }).map((units) => {
    const decimals = String(units).padStart(12, "0").replace(/0+$/, "");
    return decimals === "" ? "0" : `0.${decimals}`;
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ ann: share, ben: share }), { minLength: 24, maxLength: 24 }),
      async (sets) => {
        await open.name(sets.map((shares, hour) => ({ from_ms: at(hour), shares })));
        const { coefficients } = await open.settlement.contextOf("2026-06-13", { ...community, policy: external });
        const [ann, ben] = coefficients?.[0]?.members ?? [];
        expect([ann?.share[7], ben?.share[23]]).toEqual([sets[7]?.ann, sets[23]?.ben]);
      },
    ),
    { numRuns: 1 },
  );
});
