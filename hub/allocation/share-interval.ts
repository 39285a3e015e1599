import { MilliWattHours } from "../units.ts";
import { attributePlants } from "./attribute-plants.ts";
import { type Entered, enterPools } from "./enter-pools.ts";
import type { SharingPlan } from "./plan-sharing.ts";
import type { TierRun } from "./run-step.ts";
import { type Coefficients, type PoolOutcome, runTiers } from "./run-tiers.ts";

/** One interval's measured energies, whole mWh; what is missing must not come here. */
export interface IntervalInput {
  /** Intervals since any fixed moment, a whole number: it rotates who wins a tie. */
  readonly intervalIndex: number;
  /** By position in the layout's `loads`. */
  readonly loads: ArrayLike<number>;
  /** By position in the layout's `plants`. */
  readonly plants: ArrayLike<number>;
  /** Shares that somebody outside names for this interval; kept with the run. */
  readonly coefficients?: Coefficients | undefined;
  /** For each tier with a quota over a day or month: what each member used of it before this interval. */
  readonly quotaUsed?: readonly (ArrayLike<number> | undefined)[] | undefined;
}

/** By member of the plan: consumption = own + allotted + from_grid. */
export interface MemberShares {
  readonly consumption: readonly number[];
  /** Own generation, used behind the own meter. */
  readonly own: readonly number[];
  /** What took part in the sharing; the rest of consumption less own use stays outside, with other suppliers. */
  readonly demand: readonly number[];
  /** Given by the pools and consumed. */
  readonly allotted: readonly number[];
  readonly fromGrid: readonly number[];
  /** Given beyond use: exported for the member, or banked. */
  readonly beyond: readonly number[];
}

/** By plant of the plan: generation = own + outside + shared + beyond + surplus, and measured = generation + loss. */
export interface PlantShares {
  readonly generation: readonly number[];
  readonly loss: readonly number[];
  readonly own: readonly number[];
  /** What does not take part. */
  readonly outside: readonly number[];
  /** Consumed by members, a leak of rounding included. */
  readonly shared: readonly number[];
  /** Of `MemberShares.beyond`. */
  readonly beyond: readonly number[];
  readonly surplus: readonly number[];
}

/** One interval shared out, whole mWh. */
export interface SharedInterval {
  readonly pool: number;
  /** Nobody's; where it goes is the policy's surplus rule. pool = allotted + beyond + surplus + leak. */
  readonly surplus: number;
  /** What a rounding that is not exact lost (positive) or made up, for a rounding account. */
  readonly leak: number;
  readonly members: MemberShares;
  readonly plants: PlantShares;
  /** By pool of the plan. */
  readonly pools: readonly PoolOutcome[];
  /** For each tier with a quota: what each member took of it in this interval. */
  readonly quotaTaken: readonly (readonly number[] | undefined)[];
  readonly lossOfLoads: number;
  /** Metering points whose energy was below 0 and counted as 0. */
  readonly negative: readonly string[];
}

/**
 * Share one interval out by a prepared policy, from metering points to members and plants, exactly. Pure: the same plan
 * and input give the same result.
 * @param observe told of each step of the tiers on each pool, after it was rounded
 * @throws RangeError when an energy is no whole number, lists are too short, or coefficients are missing
 */
export function shareInterval(
  plan: SharingPlan,
  input: IntervalInput,
  observe?: (run: TierRun) => void,
): SharedInterval {
  const { intervalIndex: turn, coefficients, quotaUsed } = input;
  if (!Number.isSafeInteger(turn)) throw new RangeError(`not an interval index: ${turn}`);
  const entered = enterPools(plan, input.loads, input.plants);
  const energies = plan.pools.map(({ plants }) => sumOf(plants.map((plant) => entered.pooled[plant] ?? 0)));
  const { allotted, beyond, quotaTaken, pools } = runTiers(
    {
      members: plan.members,
      tiers: plan.tiers,
      pools: plan.pools,
      energies,
      demands: entered.demands,
      inOrder: plan.inOrder,
      keepsShares: plan.policy.surplus === "to_share_owner",
      rounding: plan.policy.rounding,
      turn,
      coefficients,
      quotaUsed,
    },
    observe,
  );
  const plants = sharesOfPlants(plan, entered, pools, turn);
  const pool = sumOf(energies);
  const leak = sumOf(pools.map((one) => one.leak));
  const surplus = sumOf(pools.map(({ rest }) => rest));
  const given = sumOf(allotted) + sumOf(beyond);
  if (given + surplus + leak !== pool) {
    throw new Error(`given ${given}, surplus ${surplus} and leak ${leak} mWh are not the pool of ${pool} mWh`);
  }
  return {
    pool,
    surplus,
    leak,
    members: {
      consumption: entered.consumption,
      own: entered.ownByMember,
      demand: entered.demands,
      allotted,
      fromGrid: allotted.map(
        (amount, index) => (entered.consumption[index] ?? 0) - (entered.ownByMember[index] ?? 0) - amount,
      ),
      beyond,
    },
    plants,
    pools,
    quotaTaken,
    lossOfLoads: entered.lossOfLoads,
    negative: entered.negative,
  };
}

/** What each pool gave, by plant; a plant in no pool has nothing but surplus. */
function sharesOfPlants(
  plan: SharingPlan,
  { generation, lossOfPlants, ownByPlant, pooled }: Entered,
  pools: readonly PoolOutcome[],
  turn: number,
): PlantShares {
  const shared = pooled.map(() => 0);
  const beyond = pooled.map(() => 0);
  for (const [index, outcome] of pools.entries()) {
    const plants = plan.pools[index]?.plants ?? [];
    const order = { inOrder: plan.inOrder, turn };
    const energies = plants.map((plant) => pooled[plant] ?? 0);
    const consumed = sumOf(energies) - outcome.rest - outcome.beyond;
    const forUse = attributePlants(consumed, energies, order);
    const left = energies.map((energy, place) => energy - (forUse[place] ?? 0));
    const forOwners = attributePlants(outcome.beyond, left, order);
    for (const [place, plant] of plants.entries()) {
      shared[plant] = forUse[place] ?? 0;
      beyond[plant] = forOwners[place] ?? 0;
    }
  }
  return {
    generation,
    loss: lossOfPlants,
    own: ownByPlant,
    outside: generation.map((energy, plant) => energy - (ownByPlant[plant] ?? 0) - (pooled[plant] ?? 0)),
    shared,
    beyond,
    surplus: pooled.map((energy, plant) => energy - (shared[plant] ?? 0) - (beyond[plant] ?? 0)),
  };
}

function sumOf(energies: readonly number[]): number {
  let sum = 0;
  for (const energy of energies) sum += energy;
  return MilliWattHours(sum);
}
