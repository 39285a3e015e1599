import type { FastifyRequest } from "fastify";
import { HubError } from "../errors.ts";

/** Methods that change nothing. */
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

export function isReading(method: string): boolean {
  return READING.has(method);
}

/**
 * A page of another site in a browser on this machine must not ask the hub to write, whatever it got hold of. Such a page cannot send JSON without asking first, which the hub never grants, and a browser says
 * where a request comes from.
 * @throws HubError ORIGIN_REFUSED, MEDIA_TYPE_REFUSED
 */
export function refuseForeignWrites({ method, headers }: FastifyRequest): void {
  if (isReading(method)) return;
  const { origin, host, "sec-fetch-site": site, "content-type": type } = headers;
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase();
  if (isForeign || (site !== undefined && site !== "same-origin" && site !== "none")) {
    throw new HubError("ORIGIN_REFUSED", `a page of ${origin ?? "another site"} may not change anything here`, {
      remedy: "Use the hub's own pages, opened by the address the hub printed, or a program that is no browser.",
    });
  }
  if (type?.split(";", 1)[0]?.trim().toLowerCase() !== "application/json") {
    throw new HubError("MEDIA_TYPE_REFUSED", `${method} takes application/json, found ${type ?? "no content type"}`, {
      remedy: "Send the header Content-Type: application/json and a JSON body; {} when there is nothing to say.",
    });
  }
}
