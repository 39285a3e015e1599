import { Presets, SingleBar } from "cli-progress";

export interface ReplayProgress {
  /** @param rows done so far, of the whole file @param readings acknowledged in this run */
  show(rows: number, readings: number): void;
  end(): void;
}

/** Where nobody can watch a bar (a file, a service), a line now and then. */
const LINE_EVERY_MS = 3_000;

/** A bar in a terminal, plain lines anywhere else. @param rowsDone rows of an earlier run */
export function replayProgress(
  rowsTotal: number,
  rowsDone: number,
  out: NodeJS.WriteStream = process.stdout,
): ReplayProgress {
  const began = performance.now();
  const rate = (readings: number) => Math.round((1000 * readings) / Math.max(1, performance.now() - began));
  return out.isTTY ? bar({ rowsTotal, rowsDone, rate, out }) : lines({ rowsTotal, rate, out });
}

interface ProgressInput {
  readonly rowsTotal: number;
  readonly rate: (readings: number) => number;
  readonly out: NodeJS.WriteStream;
}

function bar({ rowsTotal, rowsDone, rate, out }: ProgressInput & { readonly rowsDone: number }): ReplayProgress {
  const format = "Replaying {bar} {percentage} % | {value}/{total} rows | {rate} readings/s | {eta_formatted} to go";
  const shown = new SingleBar({ format, stream: out, hideCursor: true, etaBuffer: 20 }, Presets.shades_classic);
  shown.start(rowsTotal, rowsDone, { rate: 0 });
  return {
    show: (rows, readings) => shown.update(rows, { rate: rate(readings) }),
    end: () => shown.stop(),
  };
}

function lines({ rowsTotal, rate, out }: ProgressInput): ReplayProgress {
  let writtenAt = performance.now();
  return {
    show(rows, readings) {
      if (performance.now() - writtenAt < LINE_EVERY_MS) return;
      writtenAt = performance.now();
      out.write(`Replaying: ${rows} of ${rowsTotal} rows, ${rate(readings)} readings/s\n`);
    },
    end() {},
  };
}
