import { canonicalJson, sha256Hex } from "../canonical-json.ts";
import type { Actor } from "../members/actor.ts";
import type { EpochMs } from "../units.ts";
import type { AccountId } from "./account.ts";
import type { UnitName } from "./ledger-unit.ts";

/** One account line of what is to be booked; plus is into the account, in whole smallest steps of the unit. */
export interface UnitPosting {
  readonly account: AccountId;
  readonly unit: UnitName;
  readonly amount: number;
}

interface Said {
  /** Chosen and kept by who asks before the first try, so that a repeat is known as one. */
  readonly id: string;
  readonly by: Actor;
  /** Why, as a code word: `gift`, `session`, `tariff`. Free text does not belong in the books. */
  readonly reason: string;
  /** What it belongs to, by an id kept elsewhere: a session, a job, a decision. */
  readonly about?: string | undefined;
}

interface Payment {
  readonly from: AccountId;
  readonly to: AccountId;
  readonly unit: UnitName;
  readonly amount: number;
}

/** From one account to another, at once. */
export interface Transfer extends Said, Payment {
  readonly kind: "transfer";
}

/** What a rule or a steward books: any accounts, balanced in each unit, limits kept. */
export interface Booking extends Said {
  readonly kind: "booking";
  readonly postings: readonly UnitPosting[];
}

/** An amount set aside for a payment that is not certain yet. */
export interface Hold extends Said, Payment {
  readonly kind: "hold";
  /** How long it holds from its booking on, whole ms; null holds until it is resolved. */
  readonly timeout_ms: number | null;
}

/** The payment of a hold, or of a part of it; the rest is free again. */
export interface Post extends Said {
  readonly kind: "post";
  readonly hold: string;
  /** Null is all that is held. */
  readonly amount: number | null;
}

/** A hold taken back: by somebody (`void`), or by the hub when its time was over (`expire`). */
export interface Release extends Said {
  readonly kind: "void" | "expire";
  readonly hold: string;
}

/** What an entry should have said. The difference to what stands is booked, whatever limits say. */
export interface Correction extends Said {
  readonly kind: "correction";
  readonly corrects: string;
  /** The entry's postings as they should have been; none takes the entry back whole. */
  readonly postings: readonly UnitPosting[];
}

/** What somebody asks the ledger to book between settlements. */
export type Movement = Transfer | Booking | Hold | Post | Release | Correction;

/** What an entry does to one account in one unit: whole smallest steps, never all zero. */
export interface Effect {
  readonly account: AccountId;
  readonly unit: UnitName;
  /** Booked for good; plus is into the account. */
  readonly amount: number;
  /** Change of what others hold for this account. */
  readonly pending_in: number;
  /** Change of what is held of this account. */
  readonly pending_out: number;
}

/** A movement as it is kept: what was asked for, when it was booked, and what that did. */
export interface BookedMovement {
  readonly said: Movement;
  readonly booked_ms: EpochMs;
  /** Sorted by account, then unit; each of the three changes is balanced in every unit. */
  readonly effects: readonly Effect[];
}

/**
 * The one spelling of a booked movement, in which changes of zero are left out; the digest of the entry is the sha256 of
 * this text.
 */
export function documentOf({ said, booked_ms, effects }: BookedMovement): string {
  const changed = effects.map(({ account, unit, amount, pending_in, pending_out }) => ({
    account,
    unit,
    ...(amount !== 0 && { amount }),
    ...(pending_in !== 0 && { pending_in }),
    ...(pending_out !== 0 && { pending_out }),
  }));
  return canonicalJson({ said, booked_ms, effects: changed });
}

/** The movement that a document spells. @throws SyntaxError for a text that is no JSON */
export function parseDocument(document: string): BookedMovement {
  const { said, booked_ms, effects } = JSON.parse(document) as BookedMovement;
  const unchanged = { amount: 0, pending_in: 0, pending_out: 0 };
  return { said, booked_ms, effects: effects.map((effect) => ({ ...unchanged, ...effect })) };
}

export function digestOfMovement(movement: BookedMovement): string {
  return sha256Hex(documentOf(movement));
}

/** What a movement booked for good. */
export function postingsOf({ effects }: BookedMovement): readonly UnitPosting[] {
  return effects.filter(({ amount }) => amount !== 0).map(({ account, unit, amount }) => ({ account, unit, amount }));
}

/** When a hold lapses: its booking plus its time; undefined for one that stays until it is resolved. */
export function dueOf({ said, booked_ms }: BookedMovement): EpochMs | undefined {
  if (said.kind !== "hold" || said.timeout_ms === null) return undefined;
  return (booked_ms + said.timeout_ms) as EpochMs;
}

/** The hold that a movement resolves, if it resolves one. */
export function holdResolvedBy(said: Movement): string | undefined {
  return said.kind === "post" || said.kind === "void" || said.kind === "expire" ? said.hold : undefined;
}

/**
 * The one form of a movement, so that two ways of writing the same are the same: postings sorted, nothing undefined.
 */
export function normalizeMovement(movement: Movement): Movement {
  const { about, by, ...rest } = movement;
  const said = { ...rest, by: { name: by.name, role: by.role } };
  const known = about === undefined ? said : { ...said, about };
  return "postings" in known ? { ...known, postings: sortLines(known.postings) } : known;
}

/** By account, then unit, by code units: the same order on every machine. */
export function sortLines<Line extends { readonly account: string; readonly unit: string }>(
  lines: readonly Line[],
): readonly Line[] {
  const place = ({ account, unit }: Line) => `${account} ${unit}`;
  return [...lines].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** The first field in which a repeat differs from what was said first; undefined when nothing does. */
export function differingField(first: Movement, again: Movement): string | undefined {
  const before: Readonly<Record<string, unknown>> = { ...first };
  const after: Readonly<Record<string, unknown>> = { ...again };
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return fields.find((field) => canonicalJson(before[field] ?? null) !== canonicalJson(after[field] ?? null));
}
