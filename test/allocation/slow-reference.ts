import type { AllocationInput } from "../../hub/allocation/allocate.ts";
import type { SharingLayout } from "../../hub/allocation/plan-sharing.ts";
import type { Policy, Tier } from "../../hub/allocation/policy.ts";
import type { IntervalInput } from "../../hub/allocation/share-interval.ts";

/**
 * The rules of allocation once more, written to be read and not to be fast: each quota a fraction of its own, rounds
 * played one by one, everything by name and in BigInt, nothing taken from the hub but the shape of its input. Tests hold
 * the engine against it.
 */
type Fraction = readonly [over: bigint, under: bigint];
type Amounts = Map<string, bigint>;

export interface SlowResult {
  readonly allotted: ReadonlyMap<string, bigint>;
  readonly beyond: ReadonlyMap<string, bigint>;
  readonly surplus: bigint;
  /** By plant: consumed by members. */
  readonly shared: ReadonlyMap<string, bigint>;
}

/** One joint pool, as `allocate` takes it. */
export function allocateSlowly({ policy, pool, demands, intervalIndex }: AllocationInput): SlowResult {
  return shareSlowly(
    policy,
    {
      members: demands.map(({ member }) => member),
      loads: demands.map(({ member }) => ({ point: member, member })),
      plants: [{ point: "plant" }],
    },
    { intervalIndex, loads: demands.map(({ consumption }) => consumption), plants: [pool] },
  );
}

interface Pool {
  readonly name: string;
  readonly plants: readonly string[];
  readonly serves: (member: string) => boolean;
  readonly start: bigint;
  rest: bigint;
  used: bigint;
}

/** A policy on one interval; of roundings only the exact one. */
export function shareSlowly(policy: Policy, layout: SharingLayout, interval: IntervalInput): SlowResult {
  const turn = interval.intervalIndex;
  const members = layout.members.toSorted(byCodeUnit);
  const entered = enterSlowly(policy, layout, interval);
  const pools = poolsOf(policy, layout, entered.plants);
  const inOrder = policy.producers !== undefined && policy.producers.kind !== "pro_rata";
  const open = new Map(entered.demands);
  const allotted: Amounts = new Map(members.map((member) => [member, 0n]));
  const beyond: Amounts = new Map(members.map((member) => [member, 0n]));
  policy.tiers.forEach((tier, index) => {
    const budgets = budgetsSlowly(tier, pools, { inOrder, turn });
    const quota = new Map(
      members.map((member, place) => [member, quotaLeft(tier, interval.quotaUsed?.[index]?.[place])]),
    );
    for (const group of ranksOf(tier)) {
      const basisOf = (member: string) => (tier.demand === "gross" ? entered.demands.get(member)! : open.get(member)!);
      const capOf = (member: string) => least(open.get(member)!, quota.get(member));
      const isServed = (pool: Pool, member: string) =>
        pool.serves(member) && (tier.members?.includes(member) ?? true) && (group?.includes(member) ?? true);
      const weigh = (pool: Pool, amounts: (member: string) => bigint) =>
        weightsSlowly(tier, {
          pool: pool.name,
          members,
          amounts,
          basis: basisOf,
          interval,
          served: (m) => isServed(pool, m),
        });
      const take = (pool: Pool, member: string, used: bigint, more: bigint) => {
        allotted.set(member, allotted.get(member)! + used);
        beyond.set(member, beyond.get(member)! + more);
        open.set(member, open.get(member)! - used);
        const left = quota.get(member);
        if (left !== undefined) quota.set(member, left - used);
        pool.rest -= used + more;
        pool.used += used;
        budgets.set(pool, budgets.get(pool)! - used - more);
      };
      const rounds = tier.weight.kind === "priority" ? Number.POSITIVE_INFINITY : roundsOf(tier);
      const keeps = policy.surplus === "to_share_owner" || tier.cap?.kind === "none";
      if (keeps && !inOrder) {
        const shares = pools.map((pool) => {
          const { weights, whole } = weigh(pool, basisOf);
          const budget = budgets.get(pool)!;
          return roundSlowly(
            members.map((member) => [member, over(budget * weights.get(member)!, whole)]),
            turn,
          );
        });
        for (const member of members) {
          const each = shares.map((share) => share.get(member)!);
          const used = least(sum(each), capOf(member));
          const parts = divide(used, each, turn);
          pools.forEach((pool, place) => {
            take(pool, member, parts[place]!, each[place]! - parts[place]!);
          });
        }
        continue;
      }
      const serve = (pool: Pool, caps: Amounts, amounts: (member: string) => bigint) => {
        const { weights, whole } = weigh(pool, amounts);
        const budget = budgets.get(pool)!;
        const quotas = keeps
          ? members.map((member): [string, Fraction] => [member, over(budget * weights.get(member)!, whole)])
          : playRounds({ budget, members, weights, whole, caps, rounds });
        for (const [member, given] of roundSlowly(quotas, turn)) {
          const used = least(given, caps.get(member)!);
          take(pool, member, used, given - used);
        }
      };
      if (inOrder || pools.length === 1) {
        for (const pool of pools) serve(pool, new Map(members.map((member) => [member, capOf(member)])), basisOf);
        continue;
      }
      const servesAll =
        policy.pools?.kind !== "groups" || policy.pools.groups.every((one) => one.members === undefined);
      const isPlain =
        tier.weight.kind === "consumption" && (tier.cap?.kind ?? "demand") === "demand" && tier.demand !== "gross";
      const again = rounds === Number.POSITIVE_INFINITY || (isPlain && servesAll);
      for (let before = -1n; before !== sum(pools.map(({ rest }) => rest)); ) {
        before = sum(pools.map(({ rest }) => rest));
        const reach = new Map(pools.map((pool) => [pool, weigh(pool, () => 1n).weights]));
        const isReached = (pool: Pool, member: string) =>
          tier.weight.kind === "consumption" ? isServed(pool, member) : reach.get(pool)!.get(member)! > 0n;
        const split = (amountOf: (member: string) => bigint) => {
          const parts = new Map(pools.map((pool) => [pool, new Map<string, bigint>()]));
          for (const member of members) {
            const weights = pools.map((pool) => (isReached(pool, member) ? budgets.get(pool)! : 0n));
            divide(amountOf(member), weights, turn).forEach((part, place) => {
              parts.get(pools[place]!)!.set(member, part);
            });
          }
          return parts;
        };
        const caps = split(capOf);
        const basis = split(basisOf);
        for (const pool of pools) {
          const ofBasis = basis.get(pool)!;
          serve(pool, caps.get(pool)!, tier.weight.kind === "consumption" ? (member) => ofBasis.get(member)! : basisOf);
        }
        if (!again) break;
      }
    }
  });
  const shared: Amounts = new Map(layout.plants.map(({ point }) => [point, 0n]));
  for (const pool of pools) {
    if (inOrder) {
      let left = pool.used;
      for (const plant of pool.plants) {
        const part = least(left, entered.plants.get(plant)!);
        shared.set(plant, part);
        left -= part;
      }
      continue;
    }
    const parts = divide(
      pool.used,
      pool.plants.map((plant) => entered.plants.get(plant)!),
      turn,
    );
    pool.plants.forEach((plant, place) => {
      shared.set(plant, parts[place]!);
    });
  }
  return { allotted, beyond, surplus: sum(pools.map(({ rest }) => rest)), shared };
}

/** Losses, own use and participation, by point. */
function enterSlowly(policy: Policy, { loads, plants, members }: SharingLayout, interval: IntervalInput) {
  const normalise = (point: string, energy: number): bigint => {
    const [a, b] = fractionOf(policy.loss_factors?.[point] ?? "1");
    return (BigInt(Math.max(0, energy)) * a) / b;
  };
  const atLoads = new Map(loads.map(({ point }, at) => [point, normalise(point, interval.loads[at]!)]));
  const atPlants = new Map(plants.map(({ point }, at) => [point, normalise(point, interval.plants[at]!)]));
  if (policy.own_use === "site_netting") {
    for (const member of members) {
      const ownLoads = loads
        .filter((one) => one.member === member)
        .map(({ point }) => point)
        .sort(byCodeUnit);
      const ownPlants = plants
        .filter((one) => one.owner === member)
        .map(({ point }) => point)
        .sort(byCodeUnit);
      const used = sum(ownLoads.map((point) => atLoads.get(point)!));
      const own = least(used, sum(ownPlants.map((point) => atPlants.get(point)!)));
      for (const [points, energies] of [
        [ownLoads, atLoads],
        [ownPlants, atPlants],
      ] as const) {
        const parts = divide(
          own,
          points.map((point) => energies.get(point)!),
          0,
        );
        points.forEach((point, place) => {
          energies.set(point, energies.get(point)! - parts[place]!);
        });
      }
    }
  }
  const enters = ([point, energy]: [string, bigint]): [string, bigint] => [
    point,
    (energy * BigInt(policy.membership_percent?.[point] ?? 100)) / 100n,
  ];
  const entering = new Map([...atLoads].map(enters));
  const demands = new Map(
    members.map((member) => {
      const own = loads.filter((one) => one.member === member);
      return [member, sum(own.map(({ point }) => entering.get(point)!))];
    }),
  );
  return { demands, plants: new Map([...atPlants].map(enters)) };
}

function poolsOf(policy: Policy, { plants }: SharingLayout, energies: Amounts): Pool[] {
  const rank = (plant: string): number | string => {
    const { producers } = policy;
    if (producers?.kind === "by_order") return (producers.order.indexOf(plant) + 1 || 1e6) as number;
    if (producers?.kind === "by_commissioning") return producers.commissioned[plant] ?? "9999";
    return 0;
  };
  const order = plants
    .map(({ point }) => point)
    .sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : byCodeUnit(a, b)));
  const make = (name: string, chosen: readonly string[], serves: (member: string) => boolean): Pool => {
    const start = sum(chosen.map((plant) => energies.get(plant)!));
    return { name, plants: chosen, serves, start, rest: start, used: 0n };
  };
  if (policy.pools?.kind === "per_producer") return order.map((plant) => make(plant, [plant], () => true));
  if (policy.pools?.kind !== "groups") return [make("joint", order, () => true)];
  const pools = policy.pools.groups.map((group) =>
    make(
      group.name,
      order.filter((plant) => group.plants.includes(plant)),
      (member) => group.members?.includes(member) ?? true,
    ),
  );
  const first = (pool: Pool) =>
    pool.plants[0] === undefined
      ? rank(plants.map(({ point }) => point).sort(byCodeUnit)[0] ?? "")
      : rank(pool.plants[0]);
  return pools.sort((a, b) => (first(a) < first(b) ? -1 : first(a) > first(b) ? 1 : byCodeUnit(a.name, b.name)));
}

function budgetsSlowly(
  { budget }: Tier,
  pools: readonly Pool[],
  { inOrder, turn }: { inOrder: boolean; turn: number },
): Map<Pool, bigint> {
  if (budget === undefined || budget.kind === "all") return new Map(pools.map((pool) => [pool, pool.rest]));
  if (budget.kind === "share_of_pool") {
    const [a, b] = fractionOf(budget.share);
    return new Map(pools.map((pool) => [pool, least(pool.rest, (pool.start * a) / b)]));
  }
  let left = BigInt(budget.amount_mwh);
  if (!inOrder && left < sum(pools.map(({ rest }) => rest))) {
    const parts = divide(
      left,
      pools.map(({ rest }) => rest),
      turn,
    );
    return new Map(pools.map((pool, place) => [pool, parts[place]!]));
  }
  return new Map(
    pools.map((pool) => {
      const part = least(left, pool.rest);
      left -= part;
      return [pool, part];
    }),
  );
}

function ranksOf({ weight }: Tier): readonly (readonly string[] | undefined)[] {
  if (weight.kind !== "priority") return [undefined];
  const ranks = [...new Set(Object.values(weight.ranks))].sort((a, b) => a - b);
  return ranks.map((rank) => Object.keys(weight.ranks).filter((member) => weight.ranks[member] === rank));
}

function roundsOf({ rounds }: Tier): number {
  return rounds === "until_exhausted" ? Number.POSITIVE_INFINITY : (rounds ?? 1);
}

function quotaLeft({ cap }: Tier, used: number | undefined): bigint | undefined {
  if (cap?.kind !== "demand_and_quota") return undefined;
  const left = BigInt(cap.quota_mwh) - BigInt(cap.per === "interval" ? 0 : (used ?? 0));
  return left < 0n ? 0n : left;
}

/** Each member's weight, and what a whole is made of. */
function weightsSlowly(
  { weight, base }: Tier,
  about: {
    readonly pool: string;
    readonly members: readonly string[];
    readonly amounts: (member: string) => bigint;
    readonly basis: (member: string) => bigint;
    readonly interval: IntervalInput;
    readonly served: (member: string) => boolean;
  },
): { weights: Amounts; whole: bigint } {
  const { members, served, basis, amounts } = about;
  const counts = (member: string) => served(member) && (base !== "active" || basis(member) > 0n);
  const weighted = (of: (member: string) => bigint, counted: (member: string) => boolean) =>
    new Map(members.map((member) => [member, counted(member) ? of(member) : 0n]));
  if (weight.kind === "consumption") {
    const weights = weighted(amounts, served);
    return { weights, whole: sum([...weights.values()]) };
  }
  if (weight.kind === "equal" || weight.kind === "priority") {
    const weights = weighted(() => 1n, counts);
    return { weights, whole: sum([...weights.values()]) };
  }
  const shares =
    weight.kind === "fixed" ? weight.shares : about.interval.coefficients![weight.coefficients]![about.pool]!;
  const common = Object.values(shares).reduce((all, share) => all * fractionOf(share)[1], 1n);
  const weights = weighted((member) => {
    const [a, b] = fractionOf(shares[member] ?? "0");
    return (a * common) / b;
  }, counts);
  return { weights, whole: base === "active" ? sum([...weights.values()]) : common };
}

/** Round after round: what is left is offered to those who could use more, by their weights; quotas stay fractions. */
function playRounds(play: {
  readonly budget: bigint;
  readonly members: readonly string[];
  readonly weights: Amounts;
  readonly whole: bigint;
  readonly caps: Amounts;
  readonly rounds: number;
}): [string, Fraction][] {
  const { budget, members, weights, caps, rounds } = play;
  const quotas = new Map<string, Fraction>(members.map((member) => [member, [0n, 1n]]));
  let rest: Fraction = [budget, 1n];
  let whole = play.whole;
  for (let round = 1; round <= rounds && rest[0] > 0n && whole > 0n; round += 1) {
    let given: Fraction = [0n, 1n];
    for (const member of members) {
      const offer = times(rest, [weights.get(member)!, whole]);
      const room = minus([caps.get(member)!, 1n], quotas.get(member)!);
      const part = isLess(room, offer) ? room : offer;
      quotas.set(member, plus(quotas.get(member)!, part));
      given = plus(given, part);
    }
    rest = minus(rest, given);
    const open = members.filter((member) => isLess(quotas.get(member)!, [caps.get(member)!, 1n]));
    whole = sum(open.map((member) => weights.get(member)!));
    for (const member of members) if (!open.includes(member)) weights.set(member, 0n);
  }
  return members.map((member) => [member, quotas.get(member)!]);
}

export function fractionOf(text: string): Fraction {
  if (text.includes("/")) {
    const [a, b] = text.split("/");
    return [BigInt(a!), BigInt(b!)];
  }
  const [whole, decimals = ""] = text.split(".");
  return [BigInt(whole! + decimals), 10n ** BigInt(decimals.length)];
}

const over = (a: bigint, b: bigint): Fraction => (b === 0n ? [0n, 1n] : [a, b]);
const isLess = (a: Fraction, b: Fraction) => a[0] * b[1] < b[0] * a[1];
const plus = (a: Fraction, b: Fraction) => simplest([a[0] * b[1] + b[0] * a[1], a[1] * b[1]]);
const minus = (a: Fraction, b: Fraction) => simplest([a[0] * b[1] - b[0] * a[1], a[1] * b[1]]);
const times = (a: Fraction, b: Fraction) => simplest([a[0] * b[0], a[1] * b[1]]);
const sum = (amounts: readonly bigint[]) => amounts.reduce((all, one) => all + one, 0n);
const least = (a: bigint, b: bigint | undefined) => (b === undefined || a < b ? a : b);
const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Without it denominators grow with every round. */
function simplest([a, b]: Fraction): Fraction {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? [0n, 1n] : [a / x, b / x];
}

/** One amount by weights, whole; nothing where nobody weighs anything. */
function divide(amount: bigint, weights: readonly bigint[], turn: number): bigint[] {
  const whole = sum(weights);
  const rounded = roundSlowly(
    weights.map((weight, place) => [String(place), over(amount * weight, whole)]),
    turn,
  );
  return weights.map((_, place) => rounded.get(String(place))!);
}

/** Floors; then one unit each by largest fractional part, those with equal parts in order from the one on turn. */
function roundSlowly(quotas: readonly (readonly [string, Fraction])[], turn: number): Amounts {
  const all = quotas.reduce<Fraction>((so, [, one]) => plus(so, one), [0n, 1n]);
  const floors = quotas.map(([, [a, b]]) => a / b);
  const units = all[0] / all[1] - sum(floors);
  const parts = quotas.map(([, [a, b]]): Fraction => [a % b, b]);
  const groups: number[][] = [];
  for (const index of parts.keys()) {
    const group = groups.find(
      ([first]) => !isLess(parts[first!]!, parts[index]!) && !isLess(parts[index]!, parts[first!]!),
    );
    if (group === undefined) groups.push([index]);
    else group.push(index);
  }
  groups.sort(([a], [b]) => (isLess(parts[a!]!, parts[b!]!) ? 1 : -1));
  const winners = groups.flatMap((group) => {
    const first = ((turn % group.length) + group.length) % group.length;
    return [...group.slice(first), ...group.slice(0, first)];
  });
  const rounded = new Set(winners.slice(0, Number(units)));
  return new Map(quotas.map(([name], index) => [name, floors[index]! + (rounded.has(index) ? 1n : 0n)]));
}
