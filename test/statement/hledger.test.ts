import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtInUnits } from "../../hub/ledger/ledger-unit.ts";
import { formatHledger } from "../../hub/statement/format-hledger.ts";
import type { Journal, JournalScope } from "../../hub/statement/journal.ts";
import { need } from "../requirements.ts";
import { OCTOBER, openOctober } from "./october.ts";

const YEAR = { first: "2026-01-01", last: "2026-12-31" };

let october: Awaited<ReturnType<typeof openOctober>>;
beforeAll(async () => {
  october = await openOctober();
}, 60_000);
afterAll(() => october[Symbol.asyncDispose]());

/** Run the real hledger on a journal. @throws when it refuses */
function hledger(journal: string, ...words: readonly string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-hledger-")), "books.journal");
  writeFileSync(path, journal);
  return execFileSync("hledger", ["-f", path, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Balances as hledger has them, in whole mWh, by account. */
function balancesOf(journal: string): Record<string, number> {
  const rows = hledger(journal, "balance", "--flat", "--empty", "--no-total", "-O", "csv").trim().split("\n").slice(1);
  return Object.fromEntries(
    rows.map((row) => {
      const [account = "", amount = ""] = row.split(",").map((cell) => cell.replaceAll('"', ""));
      return [account, Number(amount.replace(" kWh", "").replace(".", ""))];
    }),
  );
}

const checks = ["--strict", "ordereddates"];

describe.skipIf(!need("hledger"))("hledger (needs hledger)", () => {
  test("accepts the year of the whole community, and has the ledger's balances", async () => {
    const journal = formatHledger(await october.statements.journal({ kind: "community" }, YEAR));
    hledger(journal, "check", ...checks);
    const ledger = (await october.stores.entries.balances()).map(({ account, balance_mwh }) => [account, balance_mwh]);
    expect(balancesOf(journal)).toEqual(Object.fromEntries(ledger));
    expect(journal.match(/ = /g)).toHaveLength(4 * 5);
  });

  test.each<[string, JournalScope, string]>([
    ["a member", { kind: "member", member: "ben" }, "member:ben:used"],
    ["a plant", { kind: "plant", plant: "roof" }, "plant:roof"],
  ])("accepts the journal of %s, with what stood before and what stands after", async (_name, scope, account) => {
    const journal = formatHledger(await october.statements.journal(scope, OCTOBER));
    hledger(journal, "check", ...checks);
    const community = formatHledger(await october.statements.journal({ kind: "community" }, OCTOBER));
    expect(balancesOf(journal)[account]).toBe(balancesOf(community)[account]);
    expect(journal).not.toMatch(scope.kind === "member" ? /member:ann|plant:/ : /member:/);
  });

  test("a changed amount breaks a balance or an assertion", async () => {
    const journal = formatHledger(await october.statements.journal({ kind: "member", member: "ben" }, OCTOBER));
    const amount = /member:ben:used +(\d+\.\d{6}) kWh\n {4}others/.exec(journal)?.[1] ?? "";
    expect(() => hledger(journal.replaceAll(amount, "9.999999"), "check")).toThrow(/balance assertion/);
    expect(() => hledger(journal.replace(amount, "9.999999"), "check")).toThrow(/could not balance|unbalanced/);
  });

  test("a community unit is a commodity of its own, and several months are asserted one by one", async () => {
    const ben = "member:ben:credit" as never;
    const transaction = { what: "a; b", corrects: null, booked_ms: 0 as never, digest: "d" } as const;
    const journal: Journal = {
      community: "A\nstreet; or two",
      time_zone: "UTC",
      scope: { kind: "member", member: "ben" },
      period: { first: "2026-01-15", last: "2026-03-02" },
      units: builtInUnits,
      opening: [{ account: ben, unit: "acorn-2" as never, amount: -3 }],
      transactions: [
        {
          ...transaction,
          date: "2026-01-31",
          id: "x",
          postings: [{ account: ben, unit: "acorn-2" as never, amount: 5 }],
        },
        {
          ...transaction,
          date: "2026-03-01",
          id: "y",
          postings: [{ account: ben, unit: "mWh" as never, amount: -1 }],
        },
      ],
    };
    const text = formatHledger(journal);
    hledger(text, "check", ...checks);
    expect(text.match(/\* balances/g)).toHaveLength(3);
    expect(text).toContain('2026-02-28 * balances\n    member:ben:credit  0. "acorn-2" = 2. "acorn-2"');
    expect(text).toMatch(/2026-03-02 \* balances\n.*\n.*0\.000000 kWh = -0\.000001 kWh/);
  });

  test("a period without anything is a journal too", async () => {
    const journal = await october.statements.journal(
      { kind: "community" },
      { first: "2025-01-01", last: "2025-12-31" },
    );
    hledger(formatHledger(journal), "check", ...checks);
    expect(journal.transactions).toEqual([]);
  });
});

test("whoever is in no book is refused", async () => {
  const { journal } = october.statements;
  await expect(journal({ kind: "member", member: "eve" }, OCTOBER)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(journal({ kind: "plant", plant: "ben" }, OCTOBER)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
