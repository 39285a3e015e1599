import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { allocateBench } from "./allocate.ts";
import type { Bench, BenchOptions, Line } from "./bench.ts";
import { decodeBlockBench } from "./decode-block.ts";
import { deviceWritesBench } from "./device-writes.ts";
import { isInMemory, syncMs } from "./disk-figures.ts";
import { intakeBench, steadyBench } from "./intake.ts";
import { ledgerBench } from "./ledger.ts";
import { ledgerLogBench } from "./ledger-log.ts";
import { modbusBench } from "./modbus.ts";
import { peersBench } from "./peers.ts";
import { sealingBench } from "./sealing.ts";
import { settleReadingsBench } from "./settle-readings.ts";
import { settleYearBench } from "./settle-year.ts";
import { settlementBench } from "./settlement.ts";
import { slowSyncBench } from "./slow-sync.ts";
import { formatTable, summarize } from "./table.ts";
import { yearBench } from "./year.ts";

/** `npm run bench`: every budget of DESIGN.md in one table. A missed budget is a line in it, never a failure. */

const BENCHES: readonly Bench[] = [
  intakeBench,
  steadyBench,
  deviceWritesBench,
  slowSyncBench,
  sealingBench,
  yearBench,
  peersBench,
  settlementBench,
  settleYearBench,
  settleReadingsBench,
  ledgerBench,
  ledgerLogBench,
  allocateBench,
  decodeBlockBench,
  modbusBench,
];
const NAMES = BENCHES.map(({ name }) => name).join(", ");
const USAGE = `node test/bench/run.ts [--only NAME]... [--quick] [--full] [--folder PATH] [--profile PATH]
  --only NAME     one of ${NAMES}; may be repeated
  --quick         short runs, rough figures
  --full          the sizes DESIGN.md speaks of, where the default is smaller
  --folder PATH   where databases go, on the disk to be measured (default: the temporary folder)
  --profile PATH  leave a CPU profile of every hub process there`;
const ROOT_NAME = "millrace-bench";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    folder: { type: "string", default: tmpdir() },
    profile: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const unknown = values.only.find((name) => !BENCHES.some((bench) => bench.name === name));
if (values.help || unknown !== undefined) {
  if (unknown !== undefined) console.error(`There is no bench named ${unknown}: ${NAMES}.`);
  console.log(USAGE);
  process.exit(unknown === undefined ? 0 : 1);
}
await runBenches(BENCHES.filter(({ name }) => values.only.length === 0 || values.only.includes(name)));

async function runBenches(benches: readonly Bench[]): Promise<void> {
  const cache = join(resolve(values.folder), ROOT_NAME);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "run-"));
  const options: BenchOptions = {
    quick: values.quick,
    full: values.full,
    folder,
    cache,
    profiles: values.profile === undefined ? undefined : resolve(values.profile),
    note: (text) => console.log(`  ${text}`),
  };
  try {
    describeMachine(folder);
    const lines: Line[] = [];
    for (const bench of benches) {
      console.log(`${bench.name}: ${bench.about}`);
      const from = performance.now();
      try {
        lines.push(...(await bench.run(options)));
      } catch (cause) {
        console.error(`  ${bench.name} broke down:`, cause);
        lines.push({ name: `${bench.name} (broke down)`, measured: Number.NaN, unit: "", budget: { atMost: 0 } });
      }
      console.log(`  took ${Math.round((performance.now() - from) / 1_000)} s`);
    }
    console.log(`\n${formatTable(lines)}\n\n${summarize(lines)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describeMachine(folder: string): void {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `Node ${process.version} on ${cpus().length} x ${processor?.model ?? "?"}, ${memory} GB, load ${loadavg()[0]?.toFixed(1)}`,
  );
  console.log(`${folder}: a sync of 8 kB takes ${syncMs(folder).toFixed(2)} ms\n`);
  if (isInMemory(folder))
    console.log("  This folder lives in memory: give --folder on a real disk, or syncs cost nothing.\n");
}
