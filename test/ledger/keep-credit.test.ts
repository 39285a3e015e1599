import { expect, test } from "vitest";
import { accounts } from "../../hub/ledger/account.ts";
import { declareUnits, tendCredit } from "../../hub/ledger/keep-credit.ts";
import { MWH } from "../../hub/ledger/ledger-unit.ts";
import type { Movement } from "../../hub/ledger/movement.ts";
import { rulesOfCommunity } from "../../hub/ledger/rules-of-community.ts";
import type { Community } from "../../hub/members/community.ts";
import { memoryLedger } from "../../hub/store/memory/ledger.ts";
import { DAY, EpochMs } from "../../hub/units.ts";
import { acorn, ann, ben, hold, issue, steward, transfer } from "./movements.ts";

const street: Community = {
  name: "Mill Street",
  time_zone: "Europe/Vienna",
  interval_minutes: 15,
  members: [{ id: "ann" }, { id: "ben" }],
  metering_points: [],
  policy: {
    name: "banked",
    tiers: [{ weight: { kind: "fixed", shares: { ann: "1/2", ben: "1/2" } } }],
    surplus: "bank_as_credit",
    credit: { expires_after_months: 2, order: "oldest_first" },
  },
  ledger: {
    units: [{ name: "acorn", decimals: 2 }],
    limits: [{ name: "trust", unit: "acorn", formula: { kind: "fixed", amount: 500 } }],
  },
};
const at = (day: string) => EpochMs(Date.parse(`${day}T12:00:00Z`));

test("units and credit lines of the community's document are in force, and a unit keeps its scale", async () => {
  const ledger = memoryLedger();
  await declareUnits(ledger, street, at("2026-01-01"));
  await declareUnits(ledger, street, at("2026-01-02"));
  const rules = rulesOfCommunity(street);
  const [within, beyond] = await ledger.append([transfer("t1", ann, ben, 500), transfer("t2", ann, ben, 1)], {
    now: at("2026-01-03"),
    rules,
  });
  expect(within?.outcome).toBe("created");
  expect(beyond).toMatchObject({ outcome: "refused", refusal: { code: "LIMIT_EXCEEDED" } });

  const rescaled = { ...street, ledger: { units: [{ name: "acorn", decimals: 3 }], limits: [] } };
  await expect(declareUnits(ledger, rescaled, at("2026-01-04"))).rejects.toMatchObject({ code: "UNIT_CONFLICT" });
});

test("a round ends holds whose time is over and lets old credit lapse into the fund, each once", async () => {
  const ledger = memoryLedger();
  await declareUnits(ledger, street, at("2026-01-01"));
  const banked: Movement = {
    ...{ kind: "booking", id: "b1", by: steward, reason: "test" },
    postings: [
      { account: ann, unit: MWH.name, amount: 3_000 },
      { account: accounts.outside, unit: MWH.name, amount: -3_000 },
    ],
  };
  const said = [issue("i1", ann, 100), hold("h1", ann, ben, 40, DAY), banked];
  const outcomes = await ledger.append(said, { now: at("2026-01-10"), rules: { limits: [] } });
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["created", "created", "created"]);

  expect(await tendCredit(ledger, street, at("2026-01-11"))).toEqual({ expired: 1, lapsed: 0 });
  expect(await ledger.balance({ account: ann, unit: acorn.name })).toMatchObject({ posted: 100, available: 100 });
  expect(await tendCredit(ledger, street, at("2026-06-01"))).toEqual({ expired: 0, lapsed: 1 });
  expect(await tendCredit(ledger, street, at("2026-06-02"))).toEqual({ expired: 0, lapsed: 0 });
  expect((await ledger.balance({ account: ann, unit: MWH.name })).posted).toBe(0);
  expect((await ledger.balance({ account: accounts.fund, unit: MWH.name })).posted).toBe(3_000);
  // Only banked energy has a last month; a unit of the community stays.
  expect((await ledger.balance({ account: ann, unit: acorn.name })).posted).toBe(100);
});

test("before there is a community, holds end all the same", async () => {
  expect(await tendCredit(memoryLedger(), undefined, at("2026-01-01"))).toEqual({ expired: 0, lapsed: 0 });
});
