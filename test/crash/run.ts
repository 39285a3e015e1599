/** Kill the hub and cut its power by hand, as often as wanted: `node test/crash/run.ts --rounds 500 --images 1000 --seed 7`. */
import { parseArgs } from "node:util";
import { chooseSeed } from "./chance.ts";
import { type RoundReport, runCrashRounds } from "./crash-rounds.ts";
import { describeRounds } from "./describe-rounds.ts";
import { cutPower } from "./power-cut/cut-power.ts";
import { describePowerCut } from "./power-cut/describe-power-cut.ts";

const TELL_EVERY_ROUNDS = 10;
/** Then a new folder begins: each audit goes through all that was ever sent to its folder. */
const ROUNDS_A_FOLDER = 100;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "50" },
    images: { type: "string", default: "0" },
    seed: { type: "string" },
  },
});
const seed = chooseSeed(values.seed);
const rounds = wholeNumber("rounds", values.rounds);
const images = wholeNumber("images", values.images);

const started = performance.now();
const onRound = ({ round, readings, acknowledged, sealedChunks }: RoundReport): void => {
  if (round % TELL_EVERY_ROUNDS !== 0) return;
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(`${seconds} s: round ${round}, ${acknowledged} messages, ${readings} readings, ${sealedChunks} chunks`);
};
console.log(`${rounds} kills and ${images} power cuts of seed ${seed}`);
try {
  for (let done = 0; done < rounds; done += ROUNDS_A_FOLDER) {
    const some = Math.min(ROUNDS_A_FOLDER, rounds - done);
    console.log(describeRounds(await runCrashRounds({ rounds: some, seed: seed + done, onRound })));
  }
  if (images > 0) console.log(describePowerCut(await cutPower({ images, seed })));
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  process.exitCode = 1;
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new RangeError(`--${name} takes a whole number, found ${text}`);
  return number;
}
