import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { need } from "../requirements.ts";
import { newFolder, openClient } from "./open-client.ts";
import { openMosquitto } from "./open-mosquitto.ts";
import { openPublisher } from "./publisher.ts";
import { auditMessages, publishMessages } from "./stamped-messages.ts";

const hasAll = need("mosquitto") && need("mosquitto_passwd") && need("openssl");
const soon = (claim: () => unknown): Promise<unknown> => vi.waitFor(claim, { timeout: 15_000, interval: 10 });

test.skipIf(!hasAll)(
  "over TLS, by the community's own certificates and no others (needs mosquitto, openssl)",
  async () => {
    const { authority, certificate, key } = makeCertificates(newFolder());
    await using mosquitto = await openMosquitto([
      "per_listener_settings false",
      "listener PORT 127.0.0.1",
      `certfile ${certificate}`,
      `keyfile ${key}`,
    ]);
    const url = `mqtts://127.0.0.1:${mosquitto.port}`;
    await using stranger = openClient({ port: mosquitto.port, url });
    await soon(() => expect(stranger.client.state().last_error).toMatch(/unable to verify|self.signed|issuer/));
    expect(stranger.client.state().connected).toBe(false);

    const ca = readFileSync(authority, "utf8");
    await using hub = openClient({ port: mosquitto.port, url, ca });
    await soon(() => expect(hub.client.state().connected).toBe(true));
    await using publisher = await openPublisher(mosquitto.port, { ca });
    await publishMessages(publisher, 0, 2_000);
    await soon(() => expect(hub.client.counts().messages).toBe(2_000));
    expect(await auditMessages([hub.store], 2_000)).toEqual([]);
  },
);

/** A certificate authority of one day, and what it certifies for 127.0.0.1. */
function makeCertificates(folder: string) {
  const path = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync("openssl", words, { stdio: "ignore" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const [authority, authorityKey, request, certificate, key] = [
    "ca.pem",
    "ca.key",
    "hub.csr",
    "hub.pem",
    "hub.key",
  ].map(path) as [string, string, string, string, string];
  openssl(
    "req",
    "-x509",
    ...curve,
    "-keyout",
    authorityKey,
    "-out",
    authority,
    "-days",
    "1",
    "-subj",
    "/CN=Mill Street",
  );
  openssl("req", ...curve, "-keyout", key, "-out", request, "-subj", "/CN=127.0.0.1");
  writeFileSync(path("names"), "subjectAltName=IP:127.0.0.1\n");
  const signed = ["-CA", authority, "-CAkey", authorityKey, "-CAcreateserial", "-days", "1", "-extfile", path("names")];
  openssl("x509", "-req", "-in", request, ...signed, "-out", certificate);
  return { authority, certificate, key };
}
