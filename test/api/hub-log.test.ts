import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openCheckpoint } from "../../hub/ledger/checkpoint.ts";
import { openHub } from "./open-hub.ts";

test("a hub makes its key when somebody first asks for a checkpoint, and signs what is booked through it", async () => {
  await using open = await openHub();
  const ask = async (path: string) => (await fetch(`${open.url}${path}`)).text();
  const send = (path: string, body: object) =>
    fetch(`${open.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${open.hub.stewardToken}` },
      body: JSON.stringify(body),
    });
  const sizeNow = async () => {
    const opened = openCheckpoint(await ask("/api/log/checkpoint"), (await ask("/api/log/key")).trim());
    return "refused" in opened ? opened.refused : opened.size;
  };
  expect(await sizeNow()).toBe(0);
  expect(statSync(join(open.config.data, "ledger-key")).mode & 0o777).toBe(0o600);
  await send("/api/units", { name: "acorn", decimals: 2 });
  const postings = [
    { account: "fund", unit: "acorn", amount: 100 },
    { account: "outside", unit: "acorn", amount: -100 },
  ];
  expect((await send("/api/bookings", { id: "issue-1", reason: "issue", postings })).status).toBe(201);
  expect(await sizeNow()).toBe(1);
  expect(JSON.parse(await ask("/api/entries/issue-1/proof"))).toMatchObject({ index: 0, path: [] });
  expect(JSON.parse(await ask("/api/accounts/fund/balance?unit=acorn"))).toMatchObject({ posted: 100 });
});
