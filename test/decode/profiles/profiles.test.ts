import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProfile, profileNames, profiles } from "../../../hub/decode/profiles/catalogue.ts";
import {
  type Point,
  type RegisterProfile,
  registersOf,
  requestLimits,
} from "../../../hub/decode/profiles/device-profile.ts";
import { compileBlock } from "../../../hub/decode/registers/decode-block.ts";
import { planBlocks } from "../../../hub/decode/registers/plan-blocks.ts";
import { placesOf } from "../../../hub/decode/unit-words.ts";
import { registerQuantities } from "../../../hub/quantity.ts";
import { parseSeriesKey, type SeriesParts } from "../../../hub/reading.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FOLDER = join(ROOT, "hub", "decode", "profiles");
const NOT_A_DEVICE = ["catalogue.ts", "device-profile.ts"];

const registerProfiles = profiles.filter((profile): profile is RegisterProfile => profile.protocol === "registers");
const sunSpecProfiles = profiles.filter(({ protocol }) => protocol === "sunspec");

function partsOf(key: string): SeriesParts {
  const parts = parseSeriesKey(`device/${key}`);
  if (parts === undefined) throw new Error(`${key} is no series key`);
  return parts;
}

/** Registers of each table that a point stands in, with its key. */
function placesIn(profile: RegisterProfile): readonly (readonly [place: string, key: string])[] {
  return Object.entries(profile.points).flatMap(([key, point]) =>
    Array.from(
      { length: registersOf[point.encoding] },
      (_, index) => [`${point.table ?? profile.table} ${point.at + index}`, key] as const,
    ),
  );
}

describe("the catalogue", () => {
  test("holds 31 devices: 26 with fixed registers and 5 that list their own models", () => {
    expect(profiles).toHaveLength(31);
    expect(registerProfiles).toHaveLength(26);
    expect(sunSpecProfiles).toHaveLength(5);
  });

  test("names every file of the folder, by its own name and once", () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith(".ts") && !NOT_A_DEVICE.includes(file));
    expect(profileNames.toSorted()).toEqual(files.map((file) => file.replace(/\.ts$/, "")).toSorted());
    expect(new Set(profileNames).size).toBe(profileNames.length);
  });

  test("finds a profile by its name and nothing by another", () => {
    for (const profile of profiles) expect(findProfile(profile.name)).toBe(profile);
    expect(findProfile("eastron-sdm")).toBeUndefined();
    expect(findProfile("constructor")).toBeUndefined();
  });

  test("is told whole to whoever adds a device", () => {
    const page = readFileSync(join(ROOT, "docs", "add-a-device.md"), "utf8");
    const told = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(profileNames.toSorted());
  });
});

describe.each(profiles.map((profile) => [profile.name, profile] as const))("%s", (_name, profile) => {
  test("says where its facts come from and what its sign means, in whole sentences", () => {
    for (const text of [profile.source, profile.direction]) expect(text).toMatch(/^\w.{40,}\.$/);
    expect(profile.vendor.length).toBeGreaterThan(1);
    expect(profile.model.length).toBeGreaterThan(1);
  });

  test("has a unit id, a port and request limits that Modbus allows", () => {
    const { maxRegisters, maxHole, pauseMs, timeoutMs, connectDelayMs } = { ...requestLimits, ...profile.request };
    expect(profile.unit).toBeGreaterThanOrEqual(1);
    expect(profile.unit).toBeLessThanOrEqual(247);
    expect(profile.port ?? 502).toBeGreaterThan(0);
    expect(maxRegisters).toBeGreaterThanOrEqual(4);
    expect(maxRegisters).toBeLessThanOrEqual(125);
    expect(maxHole).toBeLessThan(maxRegisters);
    for (const ms of [pauseMs, connectDelayMs]) expect(ms).toBeLessThanOrEqual(2_000);
    expect(timeoutMs).toBeGreaterThanOrEqual(pauseMs);
  });
});

describe.each(registerProfiles.map((profile) => [profile.name, profile] as const))("registers of %s", (_, profile) => {
  const points: readonly (readonly [string, Point])[] = Object.entries(profile.points);

  test("every key is a series suffix, its unit fits its quantity, and only registers are counters", () => {
    expect(points.length).toBeGreaterThan(0);
    for (const [key, point] of points) {
      const { quantity } = partsOf(key);
      expect(placesOf(quantity, point.unit), key).toBeDefined();
      expect(point.kind, key).toBe(registerQuantities.includes(quantity) ? "counter" : "gauge");
      if (point.kind === "counter") expect(point.isTurned, key).toBeUndefined();
      expect(point.bit !== undefined, key).toBe(point.encoding === "bit");
      expect(point.at + registersOf[point.encoding], key).toBeLessThanOrEqual(0x1_0000);
    }
  });

  test("no two points overlap in one table", () => {
    const taken = new Map<string, string>();
    for (const [place, key] of placesIn(profile)) {
      expect(taken.get(place), `${place} of ${key}`).toBeUndefined();
      taken.set(place, key);
    }
  });

  test("sums add points of their own kind and are no point themselves", () => {
    for (const [key, summands] of Object.entries(profile.sums ?? {})) {
      expect(Object.hasOwn(profile.points, key), key).toBe(false);
      expect(summands.length).toBeGreaterThan(1);
      for (const summand of summands) {
        expect(profile.points[summand], summand).toBeDefined();
        expect(partsOf(summand).quantity).toBe(partsOf(key).quantity);
      }
    }
  });

  test.each(["gauge", "counter", undefined] as const)("is read within its limits (%s)", (kind) => {
    const { maxRegisters, maxHole } = { ...requestLimits, ...profile.request };
    const places = new Set(placesIn(profile).map(([place]) => place));
    const blocks = planBlocks(profile, kind);
    for (const block of blocks) {
      expect(block.count).toBeLessThanOrEqual(maxRegisters);
      let hole = 0;
      for (let at = block.start; at < block.start + block.count; at += 1) {
        hole = places.has(`${block.table} ${at}`) ? 0 : hole + 1;
        expect(hole, `${block.table} ${at}`).toBeLessThanOrEqual(maxHole);
      }
      expect(() => compileBlock(profile, block)).not.toThrow();
    }
    const wanted = points.filter(([, point]) => kind === undefined || point.kind === kind).map(([key]) => key);
    expect(blocks.flatMap((block) => Object.keys(block.points)).toSorted()).toEqual(wanted.toSorted());
    const sums = Object.keys(profile.sums ?? {}).filter(
      (key) => kind === undefined || (kind === "counter") === registerQuantities.includes(partsOf(key).quantity),
    );
    expect(blocks.flatMap((block) => Object.keys(block.sums ?? {})).toSorted()).toEqual(sums.toSorted());
  });

  test("power and energy go the same way as everywhere in the hub", () => {
    const { active_power: power, active_energy_export: given, active_energy_import: taken } = profile.points;
    if (profile.kind === "inverter" || profile.kind === "hybrid") {
      expect(power?.isTurned).toBe(true);
      expect(given?.kind).toBe("counter");
      for (const [key, point] of points) {
        const { channel, quantity } = partsOf(key);
        if (channel === undefined && quantity === "active_power") expect(point.isTurned, key).toBe(true);
        if (channel?.startsWith("pv") && quantity === "active_power") expect(point.isTurned, key).toBe(true);
      }
    }
    if (profile.kind === "meter") {
      const hasSum = (key: string) => Object.hasOwn(profile.sums ?? {}, key);
      expect(power !== undefined || hasSum("active_power")).toBe(true);
      expect(taken !== undefined || hasSum("active_energy_import")).toBe(true);
      for (const [key, point] of points) expect(point.isTurned, key).toBeUndefined();
    }
  });

  test("what it calls itself is read and, where it is expected, can be matched", () => {
    for (const { at, encoding, registers, expect: said } of profile.identity ?? []) {
      expect(at + registers).toBeLessThanOrEqual(0x1_0000);
      if (encoding !== "text") expect(registers).toBe(registersOf[encoding]);
      if (said !== undefined) expect(() => new RegExp(said)).not.toThrow();
    }
    if (profile.ratedPower !== undefined) {
      expect(profile.ratedPower.kind).toBe("gauge");
      expect(placesOf("active_power", profile.ratedPower.unit)).toBeDefined();
    }
  });
});
