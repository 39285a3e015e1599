import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig, parseConfig } from "../../hub/config/load.ts";
import { readSecretFile } from "../../hub/config/read-secret-file.ts";

test("an address is enough: MQTT 5, and the topics of our own wire format", () => {
  expect(parseConfig("broker_client: {url: mqtt://10.0.0.2}", "f").broker_client).toEqual({
    url: "mqtt://10.0.0.2",
    protocol: 5,
    topics: ["readings/+"],
  });
  expect(parseConfig("", "f").broker_client).toBeUndefined();
});

test.each([
  ["no address", "{}", /broker_client\.url is missing/],
  ["a password in the address", "{url: 'mqtt://me:secret@host'}", /broker_client\.url must be/],
  ["a web address", "{url: 'https://host'}", /broker_client\.url must be/],
  ["a port that is none", "{url: 'mqtt://host:99999'}", /is not the address of a broker/],
  ["a password without a name", "{url: 'mqtt://host', password_file: p}", /a password but no username/],
  ["certificates without TLS", "{url: 'mqtt://host', ca_file: c}", /of no use without TLS/],
  ["another MQTT", "{url: 'mqtt://host', protocol: 3}", /broker_client\.protocol must be one of 5, 4/],
  ["a filter with a share in it", "{url: 'mqtt://host', topics: [$share/a/b]}", /broker_client\.topics\[0\] must be/],
  ["a group of two levels", "{url: 'mqtt://host', shared_group: a/b}", /broker_client\.shared_group must be/],
])("%s is refused", (_name, section, message) => {
  expect(() => parseConfig(`broker_client: ${section}`, "f")).toThrow(message);
});

test("files are named from the folder of the config", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-config-"));
  const file = join(folder, "my.yaml");
  writeFileSync(
    file,
    "broker_client: {url: 'mqtts://host', username: me, password_file: secret, ca_file: /etc/ca.pem}",
  );
  expect(loadConfig(file).broker_client).toMatchObject({
    password_file: join(folder, "secret"),
    ca_file: "/etc/ca.pem",
  });
});

test.each([
  ["the owner's alone", 0o600, "secret\n", "secret"],
  ["readable by the group, as systemd's credentials are", 0o440, "two words \r\n", "two words "],
  ["readable by all", 0o644, "secret\n", /open to others \(mode 644\)/],
  ["writable by the group", 0o620, "secret\n", /open to others \(mode 620\)/],
  ["empty", 0o600, "\n", /is empty/],
])("a secret file that is %s", (_name, mode, content, expected) => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-secret-")), "secret");
  writeFileSync(path, content);
  chmodSync(path, mode);
  if (typeof expected === "string") expect(readSecretFile(path)).toBe(expected);
  else
    expect(() => readSecretFile(path)).toThrow(
      expect.objectContaining({ code: "SECRET_UNUSABLE", message: expect.stringMatching(expected) }),
    );
});

test("a secret file that is absent", () => {
  expect(() => readSecretFile("/nowhere/secret")).toThrow(/secret file \/nowhere\/secret cannot be read/);
});
