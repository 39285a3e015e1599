/**
 * Rows under a head, in columns as wide as what stands in them. Pure.
 * @param head names of the columns; one that begins with `>` is for numbers and stands to the right
 * @returns one line a row, without spaces at its end
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const names = head.map((name) => name.replace(/^>/, ""));
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const text = row[column] ?? "";
        return head[column]?.startsWith(">") ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(names), ...rows.map(line)];
}

/**
 * Text that a device sent, fit for a terminal: what could steer it is taken out, and what is too long is cut.
 */
export function plainText(text: string): string {
  return text.replace(/\p{C}/gu, "").slice(0, LONGEST_TEXT);
}

/** A remark of a trial is about as long. */
const LONGEST_TEXT = 200;
