import { abbB23 } from "./abb-b23.ts";
import type { RegisterProfile } from "./device-profile.ts";

const [model, ...rest] = abbB23.identity;

/** The B23 behind current transformers: the same registers, values already multiplied by the ratio that is set on it. */
export const abbB24 = {
  ...abbB23,
  name: "abb-b24",
  model: "B24",
  identity: [{ ...model, expect: "^B24" }, ...rest],
} as const satisfies RegisterProfile;
