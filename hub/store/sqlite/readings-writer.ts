import { parentPort, workerData } from "node:worker_threads";
import { openDatabase, syncLog } from "./open-database.ts";
import { openReadingsWriter } from "./readings-commit.ts";
import { beginSealing, dropSealed, type Sealing } from "./seal-head.ts";
import type { WriterCall, WriterCalls, WriterData, WriterReply, WriterRequest } from "./writer-messages.ts";

/** The writer thread of readings.db: a slow card stalls this thread, never the broker. */
const port = parentPort;
if (port === null) throw new Error("readings-writer runs only as a worker thread");

/** With this many readings the head is sealed before its hour: about 20 MB of memory in both threads. */
const SEAL_READINGS = 200_000;

const { path, sealEveryMs } = workerData as WriterData;
const db = openDatabase(path, { syncsItself: true });
const writer = openReadingsWriter(db);
const log = syncLog(path);
let sealing: Sealing | undefined;
/** Those who asked for sealing and wait for its end. */
const awaitingSeal: number[] = [];

const send = (reply: WriterReply): void => port.postMessage(reply);
const timer = setInterval(seal, sealEveryMs);
timer.unref();

/** Calls that are answered at once; `seal` is answered when it is done. */
const calls: { readonly [Call in Exclude<WriterCall, "seal">]: (body: WriterCalls[Call][0]) => WriterCalls[Call][1] } =
  {
    commit(request) {
      const outcome = writer.commit(request);
      if (writer.headReadings() >= SEAL_READINGS) seal();
      return outcome;
    },
    drop({ series: key, before }) {
      const series = writer.series.get(key);
      if (series === undefined) return { readings: 0 };
      const all = beginSealing(writer);
      while (!all.step());
      sealing = undefined;
      send({ sealed: all.seq });
      return { readings: dropSealed(writer, series, before) };
    },
    booked({ before }) {
      writer.bookedBefore(before);
      return null;
    },
    forget({ marks }) {
      writer.forgetMarks(marks);
      return null;
    },
    release: ({ row }) => writer.quarantine.release(row),
    close() {
      clearInterval(timer);
      sealing = undefined;
      db.close();
      return null;
    },
  };

port.on("message", ({ id, call, body }: WriterRequest) => {
  if (call === "seal") {
    awaitingSeal.push(id);
    seal();
    return;
  }
  let result: WriterCalls[WriterCall][1];
  try {
    result = (calls[call] as (body: unknown) => WriterCalls[WriterCall][1])(body);
  } catch (failure) {
    // Nothing of it was stored; whoever asked must hear it, and the next call may succeed.
    send({ id, failure: failure instanceof Error ? failure.message : String(failure) });
    return;
  }
  // A sync that fails leaves nobody knowing what the disk has: it ends this thread, and nothing is acknowledged any more.
  if (call !== "close") log.sync();
  send({ id, result });
  if (call === "close") port.close();
});
port.postMessage("ready");

function seal(): void {
  if (sealing !== undefined || !db.open) return;
  sealing = beginSealing(writer);
  setImmediate(sealOn);
}

/** One step, then whatever waits: commits go first. */
function sealOn(): void {
  if (sealing === undefined) return;
  const { seq } = sealing;
  let failure: string | undefined;
  try {
    if (!sealing.step()) {
      setImmediate(sealOn);
      return;
    }
    send({ sealed: seq });
  } catch (cause) {
    // A full disk: the head keeps everything, and the next turn begins again.
    failure = cause instanceof Error ? cause.message : String(cause);
  }
  sealing = undefined;
  for (const id of awaitingSeal.splice(0)) send(failure === undefined ? { id, result: null } : { id, failure });
}
