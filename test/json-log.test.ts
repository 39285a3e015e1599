import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { expect, test } from "vitest";
import { createJsonLog } from "../hub/json-log.ts";
import { openStores } from "../hub/store/sqlite/open-stores.ts";
import { startHubProcess } from "./crash/hub-process.ts";

function logInto(level: Parameters<typeof createJsonLog>[0]) {
  const lines: string[] = [];
  return { lines, log: createJsonLog(level, { write: (line) => lines.push(line) }) };
}

test("one JSON object a line, with its level, its time and one sentence", () => {
  const { lines, log } = logInto("info");
  log.warn({ device: "roof" }, "silent since noon");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    level: 40,
    time: expect.any(Number),
    device: "roof",
    msg: "silent since noon",
  });
});

test.each([
  ["debug", 4],
  ["info", 3],
  ["warn", 2],
  ["error", 1],
  ["silent", 0],
] as const)("level %s writes %i of four lines", (level, count) => {
  const { lines, log } = logInto(level);
  for (const kind of ["debug", "info", "warn", "error"] as const) log[kind]({}, kind);
  expect(lines).toHaveLength(count);
});

test("fields with the names of secrets are withheld, also one level down", () => {
  const { lines, log } = logInto("debug");
  const secrets = { password: "s3cret", secret: "s3cret", token: "s3cret", payload: Buffer.from("s3cret") };
  log.error({ ...secrets, login: secrets, headers: { authorization: "Bearer s3cret" } }, "a mistake of ours");
  expect(lines.join("")).not.toMatch(/s3cret|115,51,99/);
  expect(lines.join("")).toContain("[withheld]");
});

/** One connection, from CONNECT to its end; whatever the hub makes of it. */
async function connectOnce(
  port: number,
  login: { readonly username?: string; readonly password?: string; readonly clientId?: string },
  messages: readonly { readonly topic: string; readonly payload: string | Buffer }[] = [],
): Promise<"welcome" | "refused"> {
  const client = mqtt.connect({ host: "127.0.0.1", port, reconnectPeriod: 0, protocolVersion: 4, ...login });
  const outcome = await new Promise<"welcome" | "refused">((resolve) => {
    client.once("connect", () => resolve("welcome"));
    client.once("error", () => resolve("refused"));
    client.once("close", () => resolve("refused"));
  });
  client.on("error", () => {});
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  if (outcome === "welcome") {
    const published = messages.map(({ topic, payload }) => client.publishAsync(topic, payload, { qos: 1 }));
    // A refused publish ends the connection instead of being acknowledged.
    await Promise.race([Promise.allSettled(published), closed]);
  }
  await client.endAsync(true);
  return outcome;
}

test("a hub at level debug tells who came and what went wrong, and neither password nor payload", async () => {
  const data = mkdtempSync(join(tmpdir(), "millrace-log-"));
  const stores = await openStores(data, { windowMs: 0 });
  const { password } = await stores.credentials.issue("roof", ["roof"]);
  await stores.close();
  const config = join(data, "millrace.yaml");
  writeFileSync(
    config,
    "mqtt: { port: 0 }\nweb: { port: 0 }\nstorage: { commit_window_ms: 10 }\nlog: { level: debug }\n",
  );
  const hub = startHubProcess({ data, config });
  const running = await hub.ready();
  const port = running?.mqtt.port ?? 0;

  const secrets = {
    wrong: "wrong-pass-5b1f",
    foreign: "foreign-pass-77aa",
    text: "payload-text-c0ffee",
    value: "4242424242.5",
    binary: "binary-secret-9d",
    api: "api-secret-31337",
    steward: readFileSync(join(data, "steward.token"), "utf8").trim(),
  };
  const readings = (payload: string | Buffer) => ({ topic: "readings/roof", payload });
  expect(
    await connectOnce(port, { username: "roof", password, clientId: "roof-1" }, [
      readings(`[{"n":"active_power","u":"W","v":${secrets.value}}]`),
      readings(`{"${secrets.text}`),
      readings(Buffer.from(`\xff\xfe${secrets.binary}`, "latin1")),
      readings(`[{"n":"active_power","u":"${secrets.text}","v":1}]`),
    ]),
  ).toBe("welcome");
  const elsewhere = { topic: "readings/cellar", payload: secrets.text };
  expect(await connectOnce(port, { username: "roof", password, clientId: "roof-2" }, [elsewhere])).toBe("welcome");
  const tooLarge = readings(Buffer.alloc(300_000, secrets.binary));
  expect(await connectOnce(port, { username: "roof", password, clientId: "roof-3" }, [tooLarge])).toBe("welcome");
  expect(await connectOnce(port, { username: "roof", password: secrets.wrong })).toBe("refused");
  expect(await connectOnce(port, { username: "nobody", password: secrets.foreign })).toBe("refused");
  expect(await connectOnce(port, {})).toBe("refused");
  await new Promise<void>((resolve) => {
    const socket = connectSocket(port, "127.0.0.1", () => socket.write(`GET /${secrets.text} HTTP/1.1\r\n\r\n`));
    socket.on("close", () => resolve()).on("error", () => {});
  });
  const url = `${running?.web?.url}/api/quarantine/replay`;
  for (const token of [secrets.api, secrets.steward]) {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    for (const body of [`{"ids":["${secrets.api}"]}`, `{"${secrets.api}`, "{}"]) {
      await fetch(url, { method: "POST", headers, body });
    }
  }
  hub.signal("SIGTERM");
  await hub.ended();

  const log = hub.errors();
  expect(log).toMatch(/"credential":"roof"/);
  expect(log).toMatch(/connection refused/);
  expect(log).toMatch(/publish refused/);
  for (const line of log.trim().split("\n")) expect(() => JSON.parse(line), line).not.toThrow();
  const forms = [password, ...Object.values(secrets)].flatMap((secret) => {
    const bytes = Buffer.from(secret);
    return [secret, bytes.toString("hex"), bytes.toString("base64").replace(/=+$/, ""), [...bytes].join(",")];
  });
  expect(forms.filter((form) => log.includes(form))).toEqual([]);
  // Nor what the hub keeps of a password.
  expect(log).not.toMatch(/scrypt|salt|hash/i);
});
