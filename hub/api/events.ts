import { PassThrough } from "node:stream";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { ApiPorts } from "./ports.ts";

/** How often a silent stream says that it lives, so that proxies and phones keep it open. */
const HEARTBEAT_MS = 15_000;
/** Open streams at once; each is a socket and a few kB. */
const MOST_STREAMS = 200;
/** A page that leaves this much unread is gone or asleep: its stream is closed and the browser comes back by itself. */
const UNREAD_BYTES = 64 * 1024;

/** Live updates as server-sent events (HTML Standard, section 9.2). */
export const eventRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { live }) => {
  const streams = new Set<PassThrough>();
  app.addHook("preClose", async () => {
    for (const stream of streams) stream.end();
  });

  app.get("/events", { config: { role: "screen" }, schema: { hide: true } }, async (_request, reply) => {
    if (streams.size >= MOST_STREAMS) return reply.status(503).header("retry-after", "10").send();
    const stream = new PassThrough();
    const write = (text: string): void => {
      if (stream.writableLength > UNREAD_BYTES) stream.destroy();
      else stream.write(text);
    };
    const stopListening = live.listen(({ name, data }) => write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
    const heartbeat = setInterval(() => write(": still here\n\n"), HEARTBEAT_MS);
    streams.add(stream);
    stream.on("close", () => {
      stopListening();
      clearInterval(heartbeat);
      streams.delete(stream);
    });
    write("retry: 2000\n\n");
    return reply.header("content-type", "text/event-stream").header("x-accel-buffering", "no").send(stream);
  });
};
