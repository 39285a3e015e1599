import { type ErrorCode, HubError } from "../errors.ts";
import { openActorToken } from "../store/actor-token.ts";
import { findHub } from "../store/running-hub.ts";

/** A running hub and its data folder, whose reader may write through it. */
export interface AskedHub {
  readonly url: string;
  readonly data: string;
}

/**
 * Ask a running hub to do something, as its steward.
 * @throws HubError SECRET_UNUSABLE when the token's file cannot be read by whoever runs this
 */
export function postToHub({ url, data }: AskedHub, path: string, body: unknown): Promise<Response> {
  const { token } = openActorToken(data);
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  return fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * The same of the hub that runs in a folder, and its answer.
 * @throws HubError what the hub answered; FOLDER_IN_USE when it has no API
 */
export async function askRunningHub<Answer>(data: string, path: string, body: unknown): Promise<Answer> {
  const reply = await postToHub({ url: urlOfHub(data), data }, path, body);
  if (reply.ok) return (await reply.json()) as Answer;
  const { code, message, remedy } = (await reply.json()) as { code: ErrorCode; message: string; remedy: string };
  throw new HubError(code, message, { remedy });
}

/** Where the hub of a folder answers. @throws HubError FOLDER_IN_USE when it has no API */
export function urlOfHub(data: string): string {
  const url = findHub(data)?.web?.url;
  if (url !== undefined) return url;
  throw new HubError("FOLDER_IN_USE", `a hub without an API runs in ${data}`, {
    remedy: "Stop it and run this again.",
  });
}
