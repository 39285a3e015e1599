import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addressLines } from "../../hub/cli/address-lines.ts";
import { openHub } from "../api/open-hub.ts";
import { runMillrace } from "./run-millrace.ts";

const hub = { web: { url: "http://127.0.0.1:8080" }, stewardToken: "secret" };

test.each([
  [
    "a terminal",
    { isTTY: true },
    ["Open http://127.0.0.1:8080", "Stewards open it as http://127.0.0.1:8080/#token=secret"],
  ],
  ["a log of systemd", {}, ["Open http://127.0.0.1:8080"]],
  ["a file", { isTTY: false }, ["Open http://127.0.0.1:8080"]],
])("the steward's address goes to a terminal alone: %s", (_name, output, lines) => {
  expect(addressLines(hub, output)).toEqual(lines);
});

test("without pages there is no address", () => {
  expect(addressLines({ ...hub, web: undefined }, { isTTY: true })).toEqual([
    "Open nothing: the pages are switched off",
  ]);
});

test("before there is a hub the token is made, for this user alone, and stays", async () => {
  const data = mkdtempSync(join(tmpdir(), "millrace-token-"));
  const first = await runMillrace("token", "--data", data);
  expect(first).toMatchObject({ code: 0, error: expect.stringContaining("No hub runs in this folder") });
  expect(first.out).toBe(readFileSync(join(data, "steward.token"), "utf8"));
  expect(statSync(join(data, "steward.token")).mode & 0o777).toBe(0o600);
  expect((await runMillrace("token", "--data", data)).out).toBe(first.out);
  expect(await runMillrace("token", "now", "--data", data)).toMatchObject({
    code: 1,
    error: expect.stringContaining("takes no words"),
  });
});

test("beside a running hub the page's address comes with it, and the hub takes it", async () => {
  await using open = await openHub();
  const { out, error } = await runMillrace("token", "--data", open.config.data);
  expect(error).toBe(`Stewards open the page as ${open.url}/#token=${open.hub.stewardToken}\n`);
  const replay = (authorization: string) =>
    fetch(`${open.url}/api/quarantine/replay`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization },
      body: "{}",
    });
  expect((await replay(`Bearer ${out.trim()}`)).status).toBe(200);
  expect((await replay("Bearer other")).status).toBe(401);
});
