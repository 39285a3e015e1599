import type { FastifyInstance, FastifyRequest } from "fastify";
import { HubError } from "../errors.ts";
import type { Actor, Actors } from "../members/actor.ts";
import type { Role } from "../members/role.ts";
import { isReading } from "./same-origin.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks for a write. A request that only reads has none, and reading this there is a bug. */
    readonly actor: Actor;
  }
}

/** Roles that may write, each more than those before it; an auditor looks at everything and changes nothing. */
const writers: readonly Actor["role"][] = ["public", "screen", "member", "staff", "steward"];

/**
 * Every write of the API takes its actor from here and from nowhere else: `Authorization: Bearer <token>`. As a hook of
 * the whole API it holds a route that is added later too, and it asks before the body is read.
 */
export function requireActors(app: FastifyInstance, actors: Actors): void {
  const known = new WeakMap<FastifyRequest, Actor>();
  app.decorateRequest("actor", {
    getter() {
      const actor = known.get(this as FastifyRequest);
      if (actor === undefined) throw new Error("a request that only reads has no actor");
      return actor;
    },
  });
  app.addHook("onRoute", ({ method, url, config }) => {
    const writes = [method].flat().some((one) => !isReading(one));
    if (writes && config?.role !== undefined && !writers.includes(config.role)) {
      throw new Error(`route ${url} is a write for the role ${config.role}, which writes nothing`);
    }
  });
  app.addHook("onRequest", async (request) => {
    if (isReading(request.method)) return;
    const actor = await identify(request, actors);
    if (!request.is404) checkRole(actor, request.routeOptions.config.role ?? "steward");
    known.set(request, actor);
  });
}

async function identify({ headers }: FastifyRequest, actors: Actors): Promise<Actor> {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  const actor = token === undefined ? undefined : await actors.identify(token);
  if (actor !== undefined && actor.role !== "hub") return actor;
  const what = token === undefined ? "brings no token" : "brings a token that is nobody's";
  throw new HubError("ACTOR_REQUIRED", `whoever changes something says who they are, and this request ${what}`, {
    remedy:
      "Open the page by the address that millrace token prints on the hub's machine, or send the token that it prints (steward.token in the data folder) as Authorization: Bearer.",
  });
}

function checkRole({ name, role }: Actor, needed: Role): void {
  if (writers.indexOf(role) >= writers.indexOf(needed)) return;
  throw new HubError("ACTOR_REFUSED", `${name} (${role}) may not do this: it is for the role ${needed}`, {
    remedy: "Ask a steward.",
  });
}
