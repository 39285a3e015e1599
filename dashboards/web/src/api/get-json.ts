import type { Problem } from "./contract.ts";

/** The hub answered, with a problem: what went wrong and what to do, in its own words. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Nobody answered: the hub is off, starting, or not reachable from here. */
export class HubUnreachable extends Error {
  override readonly name = "HubUnreachable";
}

/** How long one answer may take; a Pi with a slow card answers within a second. */
const ANSWER_TIMEOUT_MS = 15_000;

/**
 * @param path absolute path of the hub's API, e.g. `/api/days`
 * @throws ApiProblem when the hub refuses; HubUnreachable when nobody answers in time; AbortError after `signal`
 */
export async function getJson<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  const response = await answerOf(path, signal);
  if (response.ok) return (await response.json()) as Answer;
  throw new ApiProblem(await problemOf(response));
}

async function answerOf(path: string, signal: AbortSignal): Promise<Response> {
  const limit = new AbortController();
  const abort = () => limit.abort();
  const timer = setTimeout(abort, ANSWER_TIMEOUT_MS);
  signal.addEventListener("abort", abort);
  try {
    return await fetch(path, { signal: limit.signal, headers: { accept: "application/json" } });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new HubUnreachable(`no answer for ${path}`, { cause });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return body;
  return { code: `HTTP_${response.status}`, message: `${response.url}: ${response.status}`, remedy: "" };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "message" in body && "remedy" in body;
}
