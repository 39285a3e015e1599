import type { CompleteTier } from "./complete-policy.ts";
import type { Rounding, Weight } from "./policy.ts";
import { roundQuotas } from "./round-quotas.ts";
import type { TierInput } from "./run-tiers.ts";
import { splitAmount, splitDemand } from "./split-demand.ts";
import { type StepWeight, weigh } from "./tier-key.ts";
import type { StepPlan } from "./tier-plan.ts";
import { findLevel, type Level } from "./water-filling.ts";

/** One step on one pool as it was run, for whoever wants to explain it; lists run in member-id order, in mWh. */
export interface TierRun {
  /** Which tier of the policy, from 0. */
  readonly tier: number;
  readonly pool: string;
  readonly weight: Weight;
  readonly rank: number | undefined;
  readonly base: "all" | "active";
  readonly rounding: Rounding;
  /** What the weights were measured against in the first round. */
  readonly whole: number | bigint;
  /** What earlier steps left of the pool. */
  readonly rest: number;
  /** What of it this step may give. */
  readonly budget: number;
  /** What the quotas were taken from. */
  readonly level: Level;
  /** The most each member can use; only valid during the call. */
  readonly caps: readonly number[];
  /** False when `given` may be more than the cap. */
  readonly isCapped: boolean;
  /** Only valid during the call. */
  readonly given: readonly number[];
}

/** Told of each step on each pool after it was rounded. */
export type Observe = (run: TierRun) => void;

/** A pool while the tiers run. */
interface PoolState {
  readonly allotted: number[];
  beyond: number;
  rest: number;
  leak: number;
}

/** Everything a step changes. */
export interface Board {
  readonly open: number[];
  readonly allotted: number[];
  readonly beyond: number[];
  readonly pools: readonly PoolState[];
}

/** One step of a tier while it runs. */
export interface StepState {
  readonly input: TierInput;
  readonly board: Board;
  readonly tier: CompleteTier;
  readonly index: number;
  /** What each pool may still give in this tier. */
  readonly budgets: number[];
  /** What each member took of the tier's quota in this interval. */
  readonly taken: number[] | undefined;
  readonly observe: Observe | undefined;
  readonly step: StepPlan;
  /** How members are weighed, by pool. */
  readonly weights: readonly StepWeight[];
}

/** Pools in order serve what the ones before left open; pools side by side serve their part of each member's demand. */
export function runStep(run: StepState): void {
  const { input, board, tier, budgets, step } = run;
  if (input.energies.length === 1 || input.inOrder) {
    for (let pool = 0; pool < budgets.length; pool += 1) {
      serve(run, { pool, basis: basisOf(run), caps: capsOf(run) });
    }
    return;
  }
  if (keepsBeyond(run)) {
    shareSideBySide(run);
    return;
  }
  // A member whose part of one pool was not met is offered the others' rest where the tier goes on until exhausted, and
  // where rounding the parts alone can be the cause. Each pass but the last empties a pool for somebody, so there are at
  // most as many as pools, and one more.
  const isByConsumption = step.weight?.kind === "consumption";
  const goesOn =
    tier.rounds === Number.POSITIVE_INFINITY ||
    (isByConsumption &&
      tier.cap.kind === "demand" &&
      tier.demand === "remaining" &&
      input.pools.every(({ members }) => members === undefined));
  for (let pass = 0; pass <= budgets.length; pass += 1) {
    const basis = basisOf(run);
    const caps = capsOf(run);
    const canServe = (pool: number, member: number) => isWeighed(run, pool, member);
    const partsOfCaps = splitDemand(caps, budgets, canServe, input.turn);
    const partsOfBasis = isByConsumption && basis !== caps ? splitDemand(basis, budgets, canServe, input.turn) : [];
    let given = 0;
    for (let pool = 0; pool < budgets.length; pool += 1) {
      const part = partsOfCaps[pool] as number[];
      const weighed = isByConsumption ? (partsOfBasis[pool] ?? part) : basis;
      given += serve(run, { pool, basis: weighed, caps: part });
    }
    if (!goesOn || given === 0 || board.open.every((open) => open === 0)) return;
  }
}

/** Whether anything of a pool can go to a member in this step. */
function isWeighed({ step, weights }: StepState, pool: number, member: number): boolean {
  const mask = step.masks[pool];
  if (mask !== undefined && mask[member] !== 1) return false;
  const weight = weights[pool];
  return weight?.kind !== "shares" || Number(weight.key.weights[member] ?? 0) > 0;
}

interface Serving {
  readonly pool: number;
  readonly basis: readonly number[];
  /** The most each member can use of this pool. */
  readonly caps: readonly number[];
}

/** Share one pool's budget out, book it, and say how much it was. */
function serve(run: StepState, serving: Serving): number {
  const { given, leak } = shareOut(run, serving);
  if (!keepsBeyond(run)) return book(run, { pool: serving.pool, used: given, beyond: undefined, leak });
  const used = given.map((share, index) => Math.min(share, serving.caps[index] as number));
  const beyond = given.map((share, index) => share - (used[index] as number));
  return book(run, { pool: serving.pool, used, beyond, leak });
}

/** Shares of every pool first, then one cap over all of them, its parts in proportion to the shares. */
function shareSideBySide(run: StepState): void {
  const { input, budgets } = run;
  const caps = capsOf(run);
  const basis = basisOf(run);
  const outs = budgets.map((_, pool) => shareOut(run, { pool, basis, caps }));
  const usedOf = outs.map(() => new Array<number>(caps.length).fill(0));
  for (let member = 0; member < caps.length; member += 1) {
    const shares = outs.map(({ given }) => given[member] as number);
    const all = shares.reduce((sum, share) => sum + share, 0);
    const used = Math.min(all, caps[member] as number);
    const parts = used === all ? shares : splitAmount(used, shares, input.turn);
    for (const [pool, part] of parts.entries()) (usedOf[pool] as number[])[member] = part;
  }
  for (const [pool, { given, leak }] of outs.entries()) {
    const used = usedOf[pool] as number[];
    book(run, { pool, used, beyond: given.map((share, index) => share - (used[index] as number)), leak });
  }
}

function shareOut(run: StepState, { pool, basis, caps }: Serving): { given: number[]; leak: number } {
  const { input, board, tier, index, budgets, observe, step, weights } = run;
  const { turn, rounding } = input;
  const budget = budgets[pool] as number;
  const weight = weights[pool] as StepWeight;
  const key = weigh({ weight, mask: step.masks[pool], basis, base: tier.base });
  const isCapped = !keepsBeyond(run);
  const limits = isCapped ? caps : new Array<number>(caps.length).fill(budget);
  const level = isCapped ? findLevel({ pool: budget, key, caps: limits }, tier.rounds) : { pool: budget, key };
  // Everybody weighs what they still need, so a pool that is large enough meets every demand.
  const meetsAll = key.weights === limits && budget >= key.total && rounding === "exact";
  const rounded = meetsAll
    ? { given: caps.slice(), leak: 0 }
    : roundQuotas(rounding, { pool: level.pool, key: level.key, caps: limits, turn });
  observe?.({
    tier: index,
    pool: input.pools[pool]?.name ?? "",
    weight: tier.weight,
    rank: step.rank,
    base: tier.base,
    rounding,
    whole: key.total,
    rest: board.pools[pool]?.rest ?? 0,
    budget,
    level,
    caps,
    isCapped,
    given: rounded.given,
  });
  return rounded;
}

interface Booking {
  readonly pool: number;
  readonly used: readonly number[];
  readonly beyond: readonly number[] | undefined;
  readonly leak: number;
}

/** @returns what the pool gave, leak left out */
function book({ board, budgets, taken }: StepState, { pool, used, beyond, leak }: Booking): number {
  const state = board.pools[pool] as PoolState;
  const { allotted, open } = board;
  const isOnlyPool = state.allotted === allotted;
  let given = 0;
  for (let index = 0; index < used.length; index += 1) {
    const amount = used[index] as number;
    given += amount;
    open[index] = (open[index] as number) - amount;
    allotted[index] = (allotted[index] as number) + amount;
    if (!isOnlyPool) state.allotted[index] = (state.allotted[index] as number) + amount;
    if (taken !== undefined) taken[index] = (taken[index] as number) + amount;
  }
  if (beyond !== undefined) {
    for (let index = 0; index < beyond.length; index += 1) {
      const amount = beyond[index] as number;
      given += amount;
      state.beyond += amount;
      board.beyond[index] = (board.beyond[index] as number) + amount;
    }
  }
  state.rest -= given + leak;
  state.leak += leak;
  budgets[pool] = (budgets[pool] as number) - given - leak;
  return given;
}

function keepsBeyond({ input, tier }: StepState): boolean {
  return input.keepsShares || tier.cap.kind === "none";
}

function basisOf({ input, board, tier }: StepState): readonly number[] {
  return tier.demand === "gross" ? input.demands : board.open;
}

/** The most each member can use in this tier: what they still need, and what is left of their quota. */
function capsOf({ input, board, tier, index, taken }: StepState): readonly number[] {
  const { cap } = tier;
  if (cap.kind !== "demand_and_quota") return board.open;
  const before = cap.per === "interval" ? undefined : input.quotaUsed?.[index];
  return board.open.map((open, member) => {
    const used = (before?.[member] ?? 0) + (taken?.[member] ?? 0);
    return Math.min(open, Math.max(0, cap.quota_mwh - used));
  });
}
