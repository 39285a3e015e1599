import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "./open-database.ts";
import { openReadingsWriter } from "./readings-commit.ts";
import { beginSealing, dropSealed, type Sealing } from "./seal-head.ts";
import type { WriterData, WriterReply, WriterRequest } from "./writer-messages.ts";

/** The writer thread of readings.db: a slow card stalls this thread, never the broker. */
const port = parentPort;
if (port === null) throw new Error("readings-writer runs only as a worker thread");

/** With this many readings the head is sealed before its hour: about 20 MB of memory in both threads. */
const SEAL_READINGS = 200_000;

const { path, sealEveryMs } = workerData as WriterData;
const db = openDatabase(path);
const writer = openReadingsWriter(db);
let sealing: Sealing | undefined;

const answer = (reply: WriterReply): void => port.postMessage(reply);
const timer = setInterval(seal, sealEveryMs);
timer.unref();

port.on("message", (request: WriterRequest) => {
  switch (request.kind) {
    case "commit":
      try {
        answer({ kind: "committed", id: request.id, ...writer.commit(request) });
      } catch (failure) {
        // Nothing of the request was stored; whoever asked must hear it, and the next request may succeed.
        answer({ kind: "failed", id: request.id, failure: wordsOf(failure) });
      }
      if (writer.headReadings() >= SEAL_READINGS) seal();
      return;
    case "seal":
      seal();
      return;
    case "drop":
      drop(request);
      return;
    case "close":
      clearInterval(timer);
      sealing = undefined;
      db.close();
      port.close();
  }
});
answer({ kind: "ready" });

function seal(): void {
  if (sealing !== undefined || !db.open) return;
  sealing = beginSealing(writer);
  setImmediate(sealOn);
}

/** One step, then whatever waits: commits go first. */
function sealOn(): void {
  if (sealing === undefined) return;
  const { seq } = sealing;
  try {
    if (!sealing.step()) {
      setImmediate(sealOn);
      return;
    }
    answer({ kind: "sealed", seq });
  } catch {
    // A full disk: the head keeps everything, and the next turn begins again.
  }
  sealing = undefined;
}

function drop({ id, series: key, before }: Extract<WriterRequest, { kind: "drop" }>): void {
  try {
    const series = writer.series.get(key);
    if (series === undefined) {
      answer({ kind: "dropped", id, readings: 0, first: null });
      return;
    }
    const all = beginSealing(writer);
    while (!all.step());
    sealing = undefined;
    answer({ kind: "sealed", seq: all.seq });
    const readings = dropSealed(writer, series, before);
    answer({ kind: "dropped", id, readings, first: Number.isFinite(series.first) ? series.first : null });
  } catch (failure) {
    answer({ kind: "failed", id, failure: wordsOf(failure) });
  }
}

function wordsOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
