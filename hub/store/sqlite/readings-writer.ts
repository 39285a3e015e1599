import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "./open-database.ts";
import { type CommitReply, type CommitRequest, prepareCommit } from "./readings-commit.ts";

/** The writer thread of readings.db: a slow card stalls this thread, never the broker. */
const port = parentPort;
if (port === null) throw new Error("readings-writer runs only as a worker thread");

const db = openDatabase((workerData as { readonly path: string }).path);
const commit = prepareCommit(db);

port.on("message", (request: CommitRequest | "close") => {
  if (request === "close") {
    db.close();
    port.close();
    return;
  }
  port.postMessage(answer(request));
});
port.postMessage("ready");

function answer(request: CommitRequest): CommitReply {
  try {
    return { id: request.id, receipts: commit(request) };
  } catch (failure) {
    // Nothing of the request was stored; whoever asked must hear it, and the next request may succeed.
    return { id: request.id, failure: failure instanceof Error ? failure.message : String(failure) };
  }
}
