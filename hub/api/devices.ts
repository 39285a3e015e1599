import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { DeviceSchema } from "../members/device.ts";
import type { DeviceHealth } from "../members/device-health.ts";
import { seriesParts } from "../reading.ts";
import { QUARANTINE_ROWS } from "../series/series-store.ts";
import { DeviceRow, showDevices } from "./device-view.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { QuarantineView, showRefusal } from "./quarantine-view.ts";
import { LatestView, showReading } from "./reading-view.ts";
import { closed, Name, orNull, Problem } from "./schemas.ts";

const DevicePage = Type.Object({
  ...DeviceRow.properties,
  document: orNull(DeviceSchema),
  lacking: Type.Array(Type.String(), { description: "keys of points that the device turned out not to have" }),
  latest: Type.Array(LatestView),
  quarantine: Type.Array(QuarantineView, { description: "the newest records of it that were not understood" }),
  remarks: Type.Array(Type.String(), { description: "what to look at, in sentences" }),
});

/** Rows of the quarantine on the page of one device: what is wrong now shows in the newest. */
const PAGE_REFUSALS = 20;
export const deviceRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { series, devices, operation }) => {
  const readRefusals = () => series.quarantined(QUARANTINE_ROWS);
  const readFacts = async () => {
    const [catalogue, refusals, listed] = await Promise.all([series.catalogue(), readRefusals(), devices.list()]);
    const refused = refusals.flatMap(({ device }) => (device === null ? [] : [device]));
    return { catalogue, refusals, refused, listed, health: devices.health() };
  };

  app.get("/devices", { config: { role: "staff" }, schema: { response: { 200: Type.Array(DeviceRow) } } }, async () =>
    showDevices(await readFacts()),
  );

  app.get(
    "/devices/:device",
    {
      config: { role: "steward" },
      schema: { params: Type.Object({ device: Name }), response: { 200: DevicePage, 404: Problem } },
    },
    async ({ params }) => {
      const facts = await readFacts();
      const row = showDevices(facts).find(({ device }) => device === params.device);
      if (row === undefined) throw notFound(`device ${params.device}`, "/api/devices");
      const keys = facts.catalogue.map((info) => info.series).filter((key) => seriesParts(key).device === row.device);
      const health = facts.health.find(({ device }) => device === row.device);
      const refusals = facts.refusals.filter(({ device }) => device === row.device).slice(0, PAGE_REFUSALS);
      return {
        ...row,
        document: facts.listed.find(({ device }) => device.id === row.device)?.device ?? null,
        lacking: [...(health?.lacking ?? [])],
        latest: keys.length === 0 ? [] : (await series.latest(keys)).map(showReading),
        quarantine: refusals.map(showRefusal),
        remarks: remarksOn(health, {
          shed: operation.broker()?.counts().shedQos0[row.device] ?? 0,
          conflicts: row.conflicts,
        }),
      };
    },
  );

  app.post(
    "/devices",
    {
      config: { role: "steward" },
      schema: {
        description: "add a device or change it; what stood before is kept",
        body: DeviceSchema,
        response: { 200: Type.Object({ device: Type.String() }), 409: Problem, 422: Problem },
      },
    },
    async ({ body, actor }) => {
      await devices.save(body, actor.name);
      return { device: body.id };
    },
  );

  app.delete(
    "/devices/:device",
    {
      config: { role: "steward" },
      schema: {
        description: "take a device away; its readings stay",
        params: Type.Object({ device: Name }),
        body: Type.Object({}, closed),
        response: { 200: Type.Object({ device: Type.String() }), 404: Problem, 409: Problem },
      },
    },
    async ({ params: { device }, actor }) => {
      if (!(await devices.remove(device, actor.name)))
        throw notFound(`device ${device} in the registry`, "/api/devices");
      return { device };
    },
  );
};

/** What somebody who looks at a device should know, one sentence each. */
function remarksOn(
  health: DeviceHealth | undefined,
  { shed, conflicts }: { readonly shed: number; readonly conflicts: number },
): string[] {
  const { state, last_failure, lacking = [] } = health ?? {};
  return [
    ...(shed > 0 ? [`Set QoS 1 on the device: ${shed} of its messages at QoS 0 were not taken under load.`] : []),
    ...(conflicts > 0 ? [`${conflicts} readings contradict one stored for the same moment; is its clock right?`] : []),
    ...(state === "penalised" ? [`It is asked less often because it did not answer: ${last_failure?.reason}.`] : []),
    ...(state === "unreachable" ? [`It cannot be reached: ${last_failure?.reason}.`] : []),
    ...(lacking.length > 0 ? [`Its profile lists what this device does not have: ${lacking.join(", ")}.`] : []),
  ];
}
