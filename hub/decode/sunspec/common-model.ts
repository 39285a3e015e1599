import type { IdentityField } from "../profiles/device-profile.ts";

/** Model 1, with which every SunSpec map begins: who made the device (SunSpec model definition 1). */
export const COMMON_MODEL = 1;

/** What the common model says of a device. What is empty or could not be read is left out. */
export interface SunSpecIdentity {
  /** Mn */
  readonly manufacturer?: string;
  /** Md */
  readonly model?: string;
  /** Opt: what is built in or, at some makers' meters, where the meter is mounted. */
  readonly options?: string;
  /** Vr */
  readonly firmware?: string;
  /** SN */
  readonly serial?: string;
}

interface TextField {
  readonly field: keyof SunSpecIdentity;
  /** Registers from the model's ID register. */
  readonly offset: number;
  readonly registers: number;
}

/** Texts of model 1 in the order of their registers, without a gap. */
export const commonTexts: readonly TextField[] = [
  { field: "manufacturer", offset: 2, registers: 16 },
  { field: "model", offset: 18, registers: 16 },
  { field: "options", offset: 34, registers: 8 },
  { field: "firmware", offset: 42, registers: 8 },
  { field: "serial", offset: 50, registers: 16 },
];

/** Where the same texts stand in a profile's identity, for a common model at this address. */
export function identityFieldsAt(at: number): readonly IdentityField[] {
  return commonTexts.flatMap(({ field, offset, registers }) =>
    field === "options" ? [] : [{ field, at: at + offset, encoding: "text" as const, registers }],
  );
}

/**
 * Text in registers, two characters each: it ends at the first NUL, and what pads it goes.
 * @returns undefined for an empty one; a text of nothing but 0xFF or spaces is empty too
 */
export function readText(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  const text = Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString("utf8");
  const printable = text.replace(/[\p{C}\uFFFD]/gu, "").trim();
  return printable === "" ? undefined : printable;
}

/**
 * Whether a device is another one, or the same with other software: then its models may lie elsewhere and are looked for
 * anew. A text that could not be read this time proves nothing.
 */
export function hasIdentityChanged(known: SunSpecIdentity, seen: SunSpecIdentity): boolean {
  const telling = ["manufacturer", "model", "serial", "firmware"] as const;
  return telling.some(
    (field) => known[field] !== undefined && seen[field] !== undefined && known[field] !== seen[field],
  );
}
