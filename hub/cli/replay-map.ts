import { readFileSync } from "node:fs";
import Type, { type Static } from "typebox";
import { PolicySchema } from "../allocation/policy.ts";
import { readYaml } from "../config/read-yaml.ts";
import { checkCsvMap } from "../decode/csv/check-csv-map.ts";
import { csvMapProperties } from "../decode/csv/csv-map.ts";
import { HubError } from "../errors.ts";
import { checkCommunity } from "../members/check-community.ts";
import { CommunitySchema } from "../members/community.ts";

/** A map for `millrace replay`: how to read the file, and the community if the columns alone do not tell it. */
export const ReplayMapSchema = Type.Object(
  {
    ...csvMapProperties,
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    policy: Type.Optional(Type.Object(PolicySchema.properties, { additionalProperties: false })),
    community: Type.Optional(Type.Object(CommunitySchema.properties, { additionalProperties: false })),
  },
  { additionalProperties: false },
);

export type ReplayMap = Static<typeof ReplayMapSchema>;

/** @throws HubError REPLAY_MAP_INVALID with every problem of the map, by line */
export function parseReplayMap(text: string, fileName: string): ReplayMap {
  return readYaml(text, fileName, ReplayMapSchema, "REPLAY_MAP_INVALID", (map) => [
    ...checkCsvMap(map),
    ...(map.community === undefined
      ? []
      : checkCommunity(map.community).map((problem) => ({ ...problem, path: ["community", ...problem.path] }))),
  ]);
}

/** @throws HubError REPLAY_MAP_INVALID also when the file cannot be read */
export function loadReplayMap(path: string): { readonly map: ReplayMap; readonly text: string } {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new HubError("REPLAY_MAP_INVALID", `cannot read the map ${path}`, {
      cause,
      remedy: "Check the path given to --map; docs/replay-maps has maps to begin with.",
    });
  }
  return { map: parseReplayMap(text, path), text };
}
