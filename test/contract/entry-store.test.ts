import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { accounts } from "../../hub/ledger/account.ts";
import type { EntryStore } from "../../hub/ledger/entry-store.ts";
import { memoryEntryStore } from "../../hub/store/memory/entry-store.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteEntryStore } from "../../hub/store/sqlite/entry-store.ts";
import { EpochMs } from "../../hub/units.ts";
import { settledEntry } from "../ledger/settled-entry.ts";

const adapters: Readonly<Record<string, () => EntryStore>> = {
  memory: memoryEntryStore,
  sqlite: () => sqliteEntryStore(openBooks(join(mkdtempSync(join(tmpdir(), "millrace-books-")), "books.db"))),
};

describe.each(Object.entries(adapters))("entry store: %s", (_name, open) => {
  let store: EntryStore;
  beforeEach(() => {
    store = open();
  });

  test("an entry comes back as it was booked, and booking it again changes nothing", async () => {
    const first = settledEntry("2026-06-13.1", { "plant:a": -100, "member:m:used": 60, grid: 40 });
    expect(await store.append(first)).toBe("created");
    expect(await store.append({ ...first, booked_ms: EpochMs(2000) })).toBe("exists");
    expect((await store.byId(first.id))?.entry).toEqual(first);
    expect(await store.byId("2026-06-13.2")).toBeUndefined();
    expect(await store.days()).toEqual(["2026-06-13"]);
  });

  test("the same id with other content is a conflict and changes nothing", async () => {
    await store.append(settledEntry("2026-06-13.1", { "plant:a": -100, grid: 100 }));
    await expect(store.append(settledEntry("2026-06-13.1", { "plant:a": -99, grid: 99 }))).rejects.toMatchObject({
      code: "ENTRY_CONFLICT",
    });
    expect(await store.balances()).toEqual([
      { account: "grid", balance_mwh: 100 },
      { account: "plant:a", balance_mwh: -100 },
    ]);
  });

  test.each([
    ["unbalanced", { "plant:a": -100, grid: 99 }, {}],
    ["a zero line", {}, { postings: [{ account: accounts.grid, amount_mwh: 0 as never }] }],
    ["a fraction", {}, { postings: [{ account: accounts.grid, amount_mwh: 0.5 as never }] }],
  ])("%s is refused whole", async (_case, amounts, more) => {
    await expect(store.append(settledEntry("2026-06-13.1", amounts, more))).rejects.toThrow();
    expect(await store.days()).toEqual([]);
    expect(await store.balances()).toEqual([]);
  });

  test("balances at any time, days and the newest entries", async () => {
    await store.append(settledEntry("2026-06-14.1", { "plant:a": -10, grid: 10 }, { booked_ms: EpochMs(2000) }));
    await store.append(settledEntry("2026-06-13.1", { "plant:a": -5, grid: 5 }, { booked_ms: EpochMs(3000) }));
    await store.append(
      settledEntry("2026-06-14.2", { "plant:a": 1, grid: -1 }, { booked_ms: EpochMs(4000), corrects: "2026-06-14.1" }),
    );
    const grid = async (at?: number) =>
      (await store.balances(at === undefined ? undefined : EpochMs(at))).find(({ account }) => account === "grid")
        ?.balance_mwh;
    expect([await grid(1999), await grid(2000), await grid(3500), await grid()]).toEqual([undefined, 10, 15, 14]);
    expect(await store.days()).toEqual(["2026-06-13", "2026-06-14"]);
    expect((await store.ofDay("2026-06-14")).map((one) => one.entry.id)).toEqual(["2026-06-14.1", "2026-06-14.2"]);
    expect((await store.newest(2)).map(({ id }) => id)).toEqual(["2026-06-14.2", "2026-06-13.1"]);
  });

  test("whatever is booked, all balances sum to zero", async () => {
    const amounts = fc.dictionary(
      fc.constantFrom("plant:a", "plant:b", "member:m:used", "member:n:used"),
      fc.integer(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(amounts, { maxLength: 6 }), async (all) => {
        const books = open();
        for (const [index, those] of all.entries()) {
          const rest = -Object.values(those).reduce((sum, amount) => sum + amount, 0);
          await books.append(settledEntry(`2026-06-13.${index + 1}`, { ...those, grid: rest }));
        }
        const balances = await books.balances();
        expect(balances.reduce((sum, { balance_mwh }) => sum + balance_mwh, 0)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

test("sqlite: the books refuse every change to what was booked", async () => {
  const db = openBooks(join(mkdtempSync(join(tmpdir(), "millrace-books-")), "books.db"));
  await sqliteEntryStore(db).append(settledEntry("2026-06-13.1", { "plant:a": -1, grid: 1 }));
  for (const change of [
    "UPDATE posting SET amount_mwh = 2",
    "DELETE FROM posting",
    "UPDATE entry SET day = '2026-06-14'",
    "DELETE FROM entry",
  ]) {
    expect(() => db.exec(change), change).toThrow(/append-only/);
  }
});
