import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { compareWindows, yearsOfLife } from "../card-wear.ts";
import type { Operation } from "./operation.ts";
import type { ApiPorts } from "./ports.ts";
import { orNull } from "./schemas.ts";

const SECONDS_A_DAY = 86_400;

const years = orNull(Type.Number({ description: "until the card has taken what it is rated for; null: never" }));
export const MeasuredWear = Type.Object({
  seconds: Type.Number({ description: "how long it was measured, at most a day" }),
  bytes: Type.Integer({ description: "written by this process to disks, as the kernel counts them" }),
  bytes_per_day: Type.Integer(),
  readings_per_s: Type.Number(),
  messages_per_s: Type.Number(),
  bytes_per_reading: orNull(Type.Number()),
  years,
});

const Wear = Type.Object({
  window_ms: Type.Integer({ description: "storage.commit_window_ms" }),
  card_endurance_tb: Type.Number({ description: "storage.card_endurance_tb, 1e12 bytes" }),
  disk: orNull(Type.Object({ free_bytes: Type.Integer(), size_bytes: Type.Integer() })),
  measured: orNull(MeasuredWear),
  windows: Type.Array(
    Type.Object({
      window_ms: Type.Integer(),
      bytes_per_day: Type.Integer({ description: "estimated for the measured intake" }),
      years,
    }),
  ),
});

/** What the running hub writes, as measured, and how long its card lasts that way; null while too little is known. */
export function measuredWear({ writes, card }: Operation) {
  const measured = writes();
  if (measured === undefined) return null;
  const { seconds, bytes, readings, messages } = measured;
  const bytes_per_day = Math.round((bytes / seconds) * SECONDS_A_DAY);
  return {
    seconds,
    bytes,
    bytes_per_day,
    readings_per_s: readings / seconds,
    messages_per_s: messages / seconds,
    bytes_per_reading: readings === 0 ? null : bytes / readings,
    years: yearsOfLife(bytes_per_day, card.endurance_tb),
  };
}

export const wearRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { operation }) => {
  app.get("/wear", { config: { role: "steward" }, schema: { response: { 200: Wear } } }, async () => {
    const { window_ms, endurance_tb } = operation.card;
    const measured = measuredWear(operation);
    const disk = await operation.disk();
    return {
      window_ms,
      card_endurance_tb: endurance_tb,
      disk: disk === undefined ? null : { free_bytes: disk.free, size_bytes: disk.size },
      measured,
      windows: measured === null ? [] : [...compareWindows(measured, window_ms, endurance_tb)],
    };
  });
};
