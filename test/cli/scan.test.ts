import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { proposeDevices, writeDevicesYaml } from "../../hub/cli/device-yaml.ts";
import { plainText, textTable } from "../../hub/cli/text-table.ts";
import { parseUnitRanges } from "../../hub/cli/unit-ranges.ts";
import { parseConfig } from "../../hub/config/load.ts";
import { eastronSdm630 } from "../../hub/decode/profiles/eastron-sdm630.ts";
import { serveModbusTcp } from "../../hub/demo/devices/modbus-server.ts";
import { registerImage } from "../../hub/demo/devices/register-image.ts";
import type { ScanFinding } from "../../hub/members/device-finder.ts";
import { runMillrace } from "./run-millrace.ts";

const meter = registerImage(eastronSdm630, {
  values: { "voltage/l1": 231, "voltage/l2": 230, "voltage/l3": 229, frequency: 50, active_power: 100 },
});
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serveMeters(units: readonly number[]): Promise<string> {
  const server = await serveModbusTcp({
    ...{ host: "127.0.0.4", port: 0, strangers: "gateway" },
    units: new Map(units.map((unit) => [unit, meter])),
  });
  closing.push(server.close);
  return String(server.port);
}

describe("millrace scan", () => {
  test("a table, and devices that a config file takes as they are", async () => {
    const port = await serveMeters([1, 7]);
    const { code, out, error } = await runMillrace(
      "scan",
      "--subnet",
      "127.0.0.0/29",
      "--port",
      port,
      "--units",
      "1-7",
    );
    expect({ code, error }).toEqual({ code: 0, error: "2 found.\n" });
    expect(out).toMatch(new RegExp(`127.0.0.4:${port} +7 .*eastron-sdm630`));
    const yaml = out.slice(out.indexOf("devices:"));
    expect(parse(yaml).devices[0]).toMatchObject({
      ...{
        id: "eastron-sdm630-1",
        profile: "eastron-sdm630",
        modbus: { host: "127.0.0.4", port: Number(port), unit: 1 },
      },
    });
    expect(parseConfig(yaml, "found.yaml").devices.map(({ id }) => id)).toEqual([
      "eastron-sdm630-1",
      "eastron-sdm630-2",
    ]);
  });

  test("--json is for programs, and no folder is made", async () => {
    const port = await serveMeters([3]);
    const folder = mkdtempSync(join(tmpdir(), "millrace-scan-"));
    const words = ["--subnet", "127.0.0.4", "--port", port, "--units", "3", "--json", "--data", join(folder, "data")];
    const { code, out } = await runMillrace("scan", ...words);
    expect(code).toBe(0);
    const [found] = JSON.parse(out) as readonly ScanFinding[];
    expect(found?.modbus).toEqual({ host: "127.0.0.4", port: Number(port), unit: 3 });
    expect(found?.profiles[0]).toBe("eastron-sdm630");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("nothing found is a clear no", async () => {
    const { code, out } = await runMillrace("scan", "--subnet", "127.0.0.4", "--port", "1");
    expect(code).toBe(1);
    expect(out).toMatch(/^Nothing answered\./);
  });

  test("without a place it says what to give", async () => {
    const { code, out } = await runMillrace("scan");
    expect(code).toBe(0);
    expect(out).toMatch(/millrace scan --subnet \d+\.\d+\.\d+\.\d+\/\d+/);
    expect(out).toMatch(/serial port/);
  });

  test("Ctrl-C ends it with what was found", async () => {
    const asked = Promise.withResolvers<void>();
    const second = { readWord: () => void asked.resolve() };
    const units = new Map([[1, meter] as const, [2, second] as const]);
    const server = await serveModbusTcp({ host: "127.0.0.4", port: 0, units });
    closing.push(server.close);
    const launcher = join(import.meta.dirname, "../../hub/launch.mjs");
    const words = [launcher, "scan", "--subnet", "127.0.0.4", "--port", String(server.port), "--units", "1-200"];
    const scan = spawn(process.execPath, words);
    let out = "";
    scan.stdout.on("data", (bytes: Buffer) => {
      out += bytes.toString();
    });
    await asked.promise;
    scan.kill("SIGINT");
    const [code] = await new Promise<readonly [number | null]>((resolve) =>
      scan.once("close", (one) => resolve([one])),
    );
    expect(code).toBe(0);
    expect(out).toContain("eastron-sdm630-1");
  });

  test.each([
    [["--subnet", "10.0.0.0/8"], /too many to ask politely \[SCAN_TARGET_INVALID\]/],
    [["--serial", "/dev/no-such-port"], /no-such-port cannot be used \[SCAN_TARGET_INVALID\]/],
    [["--subnet", "127.0.0.4", "--units", "9-3"], /"9-3" is no range of unit ids \[COMMAND_ARGUMENT\]/],
    [["--subnet", "127.0.0.4", "--port", "mqtt"], /--port takes a number/],
    [["127.0.0.4"], /Write --subnet 127.0.0.4\./],
  ])("%j is refused", async (words, message) => {
    const { code, error } = await runMillrace("scan", ...words);
    expect(code).toBe(1);
    expect(error).toMatch(message);
  });
});

test.each([
  ["7", [7]],
  ["1-3,100", [1, 2, 3, 100]],
  ["0,255", [0, 255]],
  [" 1 , 2-2 ", [1, 2]],
])("unit ids %j", (text, units) => {
  expect(parseUnitRanges("scan", text)).toEqual(units);
});

test.each(["", "a", "3-1", "256", "1-256", "-1", "1,,2", "1.5"])("%j are no unit ids", (text) => {
  expect(() => parseUnitRanges("scan", text)).toThrow(/is no range of unit ids/);
});

test("a table has columns as wide as what stands in them, numbers to the right", () => {
  expect(
    textTable(
      ["name", ">unit", "x"],
      [
        ["a", "7", ""],
        ["longer", "100", "y"],
      ],
    ),
  ).toEqual(["name    unit  x", "a          7", "longer   100  y"]);
});

test("what a device sent cannot steer the terminal", () => {
  expect(plainText("\u001b[2JRoof\u0007 8.2\u202e")).toBe("[2JRoof 8.2");
});

describe("devices to paste", () => {
  const finding = (profiles: readonly string[], identity: ScanFinding["identity"] = {}): ScanFinding => ({
    ...{ modbus: { host: "10.0.0.1", port: 502, unit: 1 }, models: [], profiles, identity },
  });

  test("names are free ones, and what fits no profile is left out", () => {
    const proposed = proposeDevices([finding(["sunspec"]), finding([]), finding(["sunspec"])], ["sunspec-1"]);
    expect(proposed.map(({ device }) => device.id)).toEqual(["sunspec-2", "sunspec-3"]);
  });

  test("what a device says of itself stands above it and breaks no YAML", () => {
    const identity = { manufacturer: "Evil\n- id: x", model: "# M", serial: "1" };
    const yaml = writeDevicesYaml(proposeDevices([finding(["fronius", "sunspec"], identity), finding(["sunspec"])]));
    expect(yaml).toBe(
      [
        "devices:",
        "  # Evil - id: x # M serial 1; also fits sunspec",
        "  - { id: fronius-1, profile: fronius, modbus: { host: 10.0.0.1, port: 502, unit: 1 } }",
        "  - { id: sunspec-1, profile: sunspec, modbus: { host: 10.0.0.1, port: 502, unit: 1 } }",
      ].join("\n"),
    );
  });
});
