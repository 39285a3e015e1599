import { EpochMs } from "./units.ts";

/** Before this release was made no hub ran it, so a clock that shows an earlier time is wrong. Move it with a release. */
export const RELEASED_AT = EpochMs(Date.UTC(2026, 5, 1));
