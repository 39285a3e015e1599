import { expect, test } from "vitest";
import { checkCommunity } from "../../hub/members/check-community.ts";
import type { Community } from "../../hub/members/community.ts";

function community(changes: Partial<Community> = {}): Community {
  return {
    name: "Mill Street",
    time_zone: "Europe/Vienna",
    interval_minutes: 15,
    members: [{ id: "home-1" }, { id: "home-2" }],
    metering_points: [
      { id: "p1", role: "consumption", member: "home-1", series: "home-1/active_energy_import" },
      { id: "p2", role: "consumption", member: "home-2", series: "home-2/heat/active_energy_import/t1" },
      { id: "roof", role: "generation", series: "roof-a/active_energy_export", rated_kw: 9.9 },
      { id: "balcony", role: "generation", member: "home-2", series: "home-2/pv/active_energy_export" },
    ],
    policy: { name: "by consumption", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" },
    ...changes,
  };
}

const namedBy = (coefficients: string) => ({
  name: "grid operator's",
  tiers: [{ weight: { kind: "external" as const, coefficients } }],
  surplus: "to_grid" as const,
});

test("coefficients from outside are a sound rule", () => {
  expect(checkCommunity(community({ policy: namedBy("enedis") }))).toEqual([]);
});

const point = (changes: object) => ({
  metering_points: [
    { id: "p1", role: "consumption" as const, member: "home-1", series: "home-1/active_energy_import", ...changes },
  ],
});

test("a sound community has no problems", () => {
  expect(checkCommunity(community())).toEqual([]);
  expect(checkCommunity(community({ members: [], metering_points: [] }))).toEqual([]);
});

test.each(["UTC", "-08:00", "+05:45", "America/Argentina/Buenos_Aires"])("%s is a time zone", (time_zone) => {
  expect(checkCommunity(community({ time_zone }))).toEqual([]);
});

test.each([
  [
    "coefficients called like a meter",
    { policy: namedBy("roof-a") },
    ["policy", "tiers", 0, "weight", "coefficients"],
    "by the device that counts roof",
    "a name that no device has",
  ],
  [
    "coefficients of a pool with a long name",
    { policy: { ...namedBy("the-operator-of-the-whole-of-the-valley"), pools: { kind: "per_producer" as const } } },
    ["policy", "tiers", 0, "weight", "coefficients"],
    "too long a name",
    "Shorten",
  ],
  [
    "unit of a limit",
    {
      ledger: { units: [], limits: [{ name: "trust", unit: "acorn", formula: { kind: "fixed" as const, amount: 1 } }] },
    },
    ["ledger", "limits", 0, "unit"],
    "no unit acorn",
    "declare it under units",
  ],
  ["zone", { time_zone: "Europe/Viena" }, ["time_zone"], 'no time zone "Europe/Viena"', "Europe/Vienna"],
  ["offset", { time_zone: "-8" }, ["time_zone"], 'no time zone "-8"', "-08:00"],
  [
    "member twice",
    { members: [{ id: "home-1" }, { id: "home-2" }, { id: "home-1" }] },
    ["members", 2, "id"],
    "home-1 stands twice",
    "id of its own",
  ],
  [
    "member unknown",
    point({ member: "home-l" }),
    ["metering_points", 0, "member"],
    "home-l, who is not a member",
    "Write home-1 instead.",
  ],
  [
    "member far from any",
    point({ member: "sawmill" }),
    ["metering_points", 0, "member"],
    "sawmill",
    "Use one of home-1, home-2.",
  ],
  ["consumption of nobody", point({ member: undefined }), ["metering_points", 0], "does not say whose", "Add member"],
  [
    "generation of a stranger",
    point({ role: "generation", member: "nobody" }),
    ["metering_points", 0, "member"],
    "not a member",
    "Use one of",
  ],
  [
    "no series",
    point({ series: "home-1" }),
    ["metering_points", 0, "series"],
    "is not device/",
    "p1/active_energy_import",
  ],
  [
    "no register",
    point({ series: "home-1/active_power" }),
    ["metering_points", 0, "series"],
    "is not a register",
    "home-1/active_energy_import or home-1/active_energy_export",
  ],
  [
    "policy",
    {
      policy: {
        name: "x",
        surplus: "to_grid" as const,
        tiers: [{ weight: { kind: "fixed" as const, shares: { "home-1": "1" } } }],
      },
    },
    ["policy", "tiers", 0, "weight", "shares"],
    "home-2",
    "home-2",
  ],
] satisfies [string, Partial<Community>, (string | number)[], string, string][])(
  "%s",
  (_name, changes, path, message, remedy) => {
    const problems = checkCommunity(community(changes));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toEqual(path);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.remedy).toContain(remedy);
  },
);

test("a point that repeats another's id and series has both problems", () => {
  const { metering_points } = community();
  const problems = checkCommunity(community({ metering_points: [...metering_points, ...metering_points.slice(2, 3)] }));
  expect(problems.map(({ path }) => path)).toEqual([
    ["metering_points", 4, "id"],
    ["metering_points", 4, "series"],
  ]);
});
