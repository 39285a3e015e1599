import type { Actor, Actors } from "../../hub/members/actor.ts";
import type { Role } from "../../hub/members/role.ts";

/** Whom the API of a test knows, by the token they bring; the names of members are those of its community. */
const known = {
  "token-of-the-steward": { name: "steward", role: "steward" },
  "token-of-paula": { name: "paula", role: "staff" },
  "token-of-ann": { name: "ann", role: "member" },
  "token-of-ben": { name: "ben", role: "member" },
  "token-of-iris": { name: "iris", role: "auditor" },
  "token-of-the-hall": { name: "hall", role: "screen" },
  "token-of-the-hub": { name: "hub", role: "hub" },
} as const satisfies Readonly<Record<string, Actor>>;

export type KnownToken = keyof typeof known;

export const knownActors: Actors = {
  identify: async (token) => (Object.hasOwn(known, token) ? known[token as KnownToken] : undefined),
};

export const tokenOf = (role: Role | "hub"): KnownToken | undefined =>
  (Object.keys(known) as KnownToken[]).find((token) => known[token].role === role);
