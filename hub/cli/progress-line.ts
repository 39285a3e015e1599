/** A line that says how far something is: rewritten in place in a terminal, written once at its end anywhere else. */
export interface ProgressLine {
  show(text: string): void;
  /** Leave the final text standing and go to the next line. */
  end(text: string): void;
}

/** Rewriting more often than this costs more than it tells. */
const REWRITE_MS = 80;
const ERASE_LINE = "\r\u001b[2K";

export function progressLine(out: NodeJS.WriteStream = process.stdout): ProgressLine {
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      if (!out.isTTY || performance.now() - writtenAt < REWRITE_MS) return;
      writtenAt = performance.now();
      out.write(`${ERASE_LINE}${text}`);
    },
    end(text) {
      out.write(`${out.isTTY ? ERASE_LINE : ""}${text}\n`);
    },
  };
}
