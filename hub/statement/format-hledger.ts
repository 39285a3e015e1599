import type { AccountId } from "../ledger/account.ts";
import { formatAmount, type LedgerUnit, MWH, type UnitName } from "../ledger/ledger-unit.ts";
import type { UnitPosting } from "../ledger/movement.ts";
import type { LocalDay } from "../time-zone.ts";
import type { Journal, JournalTransaction } from "./journal.ts";
import { monthEnds } from "./period.ts";
import { addPosting } from "./read-books.ts";

/** Where what stood before a period comes from, by the name that hledger's own closing and opening uses. */
const OPENING_ACCOUNT = "equity:opening";
/** What stands for all accounts that a journal does not show. */
const OTHERS_ACCOUNT = "others";

/** Running totals by account and unit. */
type RunningTotals = Map<AccountId, Map<UnitName, number>>;
/** Writes an amount of a unit with the unit's decimals. */
type InUnit = (amount: number, unit: UnitName) => string;

/**
 * A journal for hledger (journal format of hledger 1.25 and later): one transaction an entry, accounts under the names
 * of the ledger, exact amounts, and at the end of each month the balance of every account asserted. `hledger check
 * --strict` accepts it.
 */
export function formatHledger(journal: Journal): string {
  const { transactions, opening, period } = journal;
  const totals: RunningTotals = new Map();
  const inUnit = unitWriter(journal.units);
  const blocks = [heading(journal, inUnit)];
  for (const posting of opening) addPosting(totals, posting);
  if (opening.length > 0) blocks.push(openingTransaction(period.first, opening, inUnit));
  let from = 0;
  for (const end of monthEnds(period)) {
    const after = transactions.findIndex(({ date }, index) => index >= from && date > end);
    const month = transactions.slice(from, after === -1 ? undefined : after);
    from += month.length;
    for (const transaction of month) {
      for (const posting of transaction.postings) addPosting(totals, posting);
      blocks.push(writeTransaction(transaction, inUnit));
    }
    if (totals.size > 0) blocks.push(assertBalances(end, totals, inUnit));
  }
  return `${blocks.join("\n\n")}\n`;
}

function heading(
  { community, time_zone, scope, period, transactions, opening, units: known }: Journal,
  inUnit: InUnit,
): string {
  const whose =
    scope.kind === "community"
      ? "all accounts"
      : `${scope.kind} ${scope.kind === "member" ? scope.member : scope.plant}`;
  const postings = [...opening, ...transactions.flatMap((transaction) => transaction.postings)];
  const names = new Set<string>(postings.map(({ account }) => account));
  if (restOf(opening).length > 0) names.add(OPENING_ACCOUNT);
  if (transactions.some((transaction) => restOf(transaction.postings).length > 0)) names.add(OTHERS_ACCOUNT);
  const units = new Set([MWH.name, ...postings.map(({ unit }) => unit)]);
  return [
    `; ${oneLine(community)}, ${whose}, ${period.first} to ${period.last}`,
    `; Days are those of ${time_zone}; a settlement counts on its own day, a correction on the day it was booked.`,
    "decimal-mark .",
    ...[...units].map(
      (unit) => `commodity ${inUnit(1000 * 10 ** (known.find(({ name }) => name === unit)?.decimals ?? 0), unit)}`,
    ),
    ...[...names].sort().map((name) => `account ${name}`),
  ].join("\n");
}

function openingTransaction(date: LocalDay, opening: readonly UnitPosting[], inUnit: InUnit): string {
  const lines = opening.map((posting) => {
    const amount = inUnit(posting.amount, posting.unit);
    return [posting.account, `${amount} = ${amount}`] as const;
  });
  const against = restOf(opening).map(({ unit, amount }) => [OPENING_ACCOUNT, inUnit(amount, unit)] as const);
  return [`${date} * opening balances`, ...inColumns([...lines, ...against])].join("\n");
}

function writeTransaction(
  { date, id, what, corrects, booked_ms, digest, postings }: JournalTransaction,
  inUnit: InUnit,
): string {
  const lines = postings.map(({ account, unit, amount }) => [account, inUnit(amount, unit)] as const);
  const rest = restOf(postings).map(({ unit, amount }) => [OTHERS_ACCOUNT, inUnit(amount, unit)] as const);
  return [
    `${date} * (${id}) ${oneLine(what).replaceAll(";", ",")}`,
    ...(corrects === null ? [] : [`    ; corrects: ${corrects}`]),
    `    ; booked: ${new Date(booked_ms).toISOString()}`,
    `    ; digest: ${digest}`,
    ...inColumns([...lines, ...rest]),
  ].join("\n");
}

function assertBalances(date: LocalDay, totals: RunningTotals, inUnit: InUnit): string {
  const lines = [...totals]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([account, units]) =>
      [...units].map(([unit, amount]) => [account, `${inUnit(0, unit)} = ${inUnit(amount, unit)}`] as const),
    );
  return [`${date} * balances`, ...inColumns(lines)].join("\n");
}

/** What is missing to zero, by unit. */
function restOf(postings: readonly UnitPosting[]): readonly { readonly unit: UnitName; readonly amount: number }[] {
  const sums = new Map<UnitName, number>();
  for (const { unit, amount } of postings) sums.set(unit, (sums.get(unit) ?? 0) + amount);
  return [...sums].filter(([, sum]) => sum !== 0).map(([unit, sum]) => ({ unit, amount: -sum }));
}

/** A commodity of more than letters stands in quotes; a unit that nobody declared is written in its smallest steps. */
function unitWriter(units: readonly LedgerUnit[]): InUnit {
  return (amount, name) => {
    const unit = units.find((one) => one.name === name) ?? { name, decimals: 0, shown: name };
    const shown = /^[A-Za-z]+$/.test(unit.shown) ? unit.shown : `"${unit.shown}"`;
    const text = formatAmount(amount, { ...unit, shown });
    // Every commodity is declared by an amount with a point in it.
    return unit.decimals === 0 ? text.replace(" ", ". ") : text;
  };
}

function inColumns(lines: readonly (readonly [account: string, amount: string])[]): readonly string[] {
  const width = Math.max(...lines.map(([account]) => account.length));
  const place = Math.max(...lines.map(([, amount]) => amount.indexOf(" ")));
  return lines.map(([account, amount]) => {
    return `    ${account.padEnd(width)}  ${" ".repeat(place - amount.indexOf(" "))}${amount}`;
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
