import type { RoundReport, RoundsReport } from "./crash-rounds.ts";

/** The figures of a run, for people; one line each. */
export function describeRounds({ seed, emptyStartMs, rounds, sent, acknowledged, resent }: RoundsReport): string {
  const killed = (during: RoundReport["killedWhile"]) =>
    rounds.filter(({ killedWhile }) => killedWhile === during).length;
  const starts = rounds.flatMap(({ startMs }) => startMs ?? []);
  const firsts = rounds.flatMap(({ firstReadingMs }) => firstReadingMs ?? []);
  const last = rounds.at(-1);
  return [
    `seed ${seed}: ${rounds.length} kills (${killed("taking")} taking readings, ${killed("starting")} starting, ${killed("stopping")} stopping)`,
    `messages: ${sent} sent, ${acknowledged} acknowledged, ${resent} sent again; readings stored: ${last?.readings}, marks of late ones: ${last?.marks}`,
    `rounds that ended with sealed chunks: ${rounds.filter(({ sealedChunks }) => sealedChunks > 0).length}, chunks at the end: ${last?.sealedChunks}, kills within a seal: ${killsWithinSeal(rounds)}`,
    `store opens after a kill: ${spread(rounds.map(({ openMs }) => openMs))}`,
    `hub starts after a kill: ${spread(starts)}; in an empty folder ${Math.round(emptyStartMs)} ms`,
    `spawn to first accepted reading: ${spread(firsts)}`,
    "nothing acknowledged was lost, altered, doubled or torn",
  ].join("\n");
}

/**
 * Kills that left the store within a seal. The state lasts until a later hub seals, so only the rounds in which it begins
 * count: at least so many kills fell within a seal.
 */
export function killsWithinSeal(rounds: readonly RoundReport[]): number {
  return rounds.filter(({ isHalfSealed }, index) => isHalfSealed && !rounds[index - 1]?.isHalfSealed).length;
}

/** The value below which half of a list lies; NaN for an empty one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function spread(values: readonly number[]): string {
  return `median ${Math.round(median(values))} ms, worst ${Math.round(Math.max(...values))} ms`;
}
