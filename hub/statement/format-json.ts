import { canonicalJson } from "../canonical-json.ts";
import type { Statement } from "./statement.ts";

/** The statement as one line of canonical JSON: equal statements have equal bytes. docs/statements.md has every member. */
export function formatJson(statement: Statement): string {
  return `${canonicalJson(statement)}\n`;
}
