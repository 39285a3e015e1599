import { createReadStream, existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { type FixtureBooks, fixtureBooks } from "./fixture-books.ts";
import { communityDay, explanation, type FixtureWindow, memberDay, members } from "./fixture-day.ts";
import { type FixtureDevices, fixtureDevices, isAboutDevices } from "./fixture-devices.ts";

/** Where the built page lies; `npm test` builds it first. */
export const dist = resolve(import.meta.dirname, "../../dashboards/web/dist");

/** What the page would be served with by the hub: its own files and nothing else. */
const CONTENT_SECURITY_POLICY = "default-src 'self'";
const mediaTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** What a write has to bring. */
export const TOKEN = "fixture_token-1";

export type Scenario = "sunny" | "no community" | "no readings" | "long day";

export interface FixtureHub {
  readonly url: string;
  /** The hub's clock; the day of the fixture grows with it. */
  now_ms: number;
  /** Requests the hub answers with 503 while this is true, events included. */
  isFailing: boolean;
  readonly requests: string[];
  /** What it says about devices and registers. */
  readonly devices: FixtureDevices;
  /** What it says about its books. */
  readonly books: FixtureBooks;
  send(event: string, data: unknown): void;
  /** Cut every open event stream, as a restart of the hub does. */
  cutEvents(): void;
  window(day: string): FixtureWindow;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const TODAY = "2026-06-20";
/** Half past two of the fixture's day, in Vienna. */
export const NOW_MS = Date.parse("2026-06-20T12:32:00Z");

/** A hub of canned answers behind a real socket: what the page is tested against when nothing else may go wrong. */
export async function startFixtureHub(scenario: Scenario = "sunny"): Promise<FixtureHub> {
  const streams = new Set<ServerResponse>();
  const books = await fixtureBooks();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://hub");
    if (!url.pathname.startsWith("/api/")) return sendPage(url.pathname, response);
    hub.requests.push(url.pathname + url.search);
    if (hub.isFailing)
      return sendJson(response, 503, problem("STORE_FAILED", "The store failed.", "Look at the disk."));
    if (request.method !== "GET" && request.headers.authorization !== `Bearer ${TOKEN}`)
      return sendJson(response, 401, problem("ACTOR_REQUIRED", "This request brings no token.", "Bring one."));
    if (url.pathname === "/api/events") return openStream(response, streams);
    if (url.pathname.startsWith("/api/log/")) {
      void books.answer(url).then((answer) => {
        if (answer === undefined) return sendJson(response, 404, problem("NOT_FOUND", "Nothing is here.", "Look."));
        response.writeHead(200, { "content-type": answer.type }).end(answer.body);
      });
      return;
    }
    if (isAboutDevices(url)) {
      void readBody(request).then((body) => {
        const { status, body: answer } = hub.devices.answer(request.method ?? "GET", url, body);
        sendJson(response, status, answer);
      });
      return;
    }
    const answer = answerOf(hub, scenario, url);
    if (answer === undefined)
      return sendJson(response, 404, problem("NOT_FOUND", "Nothing is here.", "Check the name."));
    sendJson(response, 200, answer);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));

  const hub: FixtureHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    now_ms: NOW_MS,
    isFailing: false,
    requests: [],
    books,
    devices: fixtureDevices(NOW_MS, scenario !== "no community"),
    send(event, data) {
      for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    cutEvents() {
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
    window: (day) => windowOf(day, scenario, hub.now_ms),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return hub;
}

function windowOf(day: string, scenario: Scenario, now_ms: number): FixtureWindow {
  if (scenario === "long day") {
    // The autumn day of 2026 in Vienna has 25 hours.
    const from_ms = Date.parse("2026-10-24T22:00Z");
    return {
      day,
      from_ms,
      to_ms: from_ms + 25 * 3_600_000,
      time_zone: "Europe/Vienna",
      now_ms: from_ms + 2 * DAY_MS,
      isSettled: true,
    };
  }
  const from_ms = Date.parse(`${day}T00:00+02:00`);
  return { day, from_ms, to_ms: from_ms + DAY_MS, time_zone: "Europe/Vienna", now_ms, isSettled: day < TODAY };
}

function answerOf(hub: FixtureHub, scenario: Scenario, url: URL): unknown {
  const hasMembers = scenario !== "no community";
  const [, , noun, name, , day] = url.pathname.split("/");
  const window = (of: string) => windowOf(of, scenario, hub.now_ms);
  switch (noun) {
    case "health":
      return {
        status: "ok",
        now_ms: hub.now_ms,
        started_ms: NOW_MS - DAY_MS,
        version: "0.1.0",
        time_speed: 300,
        simulated: true,
        readings: hasMembers ? 120_000 : 0,
        series: hasMembers ? 14 : 0,
        conflicts: 0,
        quarantined: hasMembers ? 3 : 0,
      };
    case "community":
      return {
        name: hasMembers ? "Mill Lane Energy" : "Our community",
        time_zone: "Europe/Vienna",
        interval_minutes: 15,
        version: hasMembers ? "5f2c9ab07d1e" : null,
        members: hasMembers ? members.map((id) => ({ id })) : [],
        metering_points: hasMembers ? members.map((id) => ({ id, series: `${id}/active_energy_import` })) : [],
        policy: { name: "by consumption", text: "", tiers: [], surplus: "to_grid" },
      };
    case "days":
      if (name !== undefined) return communityDay(window(name));
      if (scenario === "no readings") return { first: null, last: null, today: TODAY, settled: [] };
      if (scenario === "long day")
        return { first: "2026-10-25", last: "2026-10-25", today: "2026-10-25", settled: ["2026-10-25"] };
      return { first: "2026-06-13", last: TODAY, today: TODAY, settled: ["2026-06-18", "2026-06-19"] };
    case "members": {
      if (name === undefined || !members.includes(name)) return undefined;
      if (day !== undefined) return memberDay(window(day), name);
      const from_ms = Number(url.searchParams.get("from_ms"));
      const local = new Date(from_ms + 2 * 3_600_000).toISOString().slice(0, 10);
      return explanation(window(local), name, from_ms);
    }
    case "plants":
      return [
        {
          point: "roof-a",
          rated_kw: 18,
          generation_mwh: 612_345_678,
          yield_kwh_per_kw: 34.02,
          median_kwh_per_kw: 34.02,
          ratio: 1,
          flag: null,
        },
        {
          point: "barn",
          rated_kw: 9.6,
          generation_mwh: 160_900_000,
          yield_kwh_per_kw: 16.76,
          median_kwh_per_kw: 34.02,
          ratio: 0.49,
          flag: "weak",
        },
      ];
    case "entries":
      return name === undefined ? [] : { id: name, day: "2026-06-19", kind: "settlement" };
    default:
      return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return pieces.length === 0 ? undefined : JSON.parse(Buffer.concat(pieces).toString());
}

const problem = (code: string, message: string, remedy: string) => ({ code, message, remedy });

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function openStream(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" }).write("retry: 200\n\n");
  streams.add(response);
  response.on("close", () => streams.delete(response));
}

function sendPage(path: string, response: ServerResponse): void {
  const file = join(dist, path);
  const found = file.startsWith(dist) && path !== "/" && existsSync(file) ? file : join(dist, "index.html");
  response.writeHead(200, {
    "content-type": mediaTypes[extname(found)] ?? "application/octet-stream",
    "content-security-policy": CONTENT_SECURITY_POLICY,
  });
  createReadStream(found).pipe(response);
}
