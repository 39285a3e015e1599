import { createInterface } from "node:readline/promises";

/** Somebody who answers. */
export interface Questions {
  ask(question: string): Promise<string>;
  /** Nothing but yes is a yes. */
  agree(question: string): Promise<boolean>;
  close(): void;
}

/** Questions on this terminal; undefined where nobody sits at one. */
export function askOnTerminal(): Questions | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const gone = new AbortController();
  terminal.once("close", () => gone.abort());
  const ask = (question: string): Promise<string> => terminal.question(`${question} `, { signal: gone.signal });
  return {
    ask,
    agree: async (question) => /^(y|yes)$/i.test((await ask(`${question} [y/N]`)).trim()),
    close: () => terminal.close(),
  };
}
