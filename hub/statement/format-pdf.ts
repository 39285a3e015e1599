import { formatAmount, type LedgerUnit, MWH, type UnitName } from "../ledger/ledger-unit.ts";
import { addDays, type LocalDay } from "../time-zone.ts";
import { kwhDecimals } from "./energy-decimals.ts";
import type { IntervalCounts, MemberAmounts } from "./member-intervals.ts";
import { openPdfSheet, type PdfCell, type PdfColumn, type PdfRow, type PdfSheet, TEXT_WIDTH } from "./pdf-sheet.ts";
import type { CorrectionLine, Statement } from "./statement.ts";
import { type StatementLanguage, type StatementWords, statementWords } from "./statement-words.ts";
import { dayInWords, momentInWords, periodInWords } from "./times-in-words.ts";

/** Digits behind the point that people read; the others are printed in grey. */
const READ_DECIMALS = 3;
const UNKNOWN = "–";

/**
 * The statement on A4 pages: figures, why, days, corrections, accounts, and what proves it. Amounts are exact, with all
 * six decimals, so that every column adds up on paper. Equal statements have equal bytes.
 */
export async function formatPdf(statement: Statement, language: StatementLanguage): Promise<Uint8Array> {
  const words = statementWords[language];
  const { member, community, period, as_of_ms, entries, movements, totals } = statement;
  const when = periodInWords(words.locale, period);
  const title = `${words.title} ${when}`;
  const sheet = await openPdfSheet({ title: `${community.name}: ${title}, ${member}`, language, created_ms: as_of_ms });
  sheet.title({ small: community.name, large: title, right: `${words.member} ${member}` });
  sheet.figures([
    { label: words.used, value: energy(totals.all.consumption_mwh, words), unit: "kWh" },
    { label: words.fromCommunity, value: energy(totals.all.from_community_mwh, words), unit: "kWh" },
    { label: words.fromGrid, value: energy(totals.all.from_grid_mwh, words), unit: "kWh" },
    {
      label: words.ownShare,
      value: percent(totals.all.from_community_mwh, totals.all.consumption_mwh, words),
      unit: "",
    },
  ]);
  writeWhy(sheet, statement, words);
  writeDays(sheet, statement, words);
  writeMovements(sheet, statement, words);
  writeAccounts(sheet, statement, words);
  writeEvidence(sheet, statement, words);
  sheet.paragraph(
    entries.length + movements.length === 0
      ? words.nothingYet
      : words.asOf(momentInWords(words.locale, community.time_zone, as_of_ms)),
    "small",
  );
  return sheet.end(words.page);
}

function writeWhy(sheet: PdfSheet, statement: Statement, words: StatementWords): void {
  const { totals, policies, unsettled_days, days } = statement;
  const { consumption_mwh, from_community_mwh, from_grid_mwh } = totals.all;
  const plain = (amount: number | null) => (amount === null ? UNKNOWN : inWords(amount, words));
  sheet.heading(words.why);
  const sentences = [
    words.result({
      used: plain(consumption_mwh),
      allotted: plain(from_community_mwh),
      grid: plain(from_grid_mwh),
    }),
    ...(hasOwnUse(statement) ? [words.ofOwn(plain(totals.all.own_use_mwh))] : []),
    ...new Set(policies.flatMap(({ steps: [first] }) => (first === undefined ? [] : [words.rule[first]]))),
    ...(policies.some(({ steps }) => steps.length > 1) ? [words.severalSteps] : []),
    ...(totals.intervals.held > 0 ? [words.held] : []),
    ...(unsettled_days.length > 0 && days.length > 0 ? [words.unsettled(rangesOf(unsettled_days).join(", "))] : []),
  ];
  sheet.paragraph(sentences.join(" "));
}

/** The energies of a line; own generation only where there is any. */
function energyColumns(statement: Statement, words: StatementWords): readonly EnergyColumn[] {
  return [
    { title: words.used, width: 68, of: "consumption_mwh" },
    { title: words.fromCommunity, width: 90, of: "from_community_mwh" },
    { title: words.fromGrid, width: 68, of: "from_grid_mwh" },
    ...(hasOwnUse(statement) ? [{ title: words.ownUse, width: 74, of: "own_use_mwh" } as const] : []),
  ];
}

interface EnergyColumn {
  readonly title: string;
  readonly width: number;
  readonly of: keyof MemberAmounts;
}

function hasOwnUse({ days, corrections }: Statement): boolean {
  return [...days, ...corrections].some(({ own_use_mwh }) => own_use_mwh !== null && own_use_mwh !== 0);
}

function writeDays(sheet: PdfSheet, statement: Statement, words: StatementWords): void {
  const { days, corrections, totals } = statement;
  const energies = energyColumns(statement, words);
  const columns: readonly PdfColumn[] = [
    { title: words.day, width: 58, align: "left" },
    ...energies.map(({ title, width }) => ({ title, width, align: "right" }) as const),
    { title: words.partOfPool, width: 88, align: "right" },
  ];
  const rest = TEXT_WIDTH - columns.reduce((sum, { width }) => sum + width, 0);
  const cellsOf = (line: MemberAmounts): readonly PdfCell[] => [
    ...energies.map(({ of }) => energy(line[of], words)),
    percent(line.from_community_mwh, line.pool_mwh, words),
  ];
  const dayRows = days.map((line): PdfRow => {
    return { cells: [dayInWords(words.locale, line.day), ...cellsOf(line), countsInWords(line.intervals, words)] };
  });
  const sum = (label: string, of: MemberAmounts, note: string): PdfRow => {
    return { cells: [label, ...cellsOf(of), note], style: "sum" };
  };
  const counts = countsInWords(totals.intervals, words);
  const correctionRows = corrections.map((line): PdfRow => {
    const differences = energies.map(({ of }) => withSign(line[of], energy(line[of], words)));
    return { cells: [dayInWords(words.locale, line.day), ...differences, "", correctionInWords(line, words)] };
  });
  sheet.table(
    [...columns, { title: words.intervals, width: rest, align: "left", isSmall: true }],
    corrections.length === 0
      ? [...dayRows, sum(words.total, totals.all, counts)]
      : [...dayRows, sum(words.daysTogether, totals.days, counts), ...correctionRows, sum(words.total, totals.all, "")],
  );
}

function writeAccounts(sheet: PdfSheet, { balances, units }: Statement, words: StatementWords): void {
  sheet.heading(words.accounts);
  sheet.table(
    [
      { title: "", width: 220, align: "left" },
      { title: words.opening, width: 110, align: "right" },
      { title: words.closing, width: 110, align: "right" },
    ],
    balances.map(({ kind, unit, opening, closing }) => {
      const { shown } = unitNamed(units, unit);
      const amounts = [opening, closing].map((amount) => inUnitCell(amount, unitNamed(units, unit), words));
      return { cells: [`${words.account[kind]}, ${shown}`, ...amounts] };
    }),
  );
}

function writeMovements(sheet: PdfSheet, { movements, units }: Statement, words: StatementWords): void {
  if (movements.length === 0) return;
  sheet.heading(words.movements);
  sheet.table(
    [
      { title: words.day, width: 58, align: "left" },
      { title: words.what, width: 200, align: "left" },
      { title: words.counterparty, width: TEXT_WIDTH - 58 - 200 - 100 - 40, align: "left", isSmall: true },
      { title: words.amount, width: 100, align: "right" },
      { title: "", width: 40, align: "left", isSmall: true },
    ],
    movements.flatMap(({ day, kind, reason, counterparty, booked }) =>
      booked.map(({ unit, amount }): PdfRow => {
        const of = unitNamed(units, unit);
        const what = `${words.movement[kind]}${words.colon}${reason}`;
        const cell = withSign(amount, inUnitCell(amount, of, words));
        return { cells: [dayInWords(words.locale, day), what, counterparty ?? UNKNOWN, cell, of.shown] };
      }),
    ),
  );
}

/** A unit that nobody declared is written in its smallest steps. */
function unitNamed(units: readonly LedgerUnit[], name: UnitName): LedgerUnit {
  return units.find((unit) => unit.name === name) ?? { name, decimals: 0, shown: name };
}

function inUnitCell(amount: number, unit: LedgerUnit, words: StatementWords): PdfCell {
  if (unit.name === MWH.name) return energy(amount, words);
  const [text = ""] = formatAmount(amount, unit).split(" ");
  return { amount: text.replace(".", words.decimalMark), rest: "" };
}

function writeEvidence(
  sheet: PdfSheet,
  { policies, engines, entries, checkpoint }: Statement,
  words: StatementWords,
): void {
  sheet.heading(words.evidence);
  for (const { name, text, community_version, first_day, last_day } of policies) {
    const days = `${first_day} – ${last_day}`;
    sheet.paragraph(
      `${words.policy} ${words.quote(name)}, ${days}. ${words.policyText}${words.colon}${words.quote(text)}`,
      "small",
    );
    sheet.verbatim([`${words.version} ${community_version}`]);
  }
  if (entries.length > 0) {
    sheet.paragraph(`${words.engine}${words.colon}${engines.join(", ")}. ${words.entries}${words.colon}`, "small");
    sheet.verbatim(entries.map(({ id, digest }) => `${id.padEnd(14)}  ${digest}`));
  }
  if (checkpoint === null) return;
  sheet.paragraph(`${words.checkpoint}${words.colon}`, "small");
  sheet.verbatim(checkpoint.trimEnd().split("\n"));
}

/** A plus says that it is a difference. */
function withSign(amount: number | null, cell: PdfCell): PdfCell {
  return typeof cell === "string" || amount === null || amount <= 0 ? cell : { ...cell, amount: `+${cell.amount}` };
}

function correctionInWords({ entry, corrects, reason, by }: CorrectionLine, words: StatementWords): string {
  const why = reason === null ? "?" : (words.reasons[reason] ?? reason);
  const who = by === null || by === "hub" ? "" : ` (${by})`;
  return `${words.corrects({ entry, corrects })}${words.colon}${why}${who}`;
}

function countsInWords(intervals: IntervalCounts | null, words: StatementWords): string {
  if (intervals === null) return "?";
  const kinds = Object.keys(words.counts) as (keyof StatementWords["counts"])[];
  return kinds
    .filter((kind) => intervals[kind] > 0)
    .map((kind) => `${intervals[kind]} ${words.counts[kind]}`)
    .join(", ");
}

/** Exact kWh; thousands apart by a space that does not break. */
function energy(amount: number | null, words: StatementWords): PdfCell {
  if (amount === null) return UNKNOWN;
  const text = inWords(amount, words);
  const end = text.length - (MWH.decimals - READ_DECIMALS);
  return { amount: text.slice(0, end), rest: text.slice(end) };
}

function inWords(amount: number, { decimalMark }: StatementWords): string {
  const [whole = "", decimals = ""] = kwhDecimals(amount).split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0")}${decimalMark}${decimals}`;
}

function percent(part: number | null, whole: number | null, { decimalMark }: StatementWords): string {
  if (part === null || whole === null || whole <= 0) return UNKNOWN;
  return `${((100 * part) / whole).toFixed(1).replace(".", decimalMark)}\u00a0%`;
}

/** Days that follow each other as one range. */
function rangesOf(days: readonly LocalDay[]): readonly string[] {
  const ranges: { readonly first: LocalDay; last: LocalDay }[] = [];
  for (const day of days) {
    const range = ranges.at(-1);
    if (range !== undefined && addDays(range.last, 1) === day) range.last = day;
    else ranges.push({ first: day, last: day });
  }
  return ranges.map(({ first, last }) => (first === last ? first : `${first} – ${last}`));
}
