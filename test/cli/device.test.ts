import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AddOptions, checkNewDevice } from "../../hub/cli/add-device.ts";
import type { Questions } from "../../hub/cli/ask-questions.ts";
import { reachDevices } from "../../hub/cli/reach-device.ts";
import { commands, runCommand } from "../../hub/cli/run-command.ts";
import { parseConfig } from "../../hub/config/load.ts";
import type { RegisterProfile } from "../../hub/decode/profiles/device-profile.ts";
import { eastronSdm630 } from "../../hub/decode/profiles/eastron-sdm630.ts";
import { huaweiSun2000 } from "../../hub/decode/profiles/huawei-sun2000.ts";
import { type ModbusTcpServer, serveModbusTcp } from "../../hub/demo/devices/modbus-server.ts";
import { registerImage } from "../../hub/demo/devices/register-image.ts";
import { unitOfMoment } from "../../hub/demo/devices/simulated-unit.ts";
import type { Device } from "../../hub/members/device.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { need } from "../requirements.ts";
import { runMillrace } from "./run-millrace.ts";

/** Active power of the meter and of the inverter now, W, import positive. */
const power = { meter: 230, inverter: -3_000 };
/** Every point of a profile, so that nothing is asked for twice. */
const showing = (profile: RegisterProfile, values: Readonly<Record<string, number>>) => ({
  ...Object.fromEntries(Object.keys(profile.points).map((key) => [key, 1])),
  ...values,
});
let server: ModbusTcpServer;
let data: string;
beforeEach(async () => {
  data = join(mkdtempSync(join(tmpdir(), "millrace-device-")), "data");
  Object.assign(power, { meter: 230, inverter: -3_000 });
  const meter = unitOfMoment(() =>
    registerImage(eastronSdm630, {
      values: showing(eastronSdm630, {
        ...{ "voltage/l1": 231, frequency: 50, active_power: power.meter, active_energy_import: 12_345 },
      }),
    }),
  );
  const inverter = unitOfMoment(() =>
    registerImage(huaweiSun2000, {
      values: showing(huaweiSun2000, { active_power: power.inverter }),
      identity: { model: "SUN2000-8KTL", serial: "HV1" },
    }),
  );
  const units = new Map([
    [1, meter],
    [2, inverter],
  ]);
  server = await serveModbusTcp({ host: "127.0.0.6", port: 0, units, strangers: "gateway" });
});
afterEach(() => server.close());

const at = (unit: number) => ["--host", "127.0.0.6", "--port", String(server.port), "--unit", String(unit)];
const run = (...words: readonly string[]) => runMillrace("device", ...words, "--data", data);
const kept = async () => {
  const stores = await openStores(data, { windowMs: null });
  try {
    return (await stores.deviceDocuments.list()).map(({ device, by }) => ({ device, by }));
  } finally {
    await stores.close();
  }
};

describe("millrace device", () => {
  test("try reads live values without a folder", async () => {
    const { code, out } = await run("try", "--profile", "eastron-sdm630", ...at(1));
    expect(code).toBe(0);
    expect(out).toMatch(/^voltage\/l1 +231 +V$/m);
    expect(out).toMatch(/^active_power +230 +W$/m);
    expect(out).toMatch(/^active_energy_import +12345 +Wh$/m);
    expect(readdirSync(join(data, ".."))).toEqual([]);
  });

  test("added with --yes, listed, tried by its name, changed, removed", async () => {
    const added = await run("add", "cellar", "--profile", "eastron-sdm630", ...at(1), "--yes");
    expect(added.out).toMatch(/active_power +230 +W/);
    expect(added.out).toMatch(/cellar is saved; start the hub to read it\./);
    const modbus = { host: "127.0.0.6", port: server.port, unit: 1 };
    expect(await kept()).toEqual([{ device: { id: "cellar", profile: "eastron-sdm630", modbus }, by: "steward" }]);
    expect((await run("list")).out).toMatch(/cellar +eastron-sdm630 +127.0.0.6:\d+ unit 1 +registry/);
    expect((await run("try", "cellar")).out).toMatch(/active_power +230 +W/);
    await run("add", "cellar", "--profile", "eastron-sdm630", ...at(1), "--yes", "--turned", "--rated-w", "9000");
    expect(await kept()).toMatchObject([{ device: { id: "cellar", rated_w: 9_000, turned: true } }]);
    expect(await run("remove", "cellar")).toMatchObject({
      code: 0,
      out: "cellar is no longer read; its readings stay.\n",
    });
    expect(await kept()).toEqual([]);
    expect((await run("remove", "cellar")).code).toBe(1);
  });

  test("what does not answer is added only unseen", async () => {
    const silent = await run("add", "shed", "--profile", "eastron-sdm630", ...at(9), "--yes");
    expect(silent).toMatchObject({ code: 1, error: expect.stringContaining("[DEVICE_SILENT]") });
    const unseen = await run("add", "shed", "--profile", "eastron-sdm630", ...at(9), "--yes", "--unseen");
    expect(unseen.out).toMatch(/shed does not answer; it is saved unseen, as asked\./);
    expect(await kept()).toMatchObject([{ device: { id: "shed" } }]);
  });

  test("a device that speaks MQTT is told where it is heard and how it is let in", async () => {
    const { code, out } = await run("add", "plug1", "--dialect", "tasmota", "--topic", "plug1");
    expect(code).toBe(0);
    expect(out).toContain("millrace credential issue plug1");
    expect(out).toContain("tele/plug1/");
    expect(await kept()).toMatchObject([{ device: { id: "plug1", mqtt: { dialect: "tasmota", topic: "plug1" } } }]);
  });

  test("a device of the config file is left to it", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "millrace-config-")), "millrace.yaml");
    writeFileSync(file, "devices:\n  - { id: roof, profile: sunspec, modbus: { host: 127.0.0.6 } }\n");
    const words = ["--profile", "eastron-sdm630", ...at(1), "--yes", "--config", file];
    expect((await run("add", "roof", ...words)).error).toContain("[DEVICE_DECLARED]");
    expect((await run("remove", "roof", "--config", file)).error).toContain("[DEVICE_DECLARED]");
    expect((await run("list", "--config", file)).out).toMatch(/roof +sunspec +127.0.0.6 +millrace.yaml/);
  });

  test("profiles and dialects are listed", async () => {
    expect((await run("profiles")).out).toMatch(/eastron-sdm630 +Eastron SDM630-Modbus +meter +1 +9600 baud/);
    expect((await run("dialects")).out).toMatch(/^tasmota /m);
  });

  test.each([
    [["add", "plug1", "--dialect", "tasmotta", "--topic", "t"], /Write tasmota instead/],
    [["try", "--profile", "eastron-sdm63", "--host", "127.0.0.6"], /Write eastron-sdm630 instead/],
    [["try", "--profile", "eastron-sdm630", "--host", "127.0.0.6", "--unit", "one"], /unit/],
    [["try", "--profile", "eastron-sdm630", "--host", "127.0.0.6", "--baud", "9600"], /means nothing at a network/],
    [["add", "cellar", "--profile", "eastron-sdm630"], /neither where it is on Modbus nor how/],
    [["add", "no name", "--profile", "sunspec", "--host", "127.0.0.6"], /is no name of a device/],
    [["add", "e", "--dialect", "emoncms", "--topic", "e", "--field", "power"], /is no field/],
    [["add", "cellar", "--profile", "eastron-sdm630", "--host", "127.0.0.6"], /asks two questions, and nobody/],
    [["try", "nobody"], /no device nobody is described/],
    [["try"], /nothing says which device to try/],
    [["remove"], /say list, try, add ID/],
    [["sell"], /say list, try, add ID/],
  ])("%j is refused with what to do", async (words, message) => {
    const errors: string[] = [];
    const surroundings = { commands, print: () => {}, printError: (text: string) => void errors.push(text) };
    expect(await runCommand(["device", ...words, "--data", data], surroundings)).toBe(1);
    expect(errors.join("\n")).toMatch(message);
    expect(errors.join("\n")).toMatch(/→ .+\.$/m);
  });
});

test.skipIf(!need("socat"))("the questions on a terminal (needs socat)", async () => {
  const launcher = join(import.meta.dirname, "../../hub/launch.mjs");
  const words = ["device", "add", "cellar", "--profile", "eastron-sdm630", ...at(1), "--data", data];
  const program = [process.execPath, launcher, ...words].join(" ");
  const terminal = spawn("socat", ["-t", "0.5", "-", `EXEC:${program},pty,setsid,ctty,stderr`]);
  const answers = [
    { question: "match the display of the device? [y/N]", answer: "y" },
    { question: "then press Enter", answer: "" },
  ];
  let shown = "";
  terminal.stdout.on("data", (bytes: Buffer) => {
    shown += bytes.toString();
    if (answers[0] === undefined || !shown.includes(answers[0].question)) return;
    power.meter = 2_230;
    terminal.stdin.write(`${answers.shift()?.answer}\n`);
  });
  await new Promise((resolve) => terminal.once("close", resolve));
  expect(shown).toMatch(/active_power +230 +W/);
  expect(shown).toContain("Power rose by 2000 W: the direction is right.");
  expect(shown).toContain("cellar is saved");
  expect(await kept()).toMatchObject([{ device: { id: "cellar", profile: "eastron-sdm630" } }]);
});

describe("the questions", () => {
  /** Answers by what is asked; before each load is switched on the power changes. */
  function answering(answers: Readonly<Record<string, string | (() => string)>>): AddOptions & { printed: string[] } {
    const ask = async (question: string): Promise<string> => {
      const [, answer] = Object.entries(answers).find(([part]) => question.includes(part)) ?? [];
      if (answer === undefined) throw new Error(`nobody expected: ${question}`);
      return typeof answer === "string" ? answer : answer();
    };
    const questions: Questions = { ask, agree: async (question) => (await ask(question)) === "y", close: () => {} };
    const printed: string[] = [];
    const reach = reachDevices(parseConfig(`data: ${data}\n`, "test.yaml"));
    return {
      ...{ asksNothing: false, takesUnseen: false, questions, reach, printed },
      print: (text) => void printed.push(text),
    };
  }
  const meter = (): Device => ({
    ...{ id: "cellar", profile: "eastron-sdm630" },
    modbus: { host: "127.0.0.6", port: server.port, unit: 1 },
  });
  const inverter = (): Device => ({
    ...{ id: "roof", profile: "huawei-sun2000" },
    modbus: { host: "127.0.0.6", port: server.port, unit: 2 },
  });
  const load = (watts: number) => () => {
    power.meter += watts;
    return "";
  };

  test("power rises: it is saved as it is", async () => {
    const options = answering({ "match the display": "y", "known load": load(2_000) });
    expect(await checkNewDevice(meter(), options)).toEqual(meter());
    expect(options.printed).toContain("Power rose by 2000 W: the direction is right.");
  });

  test("power falls: it is saved turned, when that is agreed to", async () => {
    const answers = { "match the display": "y", "known load": load(-2_000) };
    const agreed = await checkNewDevice(meter(), answering({ ...answers, "turned: true": "y" }));
    expect(agreed).toEqual({ ...meter(), turned: true });
    expect(await checkNewDevice(meter(), answering({ ...answers, "turned: true": "n" }))).toEqual(meter());
  });

  test("a load that is not noticed is tried again, and may be skipped", async () => {
    let tries = 0;
    const small = () => {
      tries += 1;
      return tries < 3 ? "" : "skip";
    };
    const options = answering({ "match the display": "y", "known load": small });
    expect(await checkNewDevice(meter(), options)).toEqual(meter());
    expect(options.printed.filter((line) => line.includes("Power moved by 0 W only"))).toHaveLength(2);
  });

  test("values that do not match the display are not saved", async () => {
    expect(await checkNewDevice(meter(), answering({ "match the display": "n" }))).toBeUndefined();
  });

  test("an inverter is asked about the sun, and its generation must be negative", async () => {
    const answers = { "match the display": "y", "Does the sun": "y", "turned: true": "y" };
    expect(await checkNewDevice(inverter(), answering(answers))).toEqual(inverter());
    power.inverter = 3_000;
    expect(await checkNewDevice(inverter(), answering(answers))).toEqual({ ...inverter(), turned: true });
    const night = answering({ ...answers, "Does the sun": "n" });
    expect(await checkNewDevice(inverter(), night)).toEqual(inverter());
  });
});
