import type { DialectDevice, FieldMeaning } from "./dialect.ts";

/** What whoever installed the device says that a name of its messages means; undefined when they say nothing of it. */
export function ownMeaningOf({ fields }: DialectDevice, name: string): FieldMeaning | undefined {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}
