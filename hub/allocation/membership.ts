/** Percent points of a whole metering point. */
const WHOLE_PERCENT = 100;

/** What of an energy takes part when a metering point takes part with so many percent, rounded down to whole mWh. */
export function partThatEnters(energyMwh: number, percent: number): number {
  return Number((BigInt(energyMwh) * BigInt(percent)) / BigInt(WHOLE_PERCENT));
}

/** With how much of itself a metering point takes part in one of several communities. */
export interface Participation {
  readonly community: string;
  readonly point: string;
  readonly percent: number;
}

/** A metering point that was promised more than once over. */
export interface Overcommitment {
  readonly point: string;
  readonly percent: number;
  readonly communities: readonly string[];
}

/**
 * Metering points whose percentages in all communities together pass 100. Where a point may take part in several, as in
 * Austria, each of its mWh is given away once, so such a participation must be refused.
 * @returns in the order in which the points first appear
 */
export function findOvercommitted(participations: readonly Participation[]): readonly Overcommitment[] {
  return [...Map.groupBy(participations, ({ point }) => point)].flatMap(([point, all]) => {
    const percent = all.reduce((sum, one) => sum + one.percent, 0);
    return percent > WHOLE_PERCENT ? [{ point, percent, communities: all.map(({ community }) => community) }] : [];
  });
}
