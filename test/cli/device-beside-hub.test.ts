import { afterEach, beforeEach, expect, test } from "vitest";
import { eastronSdm630 } from "../../hub/decode/profiles/eastron-sdm630.ts";
import { type ModbusTcpServer, serveModbusTcp } from "../../hub/demo/devices/modbus-server.ts";
import { registerImage } from "../../hub/demo/devices/register-image.ts";
import { type OpenHub, openHub } from "../api/open-hub.ts";
import { until } from "../intake/until.ts";
import { runMillrace } from "./run-millrace.ts";

let server: ModbusTcpServer;
let open: OpenHub;
beforeEach(async () => {
  const points = Object.keys(eastronSdm630.points);
  const values = { ...Object.fromEntries(points.map((key) => [key, 1])), "voltage/l1": 231, frequency: 50 };
  const meter = registerImage(eastronSdm630, { values: { ...values, "voltage/l2": 230, "voltage/l3": 229 } });
  // One slot for a connection, as many inverters have: two that ask it cannot both be right.
  const units = new Map([[1, meter]]);
  server = await serveModbusTcp({ host: "127.0.0.3", port: 0, units, strangers: "gateway", maxConnections: 1 });
  open = await openHub();
});
afterEach(async () => {
  await open[Symbol.asyncDispose]();
  await server.close();
});

interface Row {
  readonly device: string;
  readonly state: string | null;
  readonly readings: number;
}

const rowOf = async (device: string): Promise<Row | undefined> => {
  const reply = await fetch(`${open.url}/api/devices`);
  return ((await reply.json()) as readonly Row[]).find((row) => row.device === device);
};

test("the running hub takes up what is added, does the asking, and lets go of what is removed", async () => {
  const run = (...words: readonly string[]) => runMillrace("device", ...words, "--data", open.config.data);
  const words = ["--profile", "eastron-sdm630", "--host", "127.0.0.3", "--port", String(server.port)];
  const added = await run("add", "cellar", ...words, "--yes");
  expect(added).toMatchObject({ code: 0, error: "" });
  expect(added.out).toContain("cellar is saved; the running hub takes it up within seconds.");
  await until(async () => {
    const row = await rowOf("cellar");
    return row?.state === "answering" && row.readings > 0;
  }, "readings of the device added");
  // The hub has the only connection now, and asks on it.
  const tried = await run("try", "cellar");
  expect(tried).toMatchObject({ code: 0, error: "" });
  expect(tried.out).toMatch(/voltage\/l1 +231 +V/);
  expect((await run("list")).out).toMatch(/cellar +eastron-sdm630 .* registry +answering +\d{4}-/);
  expect((await run("try", "cellar", ...words, "--unit", "9")).error).toContain("[DEVICE_SILENT]");
  expect((await run("remove", "cellar")).code).toBe(0);
  await until(async () => (await rowOf("cellar"))?.state === null, "that the hub lets go");
  expect((await rowOf("cellar"))?.readings).toBeGreaterThan(0);
});

test("the running hub looks for devices", async () => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${open.hub.stewardToken}` };
  const body = JSON.stringify({ subnet: "127.0.0.3", ports: [server.port], units: [1, 2] });
  const begun = await fetch(`${open.url}/api/scan`, { method: "POST", headers, body });
  expect(begun.status).toBe(202);
  const look = async () =>
    (await (await fetch(`${open.url}/api/scan`)).json()) as { readonly state: string; readonly findings: unknown };
  await until(async () => (await look()).state !== "running", "the end of the scan");
  expect(await look()).toMatchObject({
    state: "done",
    findings: [
      {
        modbus: { host: "127.0.0.3", port: server.port, unit: 1 },
        profiles: expect.arrayContaining(["eastron-sdm630"]),
      },
    ],
  });
});
