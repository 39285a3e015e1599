import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { need } from "../../requirements.ts";
import { createChance } from "../chance.ts";
import { buildImage } from "./build-image.ts";
import { cutAt } from "./choose-cuts.ts";
import { differingFiles, readImage, replayLog, writeImage } from "./disk-image.ts";
import { readWriteLog } from "./read-write-log.ts";
import { buildRecorder, type Recorder } from "./recorder.ts";

/** The method is believed only because it tells a store that syncs from stores that do not. */

const IMAGES = 40;
const hasCompiler = need("gcc");
const work = mkdtempSync(join(tmpdir(), "millrace-recorder-"));
let recorder: Recorder;

beforeAll(() => {
  if (hasCompiler) recorder = buildRecorder(work);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

test.skipIf(!hasCompiler).each([
  { synchronous: "OFF", loses: true },
  { synchronous: "NORMAL", loses: true },
  { synchronous: "FULL", loses: false },
])(
  "a store with synchronous=$synchronous loses commits in a power cut: $loses (needs gcc)",
  ({ synchronous, loses }) => {
    const folder = join(work, synchronous);
    mkdirSync(folder);
    const { log, commits } = recordStore(folder, synchronous);
    expect(differingFiles(replayLog(new Map(), log), readImage(folder))).toEqual([]);

    const chance = createChance(11, synchronous);
    let lossy = 0;
    for (let number = 0; number < IMAGES; number += 1) {
      const cut = cutAt(log, chance.pick(commits).atNs);
      const owed = commits.filter(({ atNs }) => atNs <= cut.atNs).map(({ n }) => n);
      const image = join(work, `${synchronous}-image-${number}`);
      writeImage(buildImage(new Map(), log, cut, chance), image);
      const held = new Set(numbersIn(image));
      if (owed.some((n) => !held.has(n))) lossy += 1;
    }
    if (loses) expect(lossy).toBeGreaterThan(IMAGES / 4);
    else expect(lossy).toBe(0);
  },
);

function recordStore(folder: string, synchronous: string) {
  const path = join(work, `${synchronous}-writes`);
  const store = join(import.meta.dirname, "plain-store.ts");
  const { stdout, stderr, signal } = spawnSync(process.execPath, [store, join(folder, "plain.db"), synchronous], {
    env: { ...process.env, ...recorder.environment({ folder, log: path }) },
    encoding: "utf8",
  });
  expect(signal, stderr).toBe("SIGKILL");
  const commits = [...stdout.matchAll(/^(\d+) (\d+)$/gm)].map(([, n, at]) => ({
    n: Number(n),
    atNs: BigInt(at ?? "0"),
  }));
  expect(commits.length).toBeGreaterThan(100);
  return { log: readWriteLog(path), commits };
}

/** What SQLite finds in the file; a file it cannot read holds nothing. */
function numbersIn(folder: string): readonly number[] {
  try {
    const db = new Database(join(folder, "plain.db"));
    try {
      return db
        .prepare<[], { n: number }>("SELECT n FROM number")
        .all()
        .map(({ n }) => n);
    } finally {
      db.close();
    }
  } catch {
    return [];
  }
}
