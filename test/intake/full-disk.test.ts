import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SeriesKey } from "../../hub/reading.ts";
import { EpochMs } from "../../hub/units.ts";
import { nothingMayBeSkipped } from "../requirements.ts";
import { openBroker } from "./open-broker.ts";
import { connectRaw, reading } from "./raw-client.ts";
import { until } from "./until.ts";

const POWER = SeriesKey("roof-a/active_power");
const always = { from: EpochMs(0), to: EpochMs(8e15) };
/** Room for the three databases and a few thousand readings. */
const DISK_MB = 8;

/** A small disk of its own, or undefined where mounting is not permitted. */
function mountDisk(): { readonly folder: string; unmount(): void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), "millrace-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m`, "millrace-test", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    if (nothingMayBeSkipped) throw new Error("tmpfs cannot be mounted, and no test may be skipped");
    return undefined;
  }
  return { folder, unmount: () => execFileSync("umount", ["--lazy", folder]) };
}

const disk = mountDisk();

test.skipIf(disk === undefined)("a disk that is full and then has space again (needs the right to mount)", async () => {
  if (disk === undefined) return;
  try {
    await using hub = await openBroker(
      { "roof-a": ["roof-a"] },
      { folder: join(disk.folder, "data"), limits: { retryMs: 50 } },
    );
    const client = await connectRaw({
      port: hub.broker.port,
      username: "roof-a",
      password: hub.passwords["roof-a"]!,
      keepalive: 0,
    });
    client.send(...Array.from({ length: 100 }, (_, index) => reading("roof-a", index)));
    await until(() => client.acknowledged.size === 100, "there is space at first");

    const ballast = join(disk.folder, "ballast");
    fillDisk(disk.folder, ballast);
    let sent = 100;
    await until(() => {
      client.send(...Array.from({ length: 50 }, () => reading("roof-a", sent++)));
      return !hub.broker.state().storing;
    }, "the disk is full");
    const acknowledged = client.acknowledged.size;
    expect(hub.broker.state()).toMatchObject({ storing: false, reason: expect.stringMatching(/full|disk/i) });
    expect(hub.broker.state().held.messages).toBeGreaterThan(0);
    // What was stored is read as ever, and nothing unacknowledged claims to be there in part.
    const stored = await hub.stores.series.range(POWER, always);
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged);
    expect(stored.slice(0, 100).map(({ value }) => value)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(client.acknowledged.size).toBe(acknowledged);

    rmSync(ballast);
    await until(() => client.acknowledged.size === sent, "all is acknowledged");
    expect((await hub.stores.series.range(POWER, always)).map(({ value }) => value)).toEqual(
      Array.from({ length: sent }, (_, index) => index),
    );
    expect(await hub.stores.series.counts()).toMatchObject({ readings: sent, conflicts: 0 });
    expect(hub.broker.state()).toMatchObject({ storing: true, held: { messages: 0, bytes: 0 } });
  } finally {
    disk.unmount();
  }
});

/** Write until not one more page fits. */
function fillDisk(folder: string, file: string): void {
  writeFileSync(file, "");
  for (let bytes = 1024 * 1024; bytes >= 4096; ) {
    try {
      if (statfsSync(folder).bavail * statfsSync(folder).bsize < bytes) bytes /= 2;
      else appendFileSync(file, Buffer.alloc(bytes, 1));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ENOSPC") throw cause;
      bytes /= 2;
    }
  }
}
