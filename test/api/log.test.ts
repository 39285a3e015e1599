import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCheckpoint } from "../../hub/ledger/checkpoint.ts";
import { verifyConsistency } from "../../hub/ledger/merkle-proof.ts";
import { openApi, signingKey } from "./open-api.ts";

const DAY_ENTRY = "2026-06-13.1";

let api: Awaited<ReturnType<typeof openApi>>;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const textOf = async (url: string) => api.app.inject({ url, headers: { host: "localhost" } });
const checkpoint = async (): Promise<string> => (await textOf("/api/log/checkpoint")).body;
const sizeOf = (note: string): number => {
  const opened = openCheckpoint(note, signingKey.verifierKey);
  if ("refused" in opened) throw new Error(opened.refused);
  return opened.size;
};
const book = (id: string) =>
  api.send("POST", "/api/bookings", {
    ...{ id, reason: "issue" },
    postings: [
      { account: "member:ann:credit", unit: "mWh", amount: 5 },
      { account: "outside", unit: "mWh", amount: -5 },
    ],
  });

/** As a member does it: the hub's own program in an empty folder, and files. */
async function runVerifier(files: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-proof-"));
  const verifier = await textOf("/api/log/verifier");
  expect(verifier.headers["content-disposition"]).toBe('attachment; filename="verify-proof.mjs"');
  for (const [name, content] of Object.entries({ ...files, "verify-proof.mjs": verifier.body }))
    writeFileSync(join(folder, name), content);
  const run = promisify(execFile)(process.execPath, ["verify-proof.mjs", ...words], { cwd: folder });
  const { stdout } = await run.catch((refused: unknown) => refused as { readonly stdout: string });
  return stdout;
}

test("the checkpoint is a signed note, and is signed anew only when something was booked", async () => {
  const reply = await textOf("/api/log/checkpoint");
  expect(reply.headers["content-type"]).toBe("text/plain; charset=utf-8");
  expect(sizeOf(reply.body)).toBe(1);
  expect(await checkpoint()).toBe(reply.body);
  await book("one");
  expect(sizeOf(await checkpoint())).toBe(2);
  const { body } = await api.get("/api/log/checkpoints");
  expect(body).toEqual({
    checkpoints: [
      { size: 2, note: await checkpoint() },
      { size: 1, note: reply.body },
    ],
    next: null,
  });
  const { body: page } = await api.get("/api/log/checkpoints?limit=1");
  expect((await api.get(`/api/log/checkpoints?limit=1&below=${page.next}`)).body.checkpoints[0].size).toBe(1);
  expect((await textOf("/api/log/key")).body).toBe(`${signingKey.verifierKey}\n`);
});

test("a newer checkpoint is shown to continue an older one", async () => {
  const older = openCheckpoint(await checkpoint(), signingKey.verifierKey);
  for (const id of ["one", "two", "three", "four"]) await book(id);
  const newer = openCheckpoint(await checkpoint(), signingKey.verifierKey);
  if ("refused" in older || "refused" in newer) throw new Error("not signed");
  const { body } = await api.get(`/api/log/consistency?from=${older.size}&to=${newer.size}`);
  const path = body.path.map((hash: string) => Buffer.from(hash, "base64"));
  const claim = { older: older.size, olderRoot: older.root, newer: newer.size, newerRoot: newer.root, path };
  expect(verifyConsistency(claim)).toBe(true);
  expect(verifyConsistency({ ...claim, olderRoot: newer.root })).toBe(false);
  expect((await api.get("/api/log/consistency?from=0&to=3")).body.path).toEqual([]);
  for (const sizes of ["from=3&to=2", "from=1&to=99"])
    expect(await api.get(`/api/log/consistency?${sizes}`)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
});

test("a member proves the own column and an entry without the hub, and demands the kept checkpoint", async () => {
  const kept = await checkpoint();
  await book("one");
  const proof = await textOf(`/api/entries/${DAY_ENTRY}/proof?member=ann&from=${sizeOf(kept)}`);
  expect(proof.statusCode, proof.body).toBe(200);
  expect(proof.headers["content-disposition"]).toBe(`attachment; filename="proof-${DAY_ENTRY}.json"`);
  expect(proof.body).not.toContain('"ben"');
  const words = ["proof.json", "--key", signingKey.verifierKey, "--older", "older.txt"];
  const said = await runVerifier({ "proof.json": proof.body, "older.txt": kept }, ...words);
  expect(said).toContain("The column of ann on 2026-06-13, version 1, is one of the 2 behind that entry");
  expect(said).toContain("The 1 entries of your older checkpoint stand unchanged at its beginning.");
  expect(said).toMatch(/Everything above holds\.\n$/);
  const forged = proof.body.replace("millrace-1", "millrace-2");
  expect(await runVerifier({ "proof.json": forged, "older.txt": kept }, ...words)).toMatch(
    /^REFUSED: the entry is NOT/,
  );
});

test("a movement is proved like a day", async () => {
  await book("one");
  const { body } = await api.get("/api/entries/one/proof");
  expect(body).toMatchObject({ format: "millrace-proof-1", index: 1, key: signingKey.verifierKey });
  expect(JSON.parse(body.leaf).said).toMatchObject({ id: "one", by: { name: "steward", role: "steward" } });
  expect(await runVerifier({ "proof.json": JSON.stringify(body) }, "proof.json")).toContain("Everything above holds.");
});

test.each([
  "/api/entries/nothing/proof",
  `/api/entries/${DAY_ENTRY}/proof?member=nobody`,
  `/api/entries/${DAY_ENTRY}/proof?from=99`,
])("%s is not there, and says why", async (url) => {
  expect(await api.get(url)).toMatchObject({ status: 404, body: { remedy: expect.stringMatching(/\.$/) } });
});
