/** What `millrace doctor` found in one place. "look": it works, and somebody should look; "wrong": it does not work. */
export interface Finding {
  readonly verdict: "ok" | "look" | "wrong";
  /** One word or two: where. */
  readonly place: string;
  readonly message: string;
  /** What to do, one sentence; there when the verdict is not "ok". */
  readonly remedy?: string;
}

/** Wide enough for the longest place. */
const PLACE_WIDTH = 14;
const INDENT = " ".repeat(6);

export const ok = (place: string, message: string): Finding => ({ verdict: "ok", place, message });
export const look = (place: string, message: string, remedy: string): Finding => {
  return { verdict: "look", place, message, remedy };
};
export const wrong = (place: string, message: string, remedy: string): Finding => {
  return { verdict: "wrong", place, message, remedy };
};

/** One line, its further lines below it, and the remedy. Pure. */
export function describeFinding({ verdict, place, message, remedy }: Finding): string {
  const [first = "", ...more] = message.split("\n");
  const lines = [
    `${verdict.padEnd(INDENT.length)}${place.padEnd(PLACE_WIDTH)}${first}`,
    ...more.map((line) => `${INDENT}${" ".repeat(PLACE_WIDTH)}${line}`),
  ];
  return [...lines, ...(remedy === undefined ? [] : [`${INDENT}→ ${remedy}`])].join("\n");
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes for people, in powers of 1,000 as disks are sold: 1234567 -> "1.2 MB". Pure. */
export function describeBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

/** A length of time for people, in whole units that say enough: 5400000 -> "90 minutes". Pure. */
export function describeMs(ms: number): string {
  const steps = [
    [2 * 86_400_000, 86_400_000, "day"],
    [2 * 3_600_000, 3_600_000, "hour"],
    [2 * 60_000, 60_000, "minute"],
    [1_000, 1_000, "second"],
  ] as const;
  const [, length, word] = steps.find(([from]) => ms >= from) ?? [0, 1, "ms"];
  const count = Math.round(ms / length);
  return `${count} ${word}${word === "ms" || count === 1 ? "" : "s"}`;
}

/** The first line of what was thrown. */
export function describeCause(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? "";
}
