import fc from "fast-check";
import { expect, test } from "vitest";
import { AccountId, accountKinds, accountParts, accounts } from "../../hub/ledger/account.ts";
import { Amount, communityUnit, formatAmount, MWH } from "../../hub/ledger/ledger-unit.ts";

test.each([
  ["pool", "pool", undefined],
  ["grid", "grid", undefined],
  ["losses", "losses", undefined],
  ["outside", "outside", undefined],
  ["rounding", "rounding", undefined],
  ["fund", "fund", undefined],
  ["plant:roof-a", "plant", "roof-a"],
  ["machine:mill", "machine", "mill"],
  ["own-use", "ownUse", undefined],
  ["member:ann:own", "memberOwn", "ann"],
  ["member:ann:used", "memberUsed", "ann"],
  ["member:ann:credit", "memberCredit", "ann"],
])("%s is an account of the kind %s", (account, kind, owner) => {
  expect(accountParts(account)).toMatchObject({ kind, owner });
  expect(AccountId(account)).toBe(account);
});

test.each([
  "",
  "pools",
  "plant:",
  "plant:a:b",
  "member:ann",
  "member::credit",
  "member:ann:credits",
  "member:a b:used",
  "Pool",
  "machine:-x",
])("%j is no account", (text) => {
  expect(accountParts(text)).toBeUndefined();
  expect(() => AccountId(text)).toThrow(expect.objectContaining({ code: "ENTRY_INVALID" }));
});

test("every maker makes an account of a kind, and only a member's credit is held, limited and spent", () => {
  const made = Object.values(accounts).map((one) => (typeof one === "string" ? one : one("x")));
  expect(new Set(made.map((account) => accountParts(account)?.kind))).toEqual(new Set(Object.keys(accountKinds)));
  const spendable = made.filter((account) => accountParts(account)?.rules.isSpendable);
  expect(spendable).toEqual(["member:x:credit"]);
  expect(made.filter((account) => accountParts(account)?.rules.isHeld)).toEqual(spendable);
});

test.each([
  [0, 2, "0.00 acorn"],
  [5, 2, "0.05 acorn"],
  [-5, 2, "-0.05 acorn"],
  [1250, 2, "12.50 acorn"],
  [-1250, 0, "-1250 acorn"],
  [Number.MAX_SAFE_INTEGER, 6, "9007199254.740991 acorn"],
])("%d in a unit of %d decimals is written %s", (amount, decimals, text) => {
  expect(formatAmount(amount, communityUnit("acorn", decimals))).toBe(text);
});

test("no two amounts are written alike", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (amount) => {
      const [digits = ""] = formatAmount(amount, MWH).split(" ");
      expect(Number(digits.replace(".", ""))).toBe(amount === 0 ? 0 : amount);
    }),
  );
});

test.each([0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])("%d is no amount", (value) => {
  expect(() => Amount(value)).toThrow(RangeError);
});

test.each([
  ["mWh", 6],
  ["ms", 0],
  ["kWh", 0],
  ["Acorn", 0],
  ["an acorn", 0],
  ["acorn", 7],
  ["acorn", -1],
  ["acorn", 0.5],
])("there can be no unit %s of %d decimals", (name, decimals) => {
  expect(() => communityUnit(name, decimals)).toThrow(expect.objectContaining({ code: "ENTRY_INVALID" }));
});
