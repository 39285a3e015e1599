/**
 * Who may ask. Every route names the role it is for; until there are logins the hub answers only its own machine, and
 * people appear under pseudonyms.
 */
export const roles = ["public", "screen", "member", "staff", "steward", "auditor"] as const;
export type Role = (typeof roles)[number];
