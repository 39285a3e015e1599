import type { Branded } from "../units.ts";

/** Where energy is booked. Energy comes from plants, passes through the pool, and ends with members or the grid. */
export type AccountId = Branded<string, "account">;

export const accounts = {
  /** The community's pool: every plant posts in, every member and the grid out; zero after each entry. */
  pool: "pool" as AccountId,
  /** What nobody used goes out to the grid. */
  grid: "grid" as AccountId,
  /** One plant; its balance is minus what it generated. */
  plant: (point: string): AccountId => `plant:${point}` as AccountId,
  /** What a member used of the pool: consumed, never spendable. */
  memberUsed: (member: string): AccountId => `member:${member}:used` as AccountId,
};
