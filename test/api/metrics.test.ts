import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connectDevice } from "../../hub/demo/device-client.ts";
import { openHub } from "./open-hub.ts";
import { type ParsedMetric, parseMetrics } from "./parse-metrics.ts";

const NOW_S = Date.now() / 1000;
const power = (value: number, at = NOW_S) => JSON.stringify([{ n: "active_power", u: "W", t: at, v: value }]);

async function scrape(url: string): Promise<(name: string, label?: string) => number | undefined> {
  const reply = await fetch(`${url}/metrics`);
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const metrics = parseMetrics(await reply.text());
  return (name, label) => {
    const metric = metrics.get(name) ?? metrics.get(name.replace(/_(?:sum|count)$/, ""));
    if (metric === undefined) throw new Error(`no metric ${name}`);
    return metric.samples.find((one) => {
      return one.name === name && (label === undefined || Object.values(one.labels).includes(label));
    })?.value;
  };
}

test("what was sent is what is counted", async () => {
  await using open = await openHub("roof", "cellar");
  await open.publish("roof", power(1, NOW_S - 2), power(2, NOW_S - 1), power(3), power(3), power(4));
  await open.publish("cellar", "not JSON at all", power(1).replace('"W"', '"furlong"'));
  await expect(connectDevice({ ...open.hub.mqtt, name: "roof", password: "wrong" })).rejects.toThrow();

  const value = await scrape(open.url);
  expect(value("millrace_readings_total", "stored")).toBe(3);
  expect(value("millrace_readings_total", "repeated")).toBe(1);
  expect(value("millrace_readings_total", "conflicting")).toBe(1);
  expect(value("millrace_refusals_total", "not_json")).toBe(1);
  expect(value("millrace_refusals_total", "unit_foreign")).toBe(1);
  expect(value("millrace_quarantine_records")).toBe(2);
  expect(value("millrace_quarantine_bytes")).toBeGreaterThan(20);
  expect(value("millrace_messages_total", "broker")).toBe(7);
  expect(value("millrace_refused_total", "connection")).toBe(1);
  expect(value("millrace_stored_readings")).toBe(3);
  expect(value("millrace_stored_series")).toBe(1);
  expect(value("millrace_head_readings")).toBe(3);
  expect(value("millrace_committed_readings_total")).toBe(5);
  const commits = value("millrace_commits_total") ?? 0;
  expect(commits).toBeGreaterThanOrEqual(1);
  expect(value("millrace_commit_seconds_count")).toBe(commits);
  expect(value("millrace_commit_seconds_sum")).toBeGreaterThan(0);
  expect(value("millrace_hold_seconds_count")).toBe(5);
  expect(value("millrace_storing")).toBe(1);
  expect(value("millrace_settlement_runs_total")).toBe(0);
  expect(value("millrace_resident_memory_bytes")).toBeGreaterThan(20e6);
  expect(Math.abs((value("millrace_start_time_seconds") ?? 0) - NOW_S)).toBeLessThan(600);
  // What this hub has not got is not claimed to be 0.
  expect(value("millrace_broker_client_connected")).toBeUndefined();
});

test("counters only grow from scrape to scrape, and a commit is counted once", async () => {
  await using open = await openHub("roof");
  await open.publish("roof", power(1, NOW_S - 1));
  const first = await scrape(open.url);
  await open.publish("roof", power(2));
  const second = await scrape(open.url);
  for (const name of ["millrace_commits_total", "millrace_written_bytes_total", "millrace_cpu_seconds_total"]) {
    expect(second(name), name).toBeGreaterThanOrEqual(first(name) ?? 0);
  }
  expect(second("millrace_readings_total", "stored")).toBe(2);
  expect(second("millrace_commit_seconds_count")).toBe(second("millrace_commits_total"));
});

test("names follow Prometheus' conventions, and docs/metrics.md has a row for each and no other", async () => {
  await using open = await openHub("roof");
  const metrics: ReadonlyMap<string, ParsedMetric> = parseMetrics(await (await fetch(`${open.url}/metrics`)).text());
  expect(metrics.size).toBeGreaterThan(35);
  for (const { name, type, help } of metrics.values()) {
    expect(name).toMatch(/^millrace_[a-z0-9_]+$/);
    expect(name.endsWith("_total"), name).toBe(type === "counter");
    expect(name).not.toMatch(/_(?:ms|minutes|hours|kb|mb|percent)(?:_|$)/);
    expect(help).toMatch(/\.$/);
  }
  const page = readFileSync(join(import.meta.dirname, "../../docs/metrics.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(millrace_[a-z0-9_]+)` \| (\w+) \|/gm)].map(([, name, type]) => [name, type]);
  expect(rows.sort()).toEqual([...metrics.values()].map(({ name, type }) => [name, type]).sort());
});

test("another host's page may not read them", async () => {
  await using open = await openHub();
  const { port } = new URL(open.url);
  const headers = { host: "metrics.example" };
  const status = await new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: "/metrics", headers }, (reply) => resolve(reply.resume().statusCode))
      .on("error", reject)
      .end();
  });
  expect(status).toBe(403);
});

test.each([
  ["the same series twice", "# HELP a_total A.\n# TYPE a_total counter\na_total 1\na_total 2\n"],
  ["a sample of another metric", "# TYPE a gauge\nb 1\n"],
  ["a value that is no number", "# TYPE a gauge\na one\n"],
  ["a second type", "# TYPE a gauge\na 1\n# TYPE a gauge\n"],
  ["a histogram that is not complete", '# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n'],
])("the parser of these tests refuses %s", (_name, text) => {
  expect(() => parseMetrics(text)).toThrow();
});
