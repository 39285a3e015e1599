import { askHub, readAnswer } from "./get-json.ts";
import { authorization } from "./steward-token.ts";

/** Longest answer to something asked to be done: a device on a slow line is tried twice before it is called silent. */
const DONE_TIMEOUT_MS = 90_000;

export interface Sending {
  readonly method: "POST" | "DELETE";
  readonly path: string;
  /** `{}` where there is nothing to say: the hub takes JSON only. */
  readonly body: unknown;
}

/**
 * Ask the hub to do something, with the token of this tab.
 * @throws ApiProblem when the hub refuses; HubUnreachable when nobody answers in time; AbortError after `signal`
 */
export async function sendJson<Answer>({ method, path, body }: Sending, signal: AbortSignal): Promise<Answer> {
  const headers = { accept: "application/json", "content-type": "application/json", ...authorization() };
  const request = { method, headers, body: JSON.stringify(body) };
  return readAnswer<Answer>(await askHub(path, { request, limit_ms: DONE_TIMEOUT_MS, signal }));
}
