import { expect, test } from "vitest";
import { findProfile, profiles } from "../../../hub/decode/profiles/catalogue.ts";
import { accumulatorWidths, widthsOfRegister } from "../../../hub/decode/registers/register-width.ts";

test.each([
  // 2^32 counts of 0.1 kWh.
  ["growatt-min", "active_energy_export", [429_496_729.6e6]],
  // 2^32 counts of 0.01 kWh.
  ["huawei-sun2000", "active_energy_export", [42_949_672.96e6]],
  // A float never rolls over.
  ["eastron-sdm630", "active_energy_import", []],
  ["eastron-sdm630", "active_power", []],
  ["eastron-sdm630", "nothing", []],
])("%s %s begins anew at %j mWh", (name, key, expected) => {
  const profile = findProfile(name);
  if (profile?.protocol !== "registers") throw new Error(`no register profile ${name}`);
  expect(widthsOfRegister(profile, key)).toEqual(expected);
});

test("every width of every profile is a whole mWh, and so is an accumulator's at every scale", () => {
  const widths = profiles.flatMap((profile) =>
    profile.protocol === "registers"
      ? Object.keys(profile.points).flatMap((key) => widthsOfRegister(profile, key))
      : [],
  );
  expect(widths.length).toBeGreaterThan(10);
  expect([...widths, ...accumulatorWidths].filter((width) => !Number.isSafeInteger(width))).toEqual([]);
  expect(accumulatorWidths).toContain(2 ** 32 * 1000);
});
