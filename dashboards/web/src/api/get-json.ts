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
  const request = { method: "GET", headers: { accept: "application/json" } };
  return readAnswer<Answer>(await askHub(path, { request, limit_ms: ANSWER_TIMEOUT_MS, signal }));
}

/** The same for a file of plain text. */
export async function getText(path: string, signal: AbortSignal): Promise<string> {
  const response = await askHub(path, { request: { method: "GET" }, limit_ms: ANSWER_TIMEOUT_MS, signal });
  if (response.ok) return response.text();
  throw new ApiProblem(await problemOf(response));
}

/** @throws ApiProblem when the hub refused */
export async function readAnswer<Answer>(response: Response): Promise<Answer> {
  if (response.ok) return (await response.json()) as Answer;
  throw new ApiProblem(await problemOf(response));
}

export interface AskOptions {
  readonly request: RequestInit;
  /** How long the answer may take. */
  readonly limit_ms: number;
  readonly signal: AbortSignal;
}

/** @throws HubUnreachable when nobody answers in time; AbortError after `signal` */
export async function askHub(path: string, { request, limit_ms, signal }: AskOptions): Promise<Response> {
  const limit = new AbortController();
  const abort = () => limit.abort();
  const timer = setTimeout(abort, limit_ms);
  signal.addEventListener("abort", abort);
  try {
    return await fetch(path, { ...request, signal: limit.signal });
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
