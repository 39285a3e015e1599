import type { IdentityField, RegisterProfile } from "../../../decode/profiles/device-profile.ts";
import { readUint32 } from "../../../decode/registers/read-number.ts";
import { readText } from "../../../decode/sunspec/common-model.ts";
import type { DeviceHealth } from "../../../members/device-health.ts";
import type { AskedUnit } from "./ask-unit.ts";

type Identity = DeviceHealth["identity"];

/**
 * Hold a unit against what a profile says its devices call themselves.
 * @returns what the unit says it is when every expectation is met, else undefined; undefined too for a profile that
 *          expects nothing in particular
 */
export async function matchIdentity(unit: AskedUnit, profile: RegisterProfile): Promise<Identity | undefined> {
  const fields = profile.identity ?? [];
  const expected = fields.filter(({ expect }) => expect !== undefined);
  if (expected.length === 0) return undefined;
  for (const field of expected) {
    const said = await readField(unit, field, profile);
    if (said === undefined || !new RegExp(field.expect ?? "").test(said)) return undefined;
  }
  return readIdentity(unit, profile);
}

/** What a unit says it is, as far as a profile knows where; fields it does not answer are left out. */
export async function readIdentity(unit: AskedUnit, profile: RegisterProfile): Promise<Identity> {
  const identity: { -readonly [field in keyof Identity]: string } = {};
  for (const field of profile.identity ?? []) {
    const said = await readField(unit, field, profile);
    if (said !== undefined) identity[field.field] ??= said;
  }
  return identity;
}

async function readField(
  unit: AskedUnit,
  { at, table, encoding, registers }: IdentityField,
  profile: RegisterProfile,
): Promise<string | undefined> {
  const answer = await unit.ask({ table: table ?? profile.table, start: at, count: registers });
  if (answer.kind !== "words") return undefined;
  if (encoding === "text") return readText(answer.bytes);
  const view = new DataView(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength);
  return String(encoding === "uint16" ? view.getUint16(0) : readUint32(view, 0, profile.words));
}
