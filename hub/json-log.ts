import { type Level, pino } from "pino";
import type { Log } from "./log.ts";

/** Fields that are never written, whoever passes them by mistake: secrets, and what people's devices said. */
const WITHHELD = ["password", "secret", "token", "authorization", "payload"];

/**
 * One JSON object a line on stderr, where systemd and containers pick it up. Written at once: the last line before a
 * crash is the one that counts, and the hub writes few.
 */
export function createJsonLog(
  level: Level | "silent",
  destination: { write(line: string): void } = pino.destination({ fd: 2, sync: true }),
): Log {
  const paths = WITHHELD.flatMap((field) => [field, `*.${field}`]);
  const log = pino({ level, base: null, redact: { paths, censor: "[withheld]" } }, destination);
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
