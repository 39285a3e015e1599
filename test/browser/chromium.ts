import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { findProgram, need } from "../requirements.ts";

/** Quiet, offline and without a sandbox: tests also run as root in a container. */
const CHROMIUM_ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The system's Chromium: `CHROMIUM` if set, else whatever PATH finds; undefined without one.
 * @throws Error when it is absent and nothing may be skipped, as in CI
 */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named !== undefined && existsSync(named)) return named;
  return need("chromium") ? findProgram("chromium") : undefined;
}

/** @param executablePath see `findChromium` */
export function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
}
