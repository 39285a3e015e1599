import { expect, test } from "vitest";
import { openApi } from "../api/open-api.ts";

async function open() {
  const api = await openApi();
  const ask = async (url: string) => {
    const reply = await api.app.inject({ url, headers: { host: "localhost" } });
    return { status: reply.statusCode, headers: reply.headers, bytes: reply.rawPayload, text: reply.payload };
  };
  return { ask, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

test.each([
  ["", "application/json; charset=utf-8", "json", /^\{"as_of_ms":/],
  ["&format=json", "application/json; charset=utf-8", "json", /"format":"millrace-statement".*\}\n$/],
  ["&format=csv", "text/csv; charset=utf-8; header=present", "csv", /^kind,day,.*\r\nsettlement,2026-06-13,/],
  ["&format=csv&rows=intervals", "text/csv; charset=utf-8; header=present", "csv", /^kind,entry,from_utc/],
  ["&format=pdf&language=de", "application/pdf", "pdf", /^%PDF-1\.\d/],
  ["&format=hledger", "text/plain; charset=utf-8", "journal", /^; Test street, member ann/],
])("a member takes their statement away: %s", async (query, type, extension, content) => {
  await using api = await open();
  const reply = await api.ask(`/api/members/ann/statement?period=2026-06${query}`);
  expect(reply.status).toBe(200);
  expect(reply.headers["content-type"]).toBe(type);
  expect(reply.headers["content-disposition"]).toBe(`attachment; filename="statement-ann-2026-06.${extension}"`);
  expect(reply.text).toMatch(content);
});

test("the journal of the community and of a plant", async () => {
  await using api = await open();
  const all = await api.ask("/api/community/journal?period=2026-06-01..2026-06-20");
  expect(all.headers["content-disposition"]).toBe(
    'attachment; filename="journal-community-2026-06-01..2026-06-20.journal"',
  );
  expect(all.text).toContain("member:ann:used");
  const roof = await api.ask("/api/community/journal?period=2026&plant=roof");
  expect(roof.text).toMatch(/plant:roof +-12\.600000 kWh\n {4}others +12\.600000 kWh/);
});

test.each([
  ["/api/members/eve/statement?period=2026-06", 404, "NOT_FOUND", "no member named eve"],
  ["/api/members/ann/statement", 400, "REQUEST_INVALID", "period"],
  ["/api/members/ann/statement?period=June", 400, "REQUEST_INVALID", "period"],
  ["/api/members/ann/statement?period=2026-13", 400, "REQUEST_INVALID", '"2026-13" is no period'],
  ["/api/members/ann/statement?period=2026-06&format=doc", 400, "REQUEST_INVALID", "format"],
  ["/api/members/ann/statement?period=2026-06&colour=red", 400, "REQUEST_INVALID", ""],
  ["/api/community/journal?period=2026&plant=ann", 404, "NOT_FOUND", "no plant named ann"],
  ["/api/community/coefficients?format=es", 400, "REQUEST_INVALID", "shares by consumption"],
  ["/api/community/coefficients", 400, "REQUEST_INVALID", "format"],
])("%s is refused in words", async (url, status, code, words) => {
  await using api = await open();
  const reply = await api.ask(url);
  expect({ status: reply.status, code: JSON.parse(reply.text).code }).toEqual({ status, code });
  expect(JSON.parse(reply.text).message).toContain(words);
});
