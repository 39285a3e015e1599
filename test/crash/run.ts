/** Kill the hub by hand, as often as wanted: `node test/crash/run.ts --rounds 500 --seed 7`. */
import { parseArgs } from "node:util";
import { chooseSeed } from "./chance.ts";
import { type RoundReport, runCrashRounds } from "./crash-rounds.ts";
import { describeRounds } from "./describe-rounds.ts";

const TELL_EVERY_ROUNDS = 10;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "50" }, seed: { type: "string" } },
});
const seed = chooseSeed(values.seed);
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError(`not a number of rounds: ${values.rounds}`);

console.log(`${rounds} rounds of seed ${seed}`);
const started = performance.now();
const onRound = ({ round, readings, acknowledged, sealedChunks }: RoundReport): void => {
  if (round % TELL_EVERY_ROUNDS !== 0) return;
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(`${seconds} s: round ${round}, ${acknowledged} messages, ${readings} readings, ${sealedChunks} chunks`);
};
try {
  console.log(describeRounds(await runCrashRounds({ rounds, seed, onRound })));
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  process.exitCode = 1;
}
