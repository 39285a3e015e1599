/** How often a condition is looked at, and how long it may take on a busy machine. */
const EVERY_MS = 5;
const AT_MOST_MS = 20_000;

/** Wait for a condition. @throws Error that names what never happened */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + AT_MOST_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
