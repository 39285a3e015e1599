import { expect, test } from "vitest";
import { codeOf, importsOf } from "./source-tree.ts";

test.each([
  ['import { a } from "./a.ts";', [{ module: "./a.ts", kind: "static" }]],
  ['import type { A } from "./a.ts";', [{ module: "./a.ts", kind: "type" }]],
  ['import { type A } from "./a.ts";', [{ module: "./a.ts", kind: "static" }]],
  ['import a, {\n  type B,\n  c,\n} from "a";', [{ module: "a", kind: "static" }]],
  ['import "./side.ts";', [{ module: "./side.ts", kind: "static" }]],
  ['import type from "odd";', [{ module: "odd", kind: "type" }]],
  ['export { a } from "./a.ts";', [{ module: "./a.ts", kind: "static" }]],
  ['export type { A } from "./a.ts";', [{ module: "./a.ts", kind: "type" }]],
  ['export * from "./a.ts";', [{ module: "./a.ts", kind: "static" }]],
  ['const a = await import("./a.ts");', [{ module: "./a.ts", kind: "dynamic" }]],
  ['// import { a } from "./a.ts";\n/*\nimport "b";\n*/', []],
  ['export const url = "http://a";\nimport { b } from "b";', [{ module: "b", kind: "static" }]],
  ['export function read(): void {\n  take("a");\n}', []],
])("imports of %j", (source, imports) => {
  expect(importsOf(source)).toEqual(imports);
});

test("code is what is left without strings and comments", () => {
  expect(codeOf('a("x // y"); // z "\nb(`c d`); /* e */ f(\'g\')').replaceAll(/\s+/g, " ")).toBe('a(""); b(""); f("")');
});
