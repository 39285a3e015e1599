import { expect, test } from "vitest";
import { chooseSeed } from "./chance.ts";
import { sealsOnDemand } from "./crash-folder.ts";
import { OPEN_LIMIT_MS, runCrashRounds } from "./crash-rounds.ts";
import { describeRounds, median } from "./describe-rounds.ts";

/** As many kills as a minute holds; `node test/crash/run.ts --rounds 500` does more. docs/crash-tests.md says what is promised. */
const ROUNDS = 50;
const TEST_TIMEOUT_MS = 300_000;

test(`${ROUNDS} kills of the real hub lose, alter, double and tear nothing acknowledged`, {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  const report = await runCrashRounds({ rounds: ROUNDS, seed: chooseSeed(undefined) });
  console.info(describeRounds(report));
  const { rounds } = report;
  expect(rounds).toHaveLength(ROUNDS);
  expect(report.acknowledged).toBeGreaterThan(ROUNDS * 20);
  expect(report.resent).toBeGreaterThan(0);
  expect(new Set(rounds.map(({ killedWhile }) => killedWhile))).toEqual(new Set(["starting", "taking", "stopping"]));

  expect(Math.max(...rounds.map(({ openMs }) => openMs))).toBeLessThan(OPEN_LIMIT_MS);
  // A start on a killed hub's folder, less what a start costs anyway, is the hub's own recovery.
  const starts = rounds.flatMap(({ startMs }) => startMs ?? []);
  expect(median(starts) - report.emptyStartMs).toBeLessThan(OPEN_LIMIT_MS);

  // Weeks-late messages came in most lives; the audit has held each of them against its mark.
  expect(rounds.at(-1)?.marks).toBeGreaterThan(ROUNDS);

  if (sealsOnDemand) {
    expect(rounds.at(-1)?.sealedChunks).toBeGreaterThan(0);
    // Sealed again and again in many lives: old chunks were met by later, late and repeated readings.
    expect(new Set(rounds.map(({ sealedSeq }) => sealedSeq)).size).toBeGreaterThan(3);
  }
});
