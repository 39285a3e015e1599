import { type EpochMs, MilliWattHours } from "../units.ts";

/**
 * Something decided about one register that its readings alone do not tell. It is part of the inputs of energy: the same
 * readings and the same changes give the same energy.
 */
export type RegisterChange = RegisterContinues | JumpIsEnergy;

/** From here on another register counts on: a swapped meter, a register that rolled over or was set back. */
export interface RegisterContinues {
  readonly kind: "continues";
  /** The first moment of the new register; a reading of this very moment belongs to it. */
  readonly at: EpochMs;
  /** Where the register before ended and the new one began. What lies between the two is no energy. */
  readonly end: MilliWattHours;
  readonly start: MilliWattHours;
  /** True when both were read at `at` itself, so that the register is known in that moment. */
  readonly isReadThen: boolean;
}

/** The reading of this moment is right although no plant of this size could have come there in that time. */
export interface JumpIsEnergy {
  readonly kind: "energy";
  readonly at: EpochMs;
}

/**
 * What a continued register showed on its display at a moment. Pure.
 * @param continued the register as if one had counted since `since`
 * @param since     moment of the first reading of the track; changes before it move nothing
 */
export function shownRegister(
  continued: MilliWattHours,
  changes: readonly RegisterChange[],
  { since, at }: { readonly since: EpochMs; readonly at: EpochMs },
): MilliWattHours {
  let offset = 0;
  for (const change of changes) {
    if (change.kind === "continues" && change.at > since && change.at <= at) offset += change.end - change.start;
  }
  return MilliWattHours(continued - offset);
}
