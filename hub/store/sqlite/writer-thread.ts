import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { HubError } from "../../errors.ts";
import type { WriterCall, WriterCalls, WriterData, WriterReply, WriterRequest } from "./writer-messages.ts";

/** The writer thread as the reading thread holds it. */
export interface WriterThread {
  /** @throws HubError STORE_FAILED when nothing of it was stored */
  ask<Call extends WriterCall>(call: Call, body: WriterCalls[Call][0]): Promise<WriterCalls[Call][1]>;
  close(): Promise<void>;
}

/**
 * @param onSealed told when head rows up to a number are in chunks, before whoever asked for it
 * @throws HubError STORE_FAILED when the thread does not start
 */
export async function startWriterThread(data: WriterData, onSealed: (seq: number) => void): Promise<WriterThread> {
  const worker = new Worker(new URL("./readings-writer.ts", import.meta.url), { workerData: data });
  const asked = new Map<number, { resolve(result: unknown): void; reject(reason: HubError): void }>();
  let nextId = 1;
  let gone: HubError | undefined;
  let isClosing = false;
  /** Nobody knows what the disk has: the process ends, and whoever watches it starts a new one that reads what is there. */
  const lose = (cause: unknown): void => {
    if (gone !== undefined) return;
    gone = storeFailed(cause instanceof Error ? cause.message : String(cause));
    for (const { reject } of asked.values()) reject(gone);
    asked.clear();
    if (!isClosing) setImmediate(() => Promise.reject(gone));
  };
  try {
    await once(worker, "message");
  } catch (cause) {
    throw storeFailed(`the writer of ${data.path} did not start: ${cause instanceof Error ? cause.message : cause}`);
  }
  worker.on("error", lose);
  worker.on("exit", () => lose("the writer thread ended"));
  worker.on("message", (reply: WriterReply) => {
    if ("sealed" in reply) return onSealed(reply.sealed);
    const waiting = asked.get(reply.id);
    asked.delete(reply.id);
    if ("failure" in reply) waiting?.reject(storeFailed(reply.failure));
    else waiting?.resolve(reply.result);
  });
  const ask = <Call extends WriterCall>(call: Call, body: WriterCalls[Call][0]): Promise<WriterCalls[Call][1]> => {
    if (gone !== undefined) return Promise.reject(gone);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      asked.set(id, { resolve: (result) => resolve(result as WriterCalls[Call][1]), reject });
      worker.postMessage({ id, call, body } satisfies WriterRequest);
    });
  };
  return {
    ask,
    async close() {
      if (gone !== undefined) return;
      isClosing = true;
      const ended = once(worker, "exit");
      await ask("close", null);
      await ended;
    },
  };
}

export function storeFailed(message: string): HubError {
  return new HubError("STORE_FAILED", `readings could not be stored: ${message}`, {
    retryable: true,
    remedy: "Free space on the disk and check it; nothing was acknowledged, devices send again by themselves.",
  });
}
