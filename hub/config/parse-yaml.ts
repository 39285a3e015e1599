import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { DocumentPath } from "./check-shape.ts";

/** Something wrong at a line of a file, with what to do about it. */
export interface LineProblem {
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}

export interface ParsedYaml {
  /** The document as plain data; an empty section in it when the file is not readable. */
  readonly value: unknown;
  /** Faults of the YAML itself, at most one a line. */
  readonly problems: readonly LineProblem[];
  /** False when the faults leave the document's structure in doubt, so that nothing else can be said about it. */
  readonly isReadable: boolean;
  /** The line of a place in the document, or of the nearest section around it that is written; 1 at least. */
  lineOf(path: DocumentPath): number;
}

/** Faults after which every key and value is still where its author put it. */
const HARMLESS = new Set<YAMLError["code"]>(["DUPLICATE_KEY", "TAG_RESOLVE_FAILED"]);

/** Parse one YAML 1.2 document and keep where everything stands. Pure; never throws for what the text holds. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const faults = [...document.errors, ...document.warnings];
  const problems = [
    ...faults.map((fault) => ({ line: lineAt(fault.pos[0]), ...explainFault(fault, text) })),
    ...findLostAliases(document).map(({ name, offset }) => ({
      line: lineAt(offset),
      message: `nothing is called &${name}, so *${name} stands for nothing`,
      remedy: `Put &${name} before the value that is meant, or put quotes around the text.`,
    })),
  ];
  const isReadable = problems.length === faults.length && faults.every(({ code }) => HARMLESS.has(code));
  return {
    value: isReadable ? document.toJS() : {},
    problems: problems.filter(({ line }, index) => problems.findIndex((other) => other.line === line) === index),
    isReadable,
    lineOf: (path) => lineAt(offsetOf(document, path)),
  };
}

function explainFault({ code, message, pos }: YAMLError, text: string): { message: string; remedy: string } {
  switch (code) {
    case "DUPLICATE_KEY": {
      const [key = ""] = /^[^\s:]*/.exec(text.slice(pos[0])) ?? [];
      return { message: `the key ${key} stands here twice`, remedy: "Keep one of the two." };
    }
    case "TAB_AS_INDENT":
      return { message: "a tab indents this line", remedy: "Indent with spaces." };
    case "MULTIPLE_DOCS":
      return { message: "a second document begins here", remedy: "Remove the line --- and keep one document." };
    default:
      return {
        message: `not YAML: ${message.replace(/\.$/, "")}`,
        remedy: "Check indentation, colons, quotes and brackets here and in the line above.",
      };
  }
}

function findLostAliases(document: Document.Parsed): readonly { readonly name: string; readonly offset: number }[] {
  const lost: { name: string; offset: number }[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) lost.push({ name: alias.source, offset: alias.range?.[0] ?? 0 });
    },
  });
  return lost;
}

/** Follow a path from the outside in as far as it is written; the key of an entry is where people look. */
function offsetOf(document: Document.Parsed, path: DocumentPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    const collection = isAlias(node) ? node.resolve(document) : node;
    if (isMap(collection)) {
      const pair = collection.items.findLast(({ key }) => (isScalar(key) ? key.value : key) === step);
      if (pair === undefined) break;
      offset = (pair.key as Node | null)?.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(collection) && typeof step === "number" && step < collection.items.length) {
      node = collection.items[step];
      offset = (node as Node | null)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
