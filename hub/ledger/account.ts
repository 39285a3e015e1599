import { HubError } from "../errors.ts";
import type { Branded } from "../units.ts";

/**
 * A place where amounts are booked, the same name in every unit: `plant:roof-a`, `pool`, `member:ann:credit`. What comes
 * in is plus. Energy comes from plants, passes through the pool, and ends with members, the fund, the grid or as losses.
 */
export type AccountId = Branded<string, "account">;

export const accounts = {
  /** The community's pool: every plant posts in, every member and the grid out; zero after each entry. */
  pool: "pool" as AccountId,
  /** What nobody used goes out to the grid. */
  grid: "grid" as AccountId,
  /** What wires and transformers took. */
  losses: "losses" as AccountId,
  /** Everybody who is no part of this community: other communities, and those who issue and redeem its units. */
  outside: "outside" as AccountId,
  /** The commons fund: what belongs to all together. */
  fund: "fund" as AccountId,
  /** What rounding by a grid operator's rule leaves. */
  rounding: "rounding" as AccountId,
  /** One plant; its balance is minus what it generated. */
  plant: (point: string): AccountId => `plant:${point}` as AccountId,
  /** What a member used of the pool: consumed, never spendable. */
  memberUsed: (member: string): AccountId => `member:${member}:used` as AccountId,
  /** What a member made and used behind the own meter; it never entered the pool. */
  memberOwn: (member: string): AccountId => `member:${member}:own` as AccountId,
  /** Between plants and members of one site; zero after each entry. */
  ownUse: "own-use" as AccountId,
  /** What a member may spend: the only account that is held, limited and transferred. */
  memberCredit: (member: string): AccountId => `member:${member}:credit` as AccountId,
  /** One machine: what it was paid, or the time it gave. */
  machine: (machine: string): AccountId => `machine:${machine}` as AccountId,
};

/** What may be done with the accounts of one kind. */
export interface AccountRules {
  /** Part of it can be set aside for a payment that is not certain yet. */
  readonly isHeld: boolean;
  /** It never falls below its floor by a transfer, a booking or a hold. */
  readonly isLimited: boolean;
  /** A transfer or hold may take from it. */
  readonly isSpendable: boolean;
  /** A transfer or hold may bring to it. */
  readonly isPayable: boolean;
}

const name = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}";
const flows = { isHeld: false, isLimited: false, isSpendable: false, isPayable: false };

/** A kind there is only one account of: its name is the word. */
const single = (word: string) => ({ word, form: new RegExp(`^${word}$`) });
/** A kind with one account for each plant or machine. */
const forEach = (word: string) => ({ word, form: new RegExp(`^${word}:(${name})$`) });
const forMember = (end: string) => ({ word: "member", form: new RegExp(`^member:(${name}):${end}$`) });

/** Every kind of account there is: the first word and the form of its name, and what may be done with it. */
export const accountKinds = {
  plant: { ...forEach("plant"), ...flows },
  pool: { ...single("pool"), ...flows },
  grid: { ...single("grid"), ...flows },
  losses: { ...single("losses"), ...flows },
  outside: { ...single("outside"), ...flows },
  rounding: { ...single("rounding"), ...flows },
  // A member may give to the fund; out of it goes only what a rule or a steward books, and never more than is in it.
  fund: { ...single("fund"), ...flows, isLimited: true, isPayable: true },
  machine: { ...forEach("machine"), ...flows, isPayable: true },
  ownUse: { ...single("own-use"), ...flows },
  memberOwn: { ...forMember("own"), ...flows },
  memberUsed: { ...forMember("used"), ...flows },
  memberCredit: { ...forMember("credit"), isHeld: true, isLimited: true, isSpendable: true, isPayable: true },
} as const satisfies Readonly<Record<string, AccountRules & { readonly word: string; readonly form: RegExp }>>;

export type AccountKind = keyof typeof accountKinds;

/** An account name taken apart. */
export interface AccountParts {
  readonly kind: AccountKind;
  /** The member, plant or machine; undefined for what there is only one of. */
  readonly owner: string | undefined;
  readonly rules: AccountRules;
}

/** Kinds by the first word of their names: every write takes several names apart. */
const kindsByWord = Map.groupBy(Object.entries(accountKinds), ([, { word }]) => word);

/** @returns undefined when no kind of account is named like this */
export function accountParts(account: string): AccountParts | undefined {
  const [word = ""] = account.split(":", 1);
  for (const [kind, rules] of kindsByWord.get(word) ?? []) {
    const found = rules.form.exec(account);
    if (found !== null) return { kind: kind as AccountKind, owner: found[1], rules };
  }
  return undefined;
}

/** The only door from text to an account. @throws HubError ENTRY_INVALID */
export function AccountId(text: string): AccountId {
  if (accountParts(text) !== undefined) return text as AccountId;
  throw new HubError("ENTRY_INVALID", `there is no account named ${JSON.stringify(text)}`, {
    remedy: `Name one such as member:ann:credit, fund, machine:mill or pool; kinds are ${Object.keys(accountKinds).join(", ")}.`,
  });
}
