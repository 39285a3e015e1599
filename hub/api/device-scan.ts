import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type, { type Static } from "typebox";
import { HubError } from "../errors.ts";
import { ModbusSchema } from "../members/device.ts";
import type { ScanFinding, ScanProgress } from "../members/device-finder.ts";
import { Identity } from "./device-view.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Moment, orNull, Problem } from "./schemas.ts";

const ScanRequestBody = Type.Object(
  {
    subnet: Type.Optional(
      Type.String({ maxLength: 18, description: "addresses to look at, such as 192.168.1.0/24; a /22 at most" }),
    ),
    ports: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), { maxItems: 16 })),
    serial: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 16 })),
    bauds: Type.Optional(Type.Array(Type.Integer({ minimum: 300, maximum: 921_600 }), { maxItems: 12 })),
    units: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { maxItems: 256 })),
  },
  closed,
);

const ScanView = Type.Object({
  state: Type.Enum(["none", "running", "done", "stopped", "failed"]),
  started_ms: orNull(Moment),
  ended_ms: orNull(Moment),
  progress: orNull(
    Type.Object({
      done: Type.Integer(),
      total: Type.Integer(),
      at: Type.String({ description: "what is looked at now" }),
    }),
  ),
  findings: Type.Array(
    Type.Object({
      modbus: ModbusSchema,
      identity: Identity,
      profiles: Type.Array(Type.String(), { description: "that fit, best first; none for an unknown kind" }),
      models: Type.Array(Type.Integer(), { description: "SunSpec models it lists" }),
    }),
  ),
  problem: orNull(Type.String({ description: "why it failed" })),
});

const SerialPortView = Type.Object({ path: Type.String(), title: Type.String() });

type ScanState = Static<typeof ScanView>["state"];
interface ScanRun {
  state: ScanState;
  readonly started: number;
  ended: number | null;
  progress: ScanProgress | null;
  readonly findings: ScanFinding[];
  problem: string | null;
  readonly stop: AbortController;
  over: Promise<void>;
}

/** Pages hear of progress at most this often. */
const TELL_EVERY_MS = 500;

/** Look for devices on the steward's word, one scan at a time; what was found stays until the next one. */
export const deviceScanRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { finder, live, clock, log }) => {
  let run: ScanRun | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;

  const tell = (pace: "now" | "seldom"): void => {
    if (run === undefined || (pace === "seldom" && performance.now() - toldAt < TELL_EVERY_MS)) return;
    toldAt = performance.now();
    // Pages of everybody hear this: how far it is, and no address.
    const { done = 0, total = 0 } = run.progress ?? {};
    live.tell({ name: "scan", data: { state: run.state, done, total, findings: run.findings.length } });
  };

  app.addHook("preClose", async () => {
    run?.stop.abort();
    await run?.over;
  });

  app.post(
    "/scan",
    {
      config: { role: "steward" },
      schema: {
        description: "look for Modbus devices at the places named; it goes on in the background",
        body: ScanRequestBody,
        response: { 202: ScanView, 409: Problem, 422: Problem },
      },
    },
    async ({ body }, reply) => {
      if (run?.state === "running") {
        throw new HubError("SCAN_RUNNING", "a scan is under way", {
          remedy: "Wait for it, or stop it with DELETE /api/scan.",
          retryable: true,
        });
      }
      const started = Promise.withResolvers<void>();
      const stop = new AbortController();
      const scan: ScanRun = {
        state: "running",
        started: clock(),
        ended: null,
        progress: null,
        findings: [],
        problem: null,
        stop,
        over: Promise.resolve(),
      };
      const hear = {
        found: (finding: ScanFinding) => {
          scan.findings.push(finding);
          tell("now");
        },
        progress: (progress: ScanProgress) => {
          scan.progress = progress;
          started.resolve();
          tell("seldom");
        },
      };
      const end = (state: ScanState, problem: string | null): void => {
        Object.assign(scan, { state, problem, ended: clock() });
        started.resolve();
        tell("now");
      };
      const earlier = run;
      run = scan;
      scan.over = finder.scan(body, hear, stop.signal).then(
        () => end(stop.signal.aborted ? "stopped" : "done", null),
        (cause: unknown) => {
          if (scan.progress === null) {
            run = earlier;
            started.reject(cause);
            return;
          }
          log.error({ cause: String(cause) }, "scan failed");
          end("failed", cause instanceof HubError ? `${cause.message} ${cause.remedy}` : "the hub's log says why");
        },
      );
      // A place that cannot be is refused here; progress is told first when all of them can.
      await started.promise;
      return reply.status(202).send(showScan(scan));
    },
  );

  app.get("/scan", { config: { role: "steward" }, schema: { response: { 200: ScanView } } }, async () => showScan(run));

  app.delete(
    "/scan",
    {
      config: { role: "steward" },
      schema: {
        description: "stop the scan under way, if any, and keep what it found",
        body: Type.Object({}, closed),
        response: { 200: ScanView },
      },
    },
    async () => {
      run?.stop.abort();
      await run?.over;
      return showScan(run);
    },
  );

  app.get(
    "/serial-ports",
    { config: { role: "steward" }, schema: { response: { 200: Type.Array(SerialPortView) } } },
    async () => (await finder.serialPorts()).map(({ path, title }) => ({ path, title })),
  );
};

function showScan(run: ScanRun | undefined): Static<typeof ScanView> {
  return {
    state: run?.state ?? "none",
    started_ms: run?.started ?? null,
    ended_ms: run?.ended ?? null,
    progress: run?.progress ?? null,
    findings: (run?.findings ?? []).map(({ profiles, models, ...finding }) => ({
      ...finding,
      profiles: [...profiles],
      models: [...models],
    })),
    problem: run?.problem ?? null,
  };
}
