import type { AnyDialect } from "./dialect.ts";

/** Every dialect the hub speaks, in the order people are shown them: one line each. */
export const dialects: readonly AnyDialect[] = [];

/** The dialect of a name, as people write it in the config; undefined when there is none. */
export function findDialect(name: string): AnyDialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}
