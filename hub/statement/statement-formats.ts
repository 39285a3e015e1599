import { formatCsv } from "./format-csv.ts";
import { formatHledger } from "./format-hledger.ts";
import { formatJson } from "./format-json.ts";
import { formatPdf } from "./format-pdf.ts";
import { type Period, periodName } from "./period.ts";
import type { StatementLanguage } from "./statement-words.ts";
import type { Statements } from "./statements.ts";

/** What a statement is asked for with. */
export interface StatementRequest {
  readonly member: string;
  readonly period: Period;
  /** A row a day or a row an interval, where the format has rows. */
  readonly rows: "days" | "intervals";
  /** Where the format has words. */
  readonly language: StatementLanguage;
}

interface StatementFormat {
  readonly contentType: string;
  /** Of a file, without the point. */
  readonly extension: string;
  /** @throws HubError as `Statements` does */
  make(statements: Statements, request: StatementRequest): Promise<string | Uint8Array>;
}

/** Every form a member's statement is given in; a new one is its file and its lines here. */
export const statementFormats = {
  json: {
    contentType: "application/json; charset=utf-8",
    extension: "json",
    make: async (statements, { member, period, rows }) => formatJson(await statements.ofMember(member, period, rows)),
  },
  csv: {
    contentType: "text/csv; charset=utf-8; header=present",
    extension: "csv",
    make: async (statements, { member, period, rows }) => formatCsv(await statements.ofMember(member, period, rows)),
  },
  pdf: {
    contentType: "application/pdf",
    extension: "pdf",
    make: async (statements, { member, period, language }) =>
      formatPdf(await statements.ofMember(member, period), language),
  },
  hledger: {
    contentType: "text/plain; charset=utf-8",
    extension: "journal",
    make: async (statements, { member, period }) =>
      formatHledger(await statements.journal({ kind: "member", member }, period)),
  },
} as const satisfies Readonly<Record<string, StatementFormat>>;

export type StatementFormatName = keyof typeof statementFormats;
export const statementFormatNames = Object.keys(statementFormats) as StatementFormatName[];

/** `statement-ann-2026-06.pdf`; names and periods have no letters that a file name may not have. */
export function statementFileName({ member, period }: StatementRequest, format: StatementFormatName): string {
  return `statement-${member}-${periodName(period)}.${statementFormats[format].extension}`;
}
