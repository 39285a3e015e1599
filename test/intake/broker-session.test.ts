import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { openBrokerSession } from "../../hub/intake/broker-session.ts";

const url = "mqtt://broker";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-session-"));
});

test("a client id is made once, from the community's name, and stays", () => {
  const made = openBrokerSession(folder, { clientId: undefined, name: "Mühle & Söhne, 3rd Street", url });
  expect(made.clientId).toMatch(/^millrace-muhle-sohne-3rd-street-[0-9a-f]{8}$/);
  const again = openBrokerSession(folder, { clientId: undefined, name: "Renamed", url });
  expect(again.clientId).toBe(made.clientId);
  expect(statSync(join(folder, "broker-client.json")).mode & 0o777).toBe(0o600);
});

test("filters are remembered for the same client id at the same broker only", () => {
  openBrokerSession(folder, { clientId: "hub-1", name: "", url }).remember(["readings/+"]);
  expect(openBrokerSession(folder, { clientId: "hub-1", name: "", url }).filters).toEqual(["readings/+"]);
  expect(openBrokerSession(folder, { clientId: undefined, name: "", url }).clientId).toBe("hub-1");
  expect(openBrokerSession(folder, { clientId: "hub-1", name: "", url: "mqtt://other" }).filters).toEqual([]);
  expect(openBrokerSession(folder, { clientId: "hub-2", name: "", url: "mqtt://other" }).filters).toEqual([]);
});

test.each(["", "{}", "not JSON", '{"client_id": 1}'])(
  "a file that is not the hub's own is not guessed at: %j",
  (text) => {
    writeFileSync(join(folder, "broker-client.json"), text);
    expect(() => openBrokerSession(folder, { clientId: undefined, name: "", url })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  },
);
