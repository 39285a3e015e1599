import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { findProfile } from "../../hub/decode/profiles/catalogue.ts";
import { serveModbusTcp } from "../../hub/demo/devices/modbus-server.ts";
import { registerImage } from "../../hub/demo/devices/register-image.ts";
import { need } from "../requirements.ts";

const hasMbpoll = need("mbpoll");

/** What somebody else's Modbus master reads, by register number. */
async function poll(port: number, ...more: readonly string[]): Promise<ReadonlyMap<number, string>> {
  const words = ["-m", "tcp", "-p", `${port}`, "-0", "-1", "-q", ...more, "127.0.0.1"];
  const { stdout } = await promisify(execFile)("mbpoll", words, { timeout: 10_000 });
  return new Map([...stdout.matchAll(/^\[(\d+)\]:\s+(\S+)/gm)].map(([, at = "", value = ""]) => [Number(at), value]));
}

const profileOf = (name: string) => {
  const profile = findProfile(name);
  if (profile?.protocol !== "registers") throw new Error(`no register profile ${name}`);
  return profile;
};

test.skipIf(!hasMbpoll)("mbpoll reads from our simulated meters what they show (needs mbpoll)", async () => {
  const sdm630 = profileOf("eastron-sdm630");
  const growatt = profileOf("growatt-min");
  const units = new Map([
    [
      1,
      registerImage(sdm630, { values: { active_power: -2_310.5, active_energy_import: 12_345_678, frequency: 50.02 } }),
    ],
    [7, registerImage(growatt, { values: { active_power: -3_000, active_energy_export: 1_234_500 } })],
  ]);
  const server = await serveModbusTcp({ host: "127.0.0.1", port: 0, units });
  try {
    const { at } = sdm630.points.active_power ?? { at: 0 };
    const floats = await poll(server.port, "-a", "1", "-t", "3:float", "-B", "-r", `${at}`, "-c", "1");
    expect(Number(floats.get(at))).toBeCloseTo(-2_310.5, 3);
    const energy = sdm630.points.active_energy_import?.at ?? 0;
    const kwh = await poll(server.port, "-a", "1", "-t", "3:float", "-B", "-r", `${energy}`, "-c", "1");
    expect(Number(kwh.get(energy))).toBeCloseTo(12_345.678, 0);
    const power = growatt.points.active_power?.at ?? 0;
    const tenths = await poll(server.port, "-a", "7", "-t", "3:int", "-B", "-r", `${power}`, "-c", "1");
    expect(Number(tenths.get(power))).toBe(30_000);
    await expect(poll(server.port, "-a", "7", "-t", "3", "-r", "60000", "-c", "1")).rejects.toThrow(
      /Illegal data address/,
    );
  } finally {
    await server.close();
  }
});
