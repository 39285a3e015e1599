import type { SunSpecIdentity } from "./common-model.ts";

/** Where a maker reads the standard otherwise than its others do. */
export interface MakerQuirks {
  /** What the common model says as manufacturer. */
  readonly manufacturer: RegExp;
  readonly source: string;
  /** Power of its meter models is positive when it is exported, while their counters are named rightly. */
  readonly isMeterPowerTurned?: true;
  /** Exported energy may come as a negative number in an accumulator that has no sign. */
  readonly hasNegativeAccumulators?: true;
}

const makerQuirks: readonly MakerQuirks[] = [
  {
    manufacturer: /^SolarEdge/i,
    source: "owners' readings: at an export and import meter negative power is drawn from the grid",
    isMeterPowerTurned: true,
  },
  {
    manufacturer: /^KOSTAL/i,
    source: "owners' readings of the KOSTAL Smart Energy Meter: the exported counter is huge and falls",
    hasNegativeAccumulators: true,
  },
];

/** @returns what is to be minded at this maker's devices; undefined at all others */
export function quirksOf(identity: SunSpecIdentity): MakerQuirks | undefined {
  return makerQuirks.find(({ manufacturer }) => manufacturer.test(identity.manufacturer ?? ""));
}
