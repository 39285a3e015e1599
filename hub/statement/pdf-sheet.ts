import type PDFDocument from "pdfkit";
import { printable } from "./printable.ts";

/** A4 in points, and what is left free around the text. */
const PAGE = { width: 595.28, height: 841.89 };
const MARGIN = 46;
/** Points; a longer title is set smaller. */
const TITLE_SIZE = 20;
/** Above the page number. */
const BOTTOM = PAGE.height - 56;
export const TEXT_WIDTH = PAGE.width - 2 * MARGIN;

const BLACK = "#1c2321";
const GREY = "#78827e";
const GREEN = "#1f6f5c";
const LINE = "#d5dbd8";
const SHADE = "#f2f5f3";

/** An exact amount: what people read first, and the rest of its digits in grey. */
export interface AmountCell {
  readonly amount: string;
  readonly rest: string;
}
export type PdfCell = string | AmountCell;

export interface PdfColumn {
  readonly title: string;
  /** Points. */
  readonly width: number;
  readonly align: "left" | "right";
  /** Small print, as for remarks. */
  readonly isSmall?: boolean;
}

export interface PdfRow {
  readonly cells: readonly PdfCell[];
  readonly style?: "sum";
}

/** A document that is written from top to bottom and turns pages by itself. */
export interface PdfSheet {
  title(of: { readonly small: string; readonly large: string; readonly right: string }): void;
  heading(text: string): void;
  paragraph(text: string, size?: "normal" | "small"): void;
  /** Boxes side by side, each with a figure and what it is. */
  figures(figures: readonly { readonly label: string; readonly value: PdfCell; readonly unit: string }[]): void;
  table(columns: readonly PdfColumn[], rows: readonly PdfRow[]): void;
  /** Lines as they are, in a typewriter's letters. */
  verbatim(lines: readonly string[]): void;
  /** Number the pages and close it. */
  end(footer: (of: { readonly page: number; readonly pages: number }) => string): Promise<Uint8Array>;
}

/**
 * An empty A4 document in the standard fonts. Its bytes depend on what is written and on `created_ms` alone: nothing in
 * it comes from the clock or from chance.
 */
export async function openPdfSheet(about: {
  readonly title: string;
  readonly language: string;
  readonly created_ms: number;
}): Promise<PdfSheet> {
  // Loaded by those who want one: the hub runs for years without.
  const { default: Pdf } = await import("pdfkit");
  const created = new Date(about.created_ms);
  const doc = new Pdf({
    size: "A4",
    margin: 0,
    bufferPages: true,
    lang: about.language,
    displayTitle: true,
    info: { Title: about.title, Creator: "Millrace", Producer: "Millrace", CreationDate: created, ModDate: created },
  });
  const chunks: Uint8Array[] = [];
  doc.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  const done = new Promise<void>((resolve, reject) => doc.on("end", resolve).on("error", reject));
  let y = MARGIN;

  const put = (text: string, x: number, at: number, width: number, align: "left" | "right" = "left"): void => {
    doc.text(text, x, at, { width, align, lineBreak: false });
  };
  const turnPage = (): void => {
    doc.addPage();
    y = MARGIN;
  };
  const needRoom = (height: number): boolean => {
    if (y + height <= BOTTOM) return false;
    turnPage();
    return true;
  };
  const wrapped = (text: string, gap: number): void => {
    const height = doc.heightOfString(text, { width: TEXT_WIDTH, lineGap: 1.5 });
    needRoom(height);
    doc.text(text, MARGIN, y, { width: TEXT_WIDTH, lineGap: 1.5 });
    y += height + gap;
  };

  return {
    title({ small, large, right }) {
      doc.font("Helvetica").fontSize(10).fillColor(GREEN);
      put(printable(small), MARGIN, y, TEXT_WIDTH);
      doc.fontSize(11).fillColor(BLACK);
      put(printable(right), MARGIN, y, TEXT_WIDTH, "right");
      doc.font("Helvetica-Bold").fontSize(TITLE_SIZE);
      doc.fontSize(Math.min(TITLE_SIZE, (TITLE_SIZE * TEXT_WIDTH) / doc.widthOfString(printable(large))));
      put(printable(large), MARGIN, y + 16, TEXT_WIDTH);
      y += 48;
    },
    heading(text) {
      needRoom(60);
      y += 6;
      doc.font("Helvetica-Bold").fontSize(11.5).fillColor(GREEN);
      put(printable(text), MARGIN, y, TEXT_WIDTH);
      y += 18;
    },
    paragraph(text, size = "normal") {
      doc
        .font("Helvetica")
        .fontSize(size === "normal" ? 9.5 : 8)
        .fillColor(size === "normal" ? BLACK : GREY);
      wrapped(printable(text), 5);
    },
    figures(figures) {
      const gap = 8;
      const width = (TEXT_WIDTH - gap * (figures.length - 1)) / figures.length;
      figures.forEach(({ label, value, unit }, index) => {
        const x = MARGIN + index * (width + gap);
        doc.roundedRect(x, y, width, 46, 4).fill(SHADE);
        doc.font("Helvetica").fontSize(8.5).fillColor(GREY);
        put(printable(label), x + 9, y + 8, width - 18);
        drawRun(doc, value, { x: x + 9, y: y + 22, size: 14, font: "Helvetica-Bold", unit });
      });
      y += 56;
    },
    table(columns, rows) {
      const drawHead = (): void => {
        doc.font("Helvetica-Bold").fontSize(8).fillColor(GREY);
        const titles = columns.map(({ title, width }) => ({ text: printable(title), width: width - 6 }));
        const height = Math.max(...titles.map(({ text, width }) => doc.heightOfString(text, { width })));
        let x = MARGIN;
        for (const [index, { text, width }] of titles.entries()) {
          const top = y + height - doc.heightOfString(text, { width });
          doc.text(text, x + 3, top, { width, align: columns[index]?.align ?? "left" });
          x += width + 6;
        }
        y += height + 2;
        rule(doc, y, BLACK);
        y += 3;
      };
      y += 5;
      needRoom(40);
      drawHead();
      for (const { cells, style } of rows) {
        const small = { width: 0, lineGap: 0.5 };
        const heights = cells.map((cell, index) => {
          const column = columns[index];
          if (typeof cell !== "string" || column === undefined) return 0;
          doc.font("Helvetica").fontSize(column.isSmall === true ? 7.5 : 8.5);
          return doc.heightOfString(printable(cell), { ...small, width: column.width - 6 });
        });
        const height = Math.max(11, ...heights) + 3;
        if (needRoom(height)) drawHead();
        if (style === "sum") rule(doc, y - 1, BLACK);
        const font = style === "sum" ? "Helvetica-Bold" : "Helvetica";
        let x = MARGIN;
        cells.forEach((cell, index) => {
          const { width = 0, align = "left", isSmall } = columns[index] ?? {};
          if (typeof cell === "string") {
            doc
              .font(font)
              .fontSize(isSmall === true ? 7.5 : 8.5)
              .fillColor(isSmall === true ? GREY : BLACK);
            doc.text(printable(cell), x + 3, y + (isSmall === true ? 2 : 1.5), { ...small, width: width - 6, align });
          } else {
            const room = runWidth(doc, cell, { size: 8.5, font });
            drawRun(doc, cell, { x: x + width - 3 - room, y: y + 1.5, size: 8.5, font, unit: "" });
          }
          x += width;
        });
        y += height;
        if (style !== "sum") rule(doc, y - 1.5, LINE);
      }
      y += 6;
    },
    verbatim(lines) {
      for (const line of lines) {
        doc.font("Courier").fontSize(6.8).fillColor(BLACK);
        const height = doc.heightOfString(printable(line) || " ", { width: TEXT_WIDTH });
        needRoom(height);
        doc.text(printable(line), MARGIN, y, { width: TEXT_WIDTH });
        y += height + 1;
      }
      y += 5;
    },
    async end(footer) {
      const { count } = doc.bufferedPageRange();
      for (let index = 0; index < count; index += 1) {
        doc.switchToPage(index);
        doc.font("Helvetica").fontSize(8).fillColor(GREY);
        put(printable(about.title), MARGIN, PAGE.height - 36, TEXT_WIDTH);
        put(printable(footer({ page: index + 1, pages: count })), MARGIN, PAGE.height - 36, TEXT_WIDTH, "right");
      }
      doc.end();
      await done;
      return Buffer.concat(chunks);
    },
  };
}

type Doc = InstanceType<typeof PDFDocument>;

function rule(doc: Doc, y: number, colour: string): void {
  doc
    .moveTo(MARGIN, y)
    .lineTo(PAGE.width - MARGIN, y)
    .lineWidth(0.5)
    .strokeColor(colour)
    .stroke();
}

function runWidth(
  doc: Doc,
  cell: AmountCell,
  { size, font }: { readonly size: number; readonly font: string },
): number {
  return doc
    .font(font)
    .fontSize(size)
    .widthOfString(printable(`${cell.amount}${cell.rest}`));
}

/** An amount whose last digits are grey, in one run, so that it is copied as one number. */
function drawRun(
  doc: Doc,
  cell: PdfCell,
  {
    x,
    y,
    size,
    font,
    unit,
  }: { readonly x: number; readonly y: number; readonly size: number; readonly font: string; readonly unit: string },
): void {
  const [amount, rest] = typeof cell === "string" ? [cell, ""] : [cell.amount, cell.rest];
  let at = x;
  for (const [text, colour] of [
    [amount, BLACK],
    [rest, GREY],
  ] as const) {
    if (text === "") continue;
    doc.font(font).fontSize(size).fillColor(colour);
    doc.text(printable(text), at, y, { lineBreak: false });
    at += doc.widthOfString(printable(text));
  }
  if (unit === "") return;
  doc
    .font("Helvetica")
    .fontSize(size * 0.65)
    .fillColor(GREY);
  doc.text(unit, at + 3, y + size * 0.3, { lineBreak: false });
}
