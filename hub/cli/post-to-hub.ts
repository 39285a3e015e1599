import { openActorToken } from "../store/actor-token.ts";

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
