import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HttpPush, type HttpPushOptions, startHttpPush } from "../../hub/intake/http-push.ts";
import type { PushLimits } from "../../hub/intake/push-limits.ts";
import type { Log } from "../../hub/log.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { openStores, type Stores } from "../../hub/store/sqlite/open-stores.ts";
import { systemClock } from "../../hub/units.ts";

export interface OpenPush extends AsyncDisposable {
  readonly push: HttpPush;
  readonly url: string;
  readonly stores: Stores;
  readonly passwords: Readonly<Record<string, string>>;
  /** What the listener wrote down. */
  readonly lines: readonly string[];
  /** Push a pack (or text) as a credential; `headers` come on top. */
  send(as: string, device: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly code?: string; readonly message?: string; readonly remedy?: string } & Readonly<
    Record<string, unknown>
  >;
}

/** A push listener on a free port with a real store; each credential speaks for the devices it is given. */
export async function openPush(
  credentials: Readonly<Record<string, readonly string[]>>,
  options: {
    readonly wrap?: (store: SeriesStore) => SeriesStore;
    readonly limits?: Partial<PushLimits>;
    readonly dialects?: HttpPushOptions["dialects"];
  } = {},
): Promise<OpenPush> {
  const stores = await openStores(mkdtempSync(join(tmpdir(), "millrace-push-")), { windowMs: 10 });
  const lines: string[] = [];
  const write = (_fields: object, message: string) => void lines.push(message);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const { wrap, ...more } = options;
  const push = await startHttpPush({
    host: "127.0.0.1",
    port: 0,
    credentials: stores.credentials,
    store: wrap?.(stores.series) ?? stores.series,
    clock: systemClock,
    log,
    ...more,
  });
  const passwords: Record<string, string> = {};
  for (const [name, devices] of Object.entries(credentials)) {
    passwords[name] = (await stores.credentials.issue(name, devices)).password;
  }
  const url = `http://127.0.0.1:${push.port}`;
  return {
    push,
    url,
    stores,
    passwords,
    lines,
    async send(as, device, body, headers = {}) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const authorization = basicLogin(as, passwords[as] ?? "wrong");
      const all = { "content-type": "application/senml+json", authorization, ...headers };
      return answerOf(await fetch(`${url}/push/${device}`, { method: "POST", body: text, headers: all }));
    },
    async [Symbol.asyncDispose]() {
      await push.close();
      await stores.close();
    },
  };
}

export function basicLogin(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}

export async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Answer["body"] };
}
