import fastifyStatic from "@fastify/static";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { errorCodes, HubError } from "../errors.ts";
import type { Role } from "../members/role.ts";
import { accountRoutes } from "./accounts.ts";
import { requireActors } from "./actor.ts";
import { bookingRoutes } from "./bookings.ts";
import { coefficientRoutes } from "./coefficients.ts";
import { communityRoutes } from "./community.ts";
import { contestRoutes } from "./contests.ts";
import { dayRoutes } from "./days.ts";
import { deviceCatalogueRoutes } from "./device-catalogue.ts";
import { deviceScanRoutes } from "./device-scan.ts";
import { deviceTrialRoutes } from "./device-trial.ts";
import { deviceRoutes } from "./devices.ts";
import { entryRoutes } from "./entries.ts";
import { eventRoutes } from "./events.ts";
import { healthRoutes } from "./health.ts";
import { holdRoutes } from "./holds.ts";
import { intervalRoutes } from "./intervals.ts";
import { logRoutes } from "./log.ts";
import { memberRoutes } from "./members.ts";
import { metricsRoutes } from "./metrics.ts";
import { plantRoutes } from "./plants.ts";
import { policyRoutes } from "./policies.ts";
import type { ApiPorts } from "./ports.ts";
import { quarantineRoutes } from "./quarantine.ts";
import { registerEventRoutes } from "./register-events.ts";
import { retentionRoutes } from "./retention.ts";
import { runRoutes } from "./runs.ts";
import { refuseForeignWrites } from "./same-origin.ts";
import { seriesRoutes } from "./series.ts";
import { statementRoutes } from "./statements.ts";
import { transferRoutes } from "./transfers.ts";
import { unitRoutes } from "./units.ts";
import { wearRoutes } from "./wear.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Whom the route is for; every route names one. */
    role?: Role;
  }
}

/** Names under which this machine may be asked; any other Host is another site's page trying to read ours. */
const LOOPBACK_HOST = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/;
/** Everything a page needs comes from the hub itself. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** The API's own documentation page brings inline styles. */
const DOCS_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/** The hub's HTTP side: one plugin a noun, OpenAPI from the schemas, and the built pages. */
export async function buildApi(ports: ApiPorts): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.setValidatorCompiler(TypeBoxValidatorCompiler);

  app.addHook("onRoute", (route) => {
    const isOurs = /^\/(?:api|metrics)(?:\/|$)/.test(route.url) && !route.url.startsWith("/api/docs");
    if (route.config?.role === undefined && isOurs) {
      throw new Error(`route ${route.url} names no role`);
    }
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-content-type-options", "nosniff");
    reply.header("referrer-policy", "no-referrer");
    reply.header("cross-origin-resource-policy", "same-origin");
    reply.header("content-security-policy", request.url.startsWith("/api/docs") ? DOCS_POLICY : PAGE_POLICY);
    if (/^\/(?:api|metrics)/.test(request.url)) reply.header("cache-control", "no-store");
    if (!LOOPBACK_HOST.test(request.headers.host ?? "")) {
      throw new HubError("HOST_REFUSED", `this hub does not answer for the host ${request.headers.host ?? ""}`, {
        remedy: "Open it as http://localhost or http://127.0.0.1 on the hub itself, or through an SSH tunnel.",
      });
    }
    refuseForeignWrites(request);
  });
  requireActors(app, ports.actors);
  app.setErrorHandler((fault: FastifyError | HubError, request, reply) => {
    if (fault instanceof HubError) {
      return reply
        .status(errorCodes[fault.code])
        .send({ code: fault.code, message: fault.message, remedy: fault.remedy });
    }
    if (fault.validation !== undefined || (fault.statusCode !== undefined && fault.statusCode < 500)) {
      const remedy = "See /api/docs for what this request takes.";
      return reply.status(fault.statusCode ?? 400).send({ code: "REQUEST_INVALID", message: fault.message, remedy });
    }
    ports.log.error({ url: request.url, cause: fault.stack }, "request failed");
    const remedy = "This is a bug in Millrace: see the hub's log and report it.";
    return reply.status(500).send({ code: "INTERNAL", message: "the hub could not answer", remedy });
  });
  app.setNotFoundHandler((request, reply) => {
    const remedy = "See /api/docs for what the API answers.";
    return reply.status(404).send({ code: "NOT_FOUND", message: `nothing at ${request.url}`, remedy });
  });

  await app.register(swagger, {
    openapi: {
      info: {
        title: "Millrace",
        version: ports.about.version,
        description: "Readings, shares and entries of a community.",
      },
    },
  });
  await app.register(swaggerUi, { routePrefix: "/api/docs" });
  await app.register(
    async (api) => {
      const nouns = [
        healthRoutes,
        communityRoutes,
        deviceRoutes,
        deviceTrialRoutes,
        deviceCatalogueRoutes,
        deviceScanRoutes,
        seriesRoutes,
        intervalRoutes,
        dayRoutes,
        runRoutes,
        memberRoutes,
        entryRoutes,
        contestRoutes,
        coefficientRoutes,
        unitRoutes,
        accountRoutes,
        transferRoutes,
        holdRoutes,
        bookingRoutes,
        logRoutes,
        plantRoutes,
        policyRoutes,
        statementRoutes,
        registerEventRoutes,
        quarantineRoutes,
        retentionRoutes,
        wearRoutes,
        eventRoutes,
      ];
      for (const routes of nouns) await api.register(routes, ports);
    },
    { prefix: "/api" },
  );
  await app.register(metricsRoutes, ports);
  if (ports.pages !== undefined) await app.register(fastifyStatic, { root: ports.pages, preCompressed: true });
  return app;
}
